package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// procedures are the runbooks that no alert leads to.
var procedures = []string{"install", "backup", "restore-after-loss", "key-rotation", "upgrade", "rollback", "incident"}

// TestRunbooks: each alert has its page and each page its alert; a page says
// what, where to look, what to do, when it is over; its links lead somewhere.
func TestRunbooks(t *testing.T) {
	var names []string
	for _, r := range alerts(t) {
		names = append(names, r.Alert)
	}
	files, err := filepath.Glob("../runbooks/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	for _, f := range files {
		page := strings.TrimSuffix(filepath.Base(f), ".md")
		pages = append(pages, page)
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../runbooks", m[1])); err != nil && !strings.Contains(m[1], "://") {
				t.Errorf("%s leads to %s, which is not there", page, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`docker compose \S+ \S+`).FindAllString(text, -1) {
			if m != "docker compose -f deployments/compose/production.yml" {
				t.Errorf("%s: %s means the trial", page, m)
			}
		}
		if slices.Contains(procedures, page) {
			continue
		}
		if !slices.Contains(names, page) {
			t.Errorf("%s is the page of no alert", page)
		}
		at := 0
		for _, part := range []string{"# " + page + "\n", "## What it means\n", "## Look here\n", "## Do this\n",
			"## It is over when\n"} {
			i := strings.Index(text[at:], part)
			if i < 0 || len(strings.TrimSpace(text[at+i+len(part):])) < 20 {
				t.Errorf("%s has no %q in its place", page, strings.TrimSpace(part))
				break
			}
			at += i + len(part)
		}
	}
	for _, want := range append(names, procedures...) {
		if !slices.Contains(pages, want) {
			t.Errorf("%s has no page", want)
		}
	}
}

// TestRunbooksCanBeFollowed: the blocks of the procedures are shell that bash
// can read, and follow.sh takes them.
func TestRunbooksCanBeFollowed(t *testing.T) {
	for page, blocks := range map[string]int{"install.md": 10, "backup.md": 2, "restore-after-loss.md": 7,
		"key-rotation.md": 8, "upgrade.md": 4, "rollback.md": 3} {
		script, err := exec.CommandContext(t.Context(), "../runbooks/follow.sh", "--print", page).Output()
		if err != nil {
			t.Errorf("%s: %v", page, err)
			continue
		}
		if n := strings.Count(string(script), "echo \"== "+page); n < blocks {
			t.Errorf("%s has %d blocks to follow, want %d", page, n, blocks)
		}
		c := exec.CommandContext(t.Context(), "bash", "-n")
		c.Stdin = strings.NewReader(string(script))
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %s", page, out)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "../runbooks/follow.sh", "--print", "incident.md").
		CombinedOutput(); err == nil {
		t.Errorf("a page without blocks can be followed: %s", out)
	}
}

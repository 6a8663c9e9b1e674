package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// walls are what every service of ours must have.
var walls = []string{"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "ProtectKernelTunables=yes",
	"RestrictNamespaces=yes", "SystemCallArchitectures=native", "UMask=0077", "CapabilityBoundingSet="}

func weak(unit string) []string {
	var out []string
	for _, w := range walls {
		if !strings.Contains(unit, "\n"+w) {
			out = append(out, "lacks "+w)
		}
	}
	if m := regexp.MustCompile(`(?m)^Environment=\S*(PASSWORD|_KEY|_URL|SECRET)=.*$`).FindString(unit); m != "" {
		out = append(out, "has a secret in its environment: "+m)
	}
	if strings.Contains(unit, "homecare serve") || strings.Contains(unit, "homecare worker") ||
		strings.Contains(unit, "homecare migrate") {
		if !strings.Contains(unit, "\nUser=homecare\n") || !strings.Contains(unit, "\nCapabilityBoundingSet=\n") {
			out = append(out, "runs as root or keeps capabilities")
		}
	}
	return out
}

func units(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../systemd/homecare*")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d units, %v", len(files), err)
	}
	out := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = string(b)
	}
	return out
}

func TestUnits(t *testing.T) {
	all := units(t)
	for name, u := range all {
		if strings.HasSuffix(name, ".service") {
			for _, w := range weak(u) {
				t.Errorf("%s %s", name, w)
			}
		}
		if s, ok := strings.CutSuffix(name, ".timer"); ok && all[s+".service"] == "" {
			t.Errorf("%s starts nothing", name)
		}
	}
	for what, change := range map[string][2]string{
		"lacks":       {"NoNewPrivileges=yes\n", ""},
		"environment": {"Restart=always", "Environment=HOMECARE_MASTER_KEY=AAAA"},
		"root":        {"User=homecare\n", ""},
	} {
		bad := strings.Replace(all["homecare.service"], change[0], change[1], 1)
		if got := strings.Join(weak(bad), "; "); !strings.Contains(got, what) {
			t.Errorf("%s: the check does not see it: %s", what, got)
		}
	}
}

// TestUnitsVerify asks systemd itself. The program need not be installed.
func TestUnitsVerify(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("SKIP: there is no systemd-analyze here")
	}
	verify := func(change func(name, text string) string) (string, error) {
		dir := t.TempDir()
		args := []string{"verify"}
		for name, text := range units(t) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(change(name, text)), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		out, err := exec.CommandContext(t.Context(), "systemd-analyze", args...).CombinedOutput()
		return string(out), err
	}
	installed := func(text string) string { return strings.ReplaceAll(text, "/usr/bin/homecare ", "/bin/true ") }
	if out, err := verify(func(_, text string) string { return installed(text) }); err != nil ||
		strings.TrimSpace(out) != "" {
		t.Errorf("%s %v", out, err)
	}
	for what, change := range map[string][2]string{
		"unknown key":  {"ProtectHome=yes", "ProtectHouse=yes"},
		"bad calendar": {"OnCalendar=*-*-* 01:30:00", "OnCalendar=*-*-* 31:30:00"},
	} {
		out, err := verify(func(_, text string) string {
			return installed(strings.Replace(text, change[0], change[1], 1))
		})
		if err == nil && strings.TrimSpace(out) == "" {
			t.Errorf("%s passes", what)
		}
	}
}

//go:build sabotage

package foreign_canaries

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

func isKoordinator(r auth.Role) bool { return r == access.Koordinator }

func cursorOf(body []byte) string {
	var p struct {
		Next string `json:"next_cursor"`
	}
	_ = json.Unmarshal(body, &p)
	return p.Next
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// person is a canary beside a name: Dinkes must never see it.
var person = regexp.MustCompile(
	`(?i)xkanari[a-z]+ (aminah|jumberi|rusmini|bahran|masitah|hamdani|noor|fahriah)|(galuh [a-z]+|anak pasien( \(contoh\))?) xkanari`)

// scanner reads every byte of an answer for what its caller may not see.
type scanner struct {
	t       *testing.T
	foreign map[string]bool   // ids of the other puskesmas
	persons map[string]bool   // ids of records of persons, of both: not for Dinkes
	team    map[string]string // of the team to which the outside account does not belong

	mu                 sync.Mutex
	requests           int
	bytes              int64
	hits               []string
	positive, negative map[string]int
	failed             map[string]int
	forms              map[string]int // own canaries found, by content type
	texts              map[[32]byte]string
}

func newScanner(t *testing.T, w *probe.World, team map[string]string) *scanner {
	s := &scanner{t: t, foreign: w.Secrets(t, probe.Foreign), persons: map[string]bool{}, team: team,
		positive: map[string]int{}, negative: map[string]int{},
		failed: map[string]int{}, forms: map[string]int{}, texts: map[[32]byte]string{}}
	for _, noun := range []string{"patients", "households", "cases", "visits", "follow-ups", "alerts", "documents",
		"attachments", "imports", "duplicates"} {
		for _, puskesmas := range []string{probe.Own, probe.Foreign} {
			for _, r := range w.Records(t, noun, puskesmas, 10_000) {
				s.persons[r.ID] = true
			}
		}
	}
	if len(s.foreign) < 100 || len(s.persons) < 50 {
		t.Fatalf("only %d foreign ids and %d records of persons", len(s.foreign), len(s.persons))
	}
	return s
}

func (s *scanner) look(c cell, a probe.Answer) {
	text, form := s.text(a)
	var headers strings.Builder
	_ = a.Header.Write(&headers)
	text = strings.ToLower(headers.String() + text)
	sent := c.ID + c.Query.Encode() + string(c.Body)
	found := s.findings(c, text, sent)
	// Dinkes reads the reports and the register of breaches of all, and manages
	// the accounts of all (ADR 12): staff, but no patients.
	reads := slices.ContainsFunc([]string{"/v1/reports", "/v1/breaches", "/v1/users", "/v1/memberships"},
		func(prefix string) bool { return strings.HasPrefix(c.Op.Route.Path, prefix) })
	if dinkes := strings.HasPrefix(c.As, "dinkes"); a.Status < 300 && (c.class == "foreign" && !(dinkes && reads) ||
		c.class == "team" && c.As == probe.Stranger) {
		found = append(found, fmt.Sprintf("a %s id answers %d", c.class, a.Status))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.bytes += int64(len(a.Body))
	for _, f := range found {
		s.hits = append(s.hits, fmt.Sprintf("%s by %s (%s) %s: %s", c.Op.ID, c.As, c.class, c.Query.Encode(), f))
	}
	if a.Status < 300 && (c.class == "own" || c.class == "") {
		s.positive[c.Op.ID]++
	}
	if c.alien {
		s.negative[c.Op.ID]++
	}
	if a.Status >= 500 {
		s.failed[c.Op.ID]++
	}
	if strings.Contains(text, probe.Canary(probe.Own)) {
		s.forms[form]++
	}
}

func (s *scanner) findings(c cell, text, sent string) []string {
	var out []string
	dinkes := strings.HasPrefix(c.As, "dinkes")
	add := func(hit bool, what string) {
		if hit && !strings.Contains(strings.ToLower(sent), what) {
			out = append(out, what)
		}
	}
	if dinkes {
		// A report's note and figures are written for Dinkes, and an account's name
		// is staff's; persons are not.
		add(person.MatchString(text), "a person's name")
		add(strings.Contains(text, "xkanari") && !strings.Contains(c.Op.Route.Path, "/reports") &&
			!strings.HasPrefix(c.Op.Route.Path, "/v1/users"), "xkanari")
	} else {
		add(strings.Contains(text, probe.Canary(probe.Foreign)), probe.Canary(probe.Foreign))
	}
	stranger := c.As == probe.Stranger
	add(stranger && strings.Contains(text, probe.TeamCanary), probe.TeamCanary)
	for _, id := range slices.Compact(ids.FindAllString(text, -1)) {
		switch {
		case strings.Contains(sent, id):
		case dinkes && s.persons[id], !dinkes && s.foreign[id]:
			out = append(out, "id "+id)
		case stranger && (id == s.team["cases"] || id == s.team["visits"] || id == s.team["follow-ups"]):
			out = append(out, "id of the other team "+id)
		}
	}
	return out
}

// blind are the forms in which no canary was found, not even the caller's own:
// there a scan proves nothing.
func (s *scanner) blind() []string {
	var out []string
	for _, form := range []string{"json", "pdf", "xlsx"} {
		if s.forms[form] == 0 {
			out = append(out, form)
		}
	}
	return out
}

// text is the complete text of a body, including the text of a PDF and the
// parts of a workbook.
func (s *scanner) text(a probe.Answer) (text, form string) {
	sum := sha256.Sum256(a.Body)
	s.mu.Lock()
	known, ok := s.texts[sum]
	s.mu.Unlock()
	switch kind := a.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "application/pdf"):
		form = "pdf"
		if !ok {
			known = s.pdf(a.Body)
		}
	case strings.Contains(kind, "spreadsheetml"):
		form = "xlsx"
		if !ok {
			known = s.workbook(a.Body)
		}
	default:
		return string(a.Body), "json"
	}
	s.mu.Lock()
	s.texts[sum] = known
	s.mu.Unlock()
	return string(a.Body) + known, form
}

func (s *scanner) pdf(b []byte) string {
	cmd := exec.Command("pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil {
		s.t.Errorf("pdftotext: %v", err)
	}
	return strings.ReplaceAll(string(out), "\n", " ")
}

func (s *scanner) workbook(b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		s.t.Error(err)
		return ""
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			s.t.Error(err)
			continue
		}
		if _, err := io.Copy(&out, io.LimitReader(r, 10<<20)); err != nil {
			s.t.Error(err)
		}
		_ = r.Close()
	}
	return out.String()
}

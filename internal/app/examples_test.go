package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestExamples runs api/examples/*.http, each file on a separate product, and
// compares every answer with the expectations in the file.
func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "api", "examples", "*.http"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files of examples, error %v", len(files), err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".http"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			examples, vars := readExamples(t, string(b))
			s := apitest.New(t)
			vars["base"], vars["password"] = s.URL, apitest.Password
			for name, days := range map[string]int{"day": -10, "again": -1, "soon": 7} {
				vars[name] = clock.Day(time.Now().AddDate(0, 0, days))
			}
			for _, e := range examples {
				e.run(t, s, vars)
			}
		})
	}
}

// example is one request of a file with the expectations in its comments.
type example struct {
	name, method, url, body string
	header                  [][2]string
	status                  int
	expect, expectHeader    [][2]string // "# expect-json: /pointer = value", "# expect-header: Name = value"
	capture                 [][2]string // "# capture: variable = /pointer"
}

var directive = regexp.MustCompile(`^# (expect|expect-json|expect-header|capture): (.+)$`)

// readExamples reads the format of editors' REST clients: "###" between
// requests, "@name = value", a request line, headers, an empty line, the body.
// A request without "# expect:" fails the test.
func readExamples(t *testing.T, text string) ([]*example, map[string]string) {
	t.Helper()
	var out []*example
	vars := map[string]string{}
	e, inBody := &example{}, false
	done := func() {
		if e.method != "" && e.status == 0 {
			t.Fatalf("%s (%s %s) expects nothing", e.name, e.method, e.url)
		}
		if e.method != "" {
			out = append(out, e)
		}
	}
	for n, line := range strings.Split(text, "\n") {
		m := directive.FindStringSubmatch(line)
		name, value, pair := strings.Cut(strings.TrimPrefix(line, "@"), " = ")
		switch {
		case strings.HasPrefix(line, "###"):
			done()
			e, inBody = &example{name: strings.TrimSpace(line[3:])}, false
		case m != nil:
			e.say(t, n+1, m[1], m[2])
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "@") && pair:
			vars[name] = value
		case e.method == "" && line != "":
			e.method, e.url, _ = strings.Cut(line, " ")
		case e.method != "" && !inBody && line == "":
			inBody = true
		case inBody:
			e.body += line + "\n"
		case line != "":
			k, v, _ := strings.Cut(line, ": ")
			e.header = append(e.header, [2]string{k, v})
		}
	}
	done()
	if len(out) == 0 {
		t.Fatal("no request in this file")
	}
	return out, vars
}

func (e *example) say(t *testing.T, line int, what, text string) {
	t.Helper()
	left, right, pair := strings.Cut(text, " = ")
	at := [2]string{left, right}
	switch {
	case what == "expect":
		e.status, _ = strconv.Atoi(text)
	case !pair:
		t.Fatalf("line %d cannot be read: %s", line, text)
	case what == "expect-json":
		e.expect = append(e.expect, at)
	case what == "expect-header":
		e.expectHeader = append(e.expectHeader, at)
	default:
		e.capture = append(e.capture, at)
	}
}

func (e *example) run(t *testing.T, s *apitest.Server, vars map[string]string) {
	t.Helper()
	fill := func(text string) string {
		return regexp.MustCompile(`\{\{(\$?\w+)\}\}`).ReplaceAllStringFunc(text, func(v string) string {
			v = strings.Trim(v, "{}")
			if v == "$guid" {
				return uuid.NewString()
			}
			if v == "totp" {
				return staff.DemoCode(time.Now())
			}
			if _, known := vars[v]; !known {
				t.Fatalf("%s: the variable %s is not known", e.name, v)
			}
			return vars[v]
		})
	}
	req, err := http.NewRequestWithContext(t.Context(), e.method, fill(e.url),
		strings.NewReader(strings.TrimSpace(fill(e.body))))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range e.header {
		req.Header.Set(h[0], fill(h[1]))
	}
	res, err := s.HTTP(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != e.status {
		t.Fatalf("%s: answers %d, not %d: %.600s", e.name, res.StatusCode, e.status, b)
	}
	var doc any
	if len(e.expect)+len(e.capture) > 0 {
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatalf("%s: %v: %.300s", e.name, err, b)
		}
	}
	for _, x := range e.expect {
		if got := at(doc, x[0]); got != fill(x[1]) {
			t.Errorf("%s: %s is %q, not %q", e.name, x[0], got, fill(x[1]))
		}
	}
	for _, x := range e.expectHeader {
		if got := res.Header.Get(x[0]); got != fill(x[1]) {
			t.Errorf("%s: the header %s is %q, not %q", e.name, x[0], got, fill(x[1]))
		}
	}
	for _, x := range e.capture {
		if vars[x[0]] = at(doc, x[1]); vars[x[0]] == "" {
			t.Fatalf("%s: nothing at %s to capture", e.name, x[1])
		}
	}
}

// at is the value at a JSON pointer as text; empty where there is none.
func at(doc any, pointer string) string {
	for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		switch d := doc.(type) {
		case map[string]any:
			doc = d[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(d) {
				return ""
			}
			doc = d[i]
		default:
			return ""
		}
	}
	if doc == nil {
		return ""
	}
	return fmt.Sprint(doc)
}

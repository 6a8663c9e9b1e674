package archtest

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

// operation is a method with a path; a sentence is a text that ends as one.
var (
	operation = regexp.MustCompile(`\b(GET|POST|PUT|PATCH|DELETE) /`)
	sentence  = regexp.MustCompile(`[.!?]["` + "`" + `]$`)
)

// routesInSentences returns the sentences of a Go source that name an operation.
func routesInSentences(src []byte) []string {
	var out []string
	fs := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fs.AddFile("", -1, len(src)), src, nil, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.STRING && operation.MatchString(lit) && sentence.MatchString(lit) {
			out = append(out, lit)
		}
	}
}

// TestTextsNameNoRoute: a nurse who reads an error knows no route. Which operation
// helps stands in the hint, for the developer.
func TestTextsNameNoRoute(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range sources(t) {
		if outside(f.path) || strings.HasSuffix(f.path, "_test.go") || !strings.HasPrefix(f.path, "internal/") {
			continue
		}
		n++
		src, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(f.path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range routesInSentences(src) {
			t.Errorf("%s: %s names an operation: put it into Hint", f.path, text)
		}
	}
	if n < 300 {
		t.Fatalf("only %d files of the product", n)
	}
	if len(routesInSentences([]byte("package x\nvar s = \"Lihat GET /v1/staff.\"\nvar h = \"GET /v1/staff\""))) != 1 {
		t.Error("a route in a sentence is not found, or one in a hint is")
	}
}

// extended is the name of a member that a fault adds to its problem.
var extended = regexp.MustCompile(`\.Extend\("([a-z_]+)"`)

// TestProblemsShowWhatFaultsSay: what a fault adds is a member of Problem, or it is
// lost on the way to the caller.
func TestProblemsShowWhatFaultsSay(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{"retry_after": true, "oauth_error": true} // a header, and error of RFC 6749
	for f := range reflect.TypeFor[homecare.Problem]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		shown[name] = true
	}
	n := 0
	for _, f := range sources(t) {
		if outside(f.path) || strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		src, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(f.path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range extended.FindAllSubmatch(src, -1) {
			n++
			if !shown[string(m[1])] {
				t.Errorf("%s: no member of Problem is %s", f.path, m[1])
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d members were looked at", n)
	}
}

package archtest

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// domain are the words that the platform does not know. The tenant is a puskesmas and
// its key puskesmas_id; these two are allowed.
var domain = regexp.MustCompile(
	`(?i)patient|pasien|visit|kunjung|\bniks?\b|episode|consent|household|village|programme|kasus|care_case|` +
		`\bcase_id|/cases|follow.?up|anamnes|dinkes|kepala|koordinator|petugas|integrator|perawat|bidan|dokter`)

// words returns the words of the domain in a Go source: identifiers, texts, comments.
func words(src []byte) []string {
	var out []string
	fs := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fs.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.IDENT || tok == token.STRING || tok == token.COMMENT {
			out = append(out, domain.FindAllString(lit, -1)...)
		}
	}
}

// TestPlatformWords: the platform holds no word of the domain, so that a change of the
// programmes never touches it.
func TestPlatformWords(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range sources(t) {
		if !strings.HasPrefix(f.path, "internal/platform/") || strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		n++
		src, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(f.path)))
		if err != nil {
			t.Fatal(err)
		}
		if found := words(src); len(found) > 0 {
			t.Errorf("%s speaks of %s", f.path, strings.Join(slices.Compact(found), ", "))
		}
	}
	if n < 50 {
		t.Fatalf("only %d files of the platform", n)
	}
	for _, src := range []string{"package x\nvar PatientID string", "package x\n// of a visit\n",
		"package x\nconst s = `from care_case`",
		"package x\nconst text = \"Hubungi Kepala\""} {
		if len(words([]byte(src))) != 1 {
			t.Errorf("not noticed: %s", src)
		}
	}
	if found := words([]byte("package x\n// in any case of puskesmas_id\nfunc f() { switch { case true: } }")); len(
		found) != 0 {
		t.Errorf("%v are no words of the domain", found)
	}
}

// TestNoSwitches: the product cannot be broken by a setting; faults are patches of a
// build overlay (ADR 8).
func TestNoSwitches(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range sources(t) {
		if outside(f.path) {
			continue
		}
		n++
		src, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(f.path)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(src)), "sabotage") {
			t.Errorf("%s names sabotage: write a patch beside internal/test/sabotage", f.path)
		}
	}
	if n < 300 {
		t.Fatalf("only %d files of the product", n)
	}
}

// TestNames: a package-level function says what it does.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if strings.HasPrefix(f.path, "deployments/") {
			continue
		}
		for _, d := range f.ast.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && slices.Contains([]string{"one", "put", "run"},
				fd.Name.Name) {
				t.Errorf("%s: %s says nothing about what it does", f.path, fd.Name.Name)
			}
		}
	}
}

// unnamed is an insert that does not name its columns.
var unnamed = regexp.MustCompile(`(?i)\binsert into [a-z_.]+ *(values|select|default)\b`)

// TestInsertsNameColumns: a column added later must not shift the others.
func TestInsertsNameColumns(t *testing.T) {
	t.Parallel()
	if !unnamed.MatchString("insert into t values ($1)") || unnamed.MatchString("insert into t (a) values ($1)") {
		t.Fatal("the rule does not hold")
	}
	for _, f := range sources(t) {
		if strings.HasSuffix(f.path, "_test.go") || strings.HasPrefix(f.path, "internal/test/") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if at := unnamed.FindString(lit.Value); at != "" {
					t.Errorf("%s: %s", f.path, at)
				}
			}
			return true
		})
	}
}

// longText is a text of 80 characters and more, which no break makes shorter.
var longText = regexp.MustCompile(`'(?:[^']|''){80,}('|$)`)

// tooLong says whether a line of SQL needs a break.
func tooLong(line string) bool {
	return utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")) > 120 && !longText.MatchString(line)
}

// TestMigrationLines: SQL has the width that lint asks of Go.
func TestMigrationLines(t *testing.T) {
	t.Parallel()
	if long := strings.Repeat("a or ", 30); !tooLong(long) || tooLong("is '"+long+"'") {
		t.Fatal("the rule does not hold")
	}
	files, err := filepath.Glob("../../schema/migrations/*.sql")
	if err != nil || len(files) < 20 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(src), "\n") {
			if tooLong(line) {
				t.Errorf("%s:%d has more than 120 columns", filepath.Base(f), i+1)
			}
		}
	}
}

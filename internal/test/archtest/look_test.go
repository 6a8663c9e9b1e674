package archtest

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"testing"
)

// look is a row of the table "Where do I look?".
var look = regexp.MustCompile("(?m)^\\| (.+\\?) \\| `([^`]+)` \\| `([^`]+)` \\|$")

// declares says whether a file declares a name: a function, method, type, variable or
// constant.
func declares(f file, name string) bool {
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				return true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.Name == name {
						return true
					}
				case *ast.ValueSpec:
					if slices.ContainsFunc(s.Names, func(i *ast.Ident) bool { return i.Name == name }) {
						return true
					}
				}
			}
		}
	}
	return false
}

// TestWhereDoILook: every answer of docs/architecture.md is a file that declares what
// the row names.
func TestWhereDoILook(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := look.FindAllStringSubmatch(string(page), -1)
	if len(rows) < 20 {
		t.Fatalf("%d questions are answered, at least 20 are wanted", len(rows))
	}
	all := sources(t)
	for _, r := range rows {
		at := slices.IndexFunc(all, func(f file) bool { return f.path == r[2] })
		if at < 0 || !declares(all[at], r[3]) {
			t.Errorf("%s: %s does not declare %s", r[1], r[2], r[3])
		}
	}
	if declares(all[0], "no such name") {
		t.Error("the check finds what is not there")
	}
}

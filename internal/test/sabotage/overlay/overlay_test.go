package overlay

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../../.."

// TestPatchesApply: each patch fits the current code, and the result is valid
// Go.
func TestPatchesApply(t *testing.T) {
	t.Parallel()
	sources, err := patched(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 20 {
		t.Fatalf("only %d files are patched", len(sources))
	}
	for path, text := range sources {
		if _, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution); err != nil {
			t.Error(err)
		}
	}
}

// TestFaultsAndPromises: the control of each promise has its patch, and each
// patch has a promise that fails with it.
func TestFaultsAndPromises(t *testing.T) {
	t.Parallel()
	all, err := patches(root)
	if err != nil {
		t.Fatal(err)
	}
	named := promised(t)
	for _, p := range all {
		if !slices.Contains(named, p.fault) {
			t.Errorf("%s: no promise turns red by it", p.file)
		}
	}
	for _, fault := range named {
		if !slices.ContainsFunc(all, func(p patch) bool { return p.fault == fault }) {
			t.Errorf("a promise breaks the product by %s: there is no %s/%s.patch", fault, folder, fault)
		}
	}
	if len(named) < 20 {
		t.Fatalf("the promises name only %d faults: the test looks in the wrong place", len(named))
	}
}

// promised returns the faults that the promises name: as Fault of a control, or
// to package sabotage.
func promised(t *testing.T) (named []string) {
	t.Helper()
	name := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING && lit.Value != `""` {
			named = append(named, strings.Trim(lit.Value, `"`))
		}
	}
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Fault" {
				name(n.Value)
			}
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) != 1 {
				return true
			}
			if of, ok := f.X.(*ast.Ident); ok && of.Name == "sabotage" {
				name(n.Args[0])
			}
		}
		return true
	}
	dir := filepath.Join(root, "internal", "test", "promise")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			ast.Inspect(f, visit)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return named
}

// TestHunks: a hunk fits wherever its lines are, exactly once and literally.
func TestHunks(t *testing.T) {
	t.Parallel()
	const change = "ABC-1: b is broken.\n\ndiff --git a/x.go b/x.go\n--- a/x.go\n+++ b/x.go\n@@ -1,3 +1,4 @@\n a\n" +
		"-b\n+B\n+sabotage.On(\"fault\")\n c\n"
	const broken = "a\nB\nsabotage.On(\"fault\")\nc\n"
	p, err := parse("fault", change)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"a\nb\nc\n":            broken,
		"x\ny\na\nb\nc\nz\n":   "x\ny\n" + broken + "z\n",
		"a\nb \nc\n":           "",
		"a\nc\n":               "",
		"xa\nb\nc\n":           "",
		"a\nb\nc\na\nb\nc\n":   "",
		"a\nb\nc\nx\na\nb\nc,": "a\nB\nsabotage.On(\"fault\")\nc\nx\na\nb\nc,",
	} {
		got, err := apply(text, p.changes[0])
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "hunk 1 of x.go") {
			t.Errorf("it does not say what does not fit: %v", err)
		}
	}
	removed := strings.NewReplacer("--- a", "deleted file mode 100644\n--- a", "+++ b/x.go", "+++ /dev/null")
	for name, text := range map[string]string{
		"no promise":     strings.TrimPrefix(change, "ABC-1: b is broken.\n\n"),
		"another name":   strings.Replace(change, "fault", "other", 1),
		"cut off":        strings.TrimSuffix(change, " c\n"),
		"a file removed": removed.Replace(change),
	} {
		if _, err := parse("fault", text); err == nil {
			t.Errorf("%s is taken for a patch", name)
		}
	}
}

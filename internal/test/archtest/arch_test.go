package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/balangan/homecare/"

// recount counts what the product counts, by itself.
const recount = "internal/test/promise/recount/"

// testOnly never reaches the binary.
var testOnly = []string{"internal/test/pgtest", "internal/test/apitest", "internal/test/archtest",
	"internal/test/mutant"}

type file struct {
	path string // from the root, with slashes
	ast  *ast.File
}

func sources(t *testing.T) []file {
	t.Helper()
	var out []file
	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" ||
			d.Name() == "testdata" || d.Name() == "tools") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		out = append(out, file{filepath.ToSlash(rel), f})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the walk looks in the wrong place", len(out))
	}
	return out
}

func (f file) imports() []string {
	var out []string
	for _, i := range f.ast.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

// capability is the name of the capability a path belongs to; "" when none.
func capability(path string) string {
	rest, ok := strings.CutPrefix(path, "internal/")
	if !ok {
		return ""
	}
	name, below, _ := strings.Cut(rest, "/")
	if second, _, _ := strings.Cut(below, "/"); slices.Contains(Order, name+"/"+second) {
		return name + "/" + second
	}
	if slices.Contains(Order, name) {
		return name
	}
	return ""
}

// broken lists the imports of f that the architecture forbids.
func broken(f file) []string {
	var bad []string
	mine := capability(f.path)
	test := strings.HasSuffix(f.path, "_test.go")
	for _, i := range f.imports() {
		ours, isOurs := strings.CutPrefix(i, module)
		theirs := capability(ours + "/")
		switch {
		case test:
		case isOurs && slices.Contains(testOnly, ours) &&
			!slices.Contains(testOnly, filepath.ToSlash(filepath.Dir(f.path))) && !outside(f.path):
			bad = append(bad, i+" is for tests only")
		case strings.HasPrefix(f.path, recount) &&
			(isOurs || i == "database/sql" || strings.Contains(strings.SplitN(i, "/", 2)[0], ".")):
			bad = append(bad, i+": the recount is a second opinion; it needs the standard library only, and no SQL")
		case strings.HasPrefix(f.path, "pkg/") && (isOurs || strings.Contains(strings.SplitN(i, "/", 2)[0], ".")):
			bad = append(bad, i+": the SDK needs the standard library only")
		case strings.HasPrefix(f.path, "internal/platform/") && theirs != "" &&
			!slices.Contains(testOnly, filepath.ToSlash(filepath.Dir(f.path))):
			bad = append(bad, i+": the platform knows no domain")
		case mine != "" && theirs != "" && mine != theirs && slices.Index(Order, theirs) > slices.Index(Order, mine):
			bad = append(bad, i+": "+theirs+" comes after "+mine)
		case mine != "" && (ours == "internal/app" || strings.HasPrefix(ours, "cmd/")):
			bad = append(bad, i+": a capability does not know who wires it")
		case mine != "" && ours == "internal/platform/rest" && !isHandlers(f.path):
			bad = append(bad, i+": a use case knows no HTTP; what a request carries is tx.Call()")
		case strings.HasPrefix(i, "github.com/labstack/echo") && !mayEcho(f.path):
			bad = append(bad, i+": Echo stays in http.go, platform/rest and app")
		case strings.HasPrefix(i, "gorm.io/") && !strings.HasPrefix(f.path, "internal/platform/pg/") &&
			!outside(f.path):
			bad = append(bad, i+": GORM is reached through pg.Tx")
		}
	}
	return bad
}

// isHandlers says whether a file of a capability holds handlers: http.go, http_*.go.
func isHandlers(path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	return name == "http.go" || strings.HasPrefix(name, "http_")
}

func mayEcho(path string) bool {
	return strings.HasSuffix(path, "/http.go") || strings.HasPrefix(path, "internal/platform/") ||
		strings.HasPrefix(path, "internal/app/")
}

// outside are programs beside the product: they may use what tests use.
func outside(path string) bool {
	return strings.HasPrefix(path, "internal/test/") || strings.HasPrefix(path, "internal/tool/")
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		for _, b := range broken(f) {
			t.Errorf("%s imports %s", f.path, b)
		}
	}
}

func TestImportsCanFail(t *testing.T) {
	t.Parallel()
	for path, imports := range map[string]string{
		recount + "x.go":             module + "pkg/homecare",
		recount + "y.go":             "database/sql",
		recount + "z.go":             "github.com/jackc/pgx/v5",
		"internal/patient/x.go":      module + "internal/visit",
		"internal/visit/x.go":        module + "internal/app",
		"internal/platform/pg/x.go":  module + "internal/patient",
		"pkg/homecare/x.go":          "github.com/google/uuid",
		"internal/visit/service.go":  "github.com/labstack/echo/v4",
		"internal/visit/store.go":    "gorm.io/gorm",
		"cmd/homecare/x.go":          module + "internal/test/pgtest",
		"internal/visit/record/x.go": module + "internal/visit",
		"internal/team/form.go":      module + "internal/platform/rest",
	} {
		a, err := parser.ParseFile(token.NewFileSet(), path, "package x\nimport _ \""+imports+"\"\n", 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(broken(file{path, a})) == 0 {
			t.Errorf("%s may import %s: the rule does not hold", path, imports)
		}
	}
}

// TestPathFieldsAreNotInBodies: Echo's own Bind lets a body override a path
// parameter; ours cannot, as long as a path field is no JSON member.
func TestPathFieldsAreNotInBodies(t *testing.T) {
	t.Parallel()
	place := regexp.MustCompile(`\b(param|query|header):"`)
	found := 0
	for _, f := range sources(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			fd, ok := n.(*ast.Field)
			if !ok || fd.Tag == nil || !place.MatchString(fd.Tag.Value) || strings.HasSuffix(f.path, "_test.go") ||
				strings.HasPrefix(f.path, "internal/platform/page/") {
				return true
			}
			found++
			if !strings.Contains(fd.Tag.Value, `json:"-"`) {
				t.Errorf("%s: a path, query or header field must be json:\"-\": %s", f.path, fd.Tag.Value)
			}
			return true
		})
	}
	if found < 10 {
		t.Fatalf("only %d such fields found: the test looks in the wrong place", found)
	}
}

// TestNoSQLOutsideAScope: database/sql, pgxpool and pgx connections are made
// in few places, so that every other statement needs a pg.Tx.
func TestNoSQLOutsideAScope(t *testing.T) {
	t.Parallel()
	allowed := regexp.MustCompile(
		`^(internal/platform/(pg|job|telemetry)/|internal/schema/|internal/reference/seed|cmd/homecare/(development|psql)|internal/(test|tool)/)`)
	for _, f := range sources(t) {
		if strings.HasSuffix(f.path, "_test.go") || allowed.MatchString(f.path) {
			continue
		}
		for _, i := range f.imports() {
			if i == "database/sql" || strings.HasSuffix(i, "/pgxpool") || strings.HasSuffix(i, "pgx/v5/stdlib") {
				t.Errorf("%s imports %s: statements run in a pg.Tx", f.path, i)
			}
		}
	}
}

// TestFileSizes: a file of more than 30,000 bytes (about 450 lines) is split by noun.
func TestFileSizes(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		if n := int(f.ast.FileEnd - f.ast.FileStart); n > 30_000 {
			t.Errorf("%s has %d bytes: split it by noun", f.path, n)
		}
	}
}

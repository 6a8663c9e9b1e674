package spec

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/balangan/homecare/internal/platform/rest"
)

// swag reads Go well but not all of it: it does not know homecare.Opt, gives
// time.Time no format, ignores our own validation rules, and resolves a
// generic type only where its package is imported. So it reads a copy of the
// sources in which those few things are spelled out.

// homecareImport is the package whose types nearly every comment names.
const homecareImport = "github.com/balangan/homecare/pkg/homecare"

// skipped are the folders without handlers or wire types.
var skipped = []string{"internal/test", "internal/tool", "internal/platform/docs"}

// copySources writes the Go files below root/dirs to tmp, spelled out for swag.
func copySources(root, tmp string, dirs []string) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "go.mod"), mod, 0o600); err != nil {
		return err
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			if d.IsDir() {
				if rel != dir && (slices.Contains(skipped, rel) || d.Name() == "testdata") {
					return filepath.SkipDir
				}
				return nil
			}
			// Of package api only the general comment: what it embeds is what
			// we are about to write.
			if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") || path.Dir(rel) == "api" && rel != "api/doc.go" {
				return nil
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			out, err := spellOut(rel, src)
			if err != nil {
				return err
			}
			return write(filepath.Join(tmp, rel), out)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func write(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}

type edit struct {
	at, end int
	text    string
}

// spellOut rewrites one source file for swag.
func spellOut(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	text := func(n ast.Node) string { return string(src[offset(n.Pos()):offset(n.End())]) }
	var edits []edit
	if needsHomecare(file) {
		edits = append(edits, edit{offset(file.Name.End()), offset(file.Name.End()), "\n\nimport homecare \"" + homecareImport + "\"\n"})
	}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE && g.Doc != nil && len(g.Specs) == 1 && !strings.Contains(g.Doc.Text(), "@Description") {
			said := strings.Join(strings.Fields(g.Doc.Text()), " ")
			edits = append(edits, edit{offset(g.Pos()), offset(g.Pos()), "// @Description " + said + "\n"})
		}
	}
	var broken error
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		for _, f := range s.Fields.List {
			if f.Tag == nil || len(f.Names) != 1 {
				continue
			}
			raw, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				broken = err
				return false
			}
			kind, more := spellField(f, reflect.StructTag(raw), text)
			if kind != "" {
				edits = append(edits, edit{offset(f.Type.Pos()), offset(f.Type.End()), kind})
			}
			if more != "" {
				edits = append(edits, edit{offset(f.Tag.Pos()), offset(f.Tag.End()), "`" + strings.TrimSpace(more) + " " + raw + "`"})
			}
		}
		return true
	})
	return apply(src, edits), broken
}

// spellField returns the field's type in swag's words (empty: as it is) and
// what its tag lacks.
func spellField(f *ast.Field, tag reflect.StructTag, text func(ast.Node) string) (kind, more string) {
	name, options, _ := strings.Cut(tag.Get("json"), ",")
	if name == "" || name == "-" {
		return "", ""
	}
	t := f.Type
	pointer, isPointer := t.(*ast.StarExpr)
	own, _, _ := strings.Cut(tag.Get("validate"), "dive")
	// A pointer that is required tells an absent value from an empty one; it is
	// never null.
	nullable := isPointer && !strings.Contains(options, "omit") && !slices.Contains(strings.Split(own, ","), "required")
	if isPointer {
		t = pointer.X
	}
	if inner := optOf(t); inner != nil {
		t, nullable = inner, true
		kind = text(inner)
		switch inner.(type) {
		case *ast.ArrayType, *ast.MapType:
		default:
			kind = "*" + kind
		}
	}
	var extensions []string
	if nullable {
		extensions = append(extensions, "x-nullable")
	}
	if text(t) == "time.Time" && tag.Get("format") == "" {
		more += ` format:"date-time"`
	}
	rules, items, _ := strings.Cut(tag.Get("validate"), "dive")
	extensions = append(extensions, spellItems(items)...)
	for rule := range strings.SplitSeq(rules, ",") {
		name, _, _ := strings.Cut(rule, "=")
		if form, ok := formats[name]; ok && tag.Get("format") == "" {
			more += fmt.Sprintf(` format:%q`, form)
		}
		if _, ok := patterns[name]; ok {
			extensions = append(extensions, ruleExtension+"="+name)
		}
	}
	if len(extensions) > 0 {
		if own := tag.Get("extensions"); own != "" {
			extensions = append(extensions, own)
		}
		// Before the rest: of two, the first counts.
		more += fmt.Sprintf(` extensions:%q`, strings.Join(extensions, ","))
	}
	return kind, more
}

// spellItems carries the rules after dive.
func spellItems(rules string) []string {
	var out []string
	for rule := range strings.SplitSeq(rules, ",") {
		name, value, _ := strings.Cut(rule, "=")
		if name == "max" {
			out = append(out, itemExtension+"max=n"+value)
		}
		if form, ok := formats[name]; ok {
			out = append(out, itemExtension+"format="+form)
		}
		if _, ok := patterns[name]; ok {
			out = append(out, itemExtension+"rule="+name)
		}
	}
	return out
}

// itemExtension carries the rules of a list's items in the same way.
const itemExtension = "x-item-"

// ruleExtension carries a rule's name through swag, which knows no patterns.
const ruleExtension = "x-rule"

// formats and patterns say in OpenAPI's words what the rules of
// platform/rest/validate.go demand.
var (
	formats  = map[string]string{"uuid": "uuid", "date": "date", "email": "email"}
	patterns = rest.Patterns
)

// optOf returns T of homecare.Opt[T].
func optOf(t ast.Expr) ast.Expr {
	x, ok := t.(*ast.IndexExpr)
	if !ok {
		return nil
	}
	switch g := x.X.(type) {
	case *ast.Ident:
		if g.Name == "Opt" {
			return x.Index
		}
	case *ast.SelectorExpr:
		if g.Sel.Name == "Opt" {
			return x.Index
		}
	}
	return nil
}

// needsHomecare says that a comment names homecare without the import that
// swag resolves it by.
func needsHomecare(file *ast.File) bool {
	for _, i := range file.Imports {
		if i.Path.Value == strconv.Quote(homecareImport) {
			return false
		}
	}
	for _, c := range file.Comments {
		for _, l := range c.List {
			if strings.Contains(l.Text, "homecare.") && strings.Contains(l.Text, "@") {
				return true
			}
		}
	}
	return false
}

func apply(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.at, b.at) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, src[at:e.at]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, src[at:]...)
}

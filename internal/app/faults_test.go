package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

// jargon are words for developers: names and values of members, headers, formats. A word in
// braces is the name of an argument.
var jargon = regexp.MustCompile(`[a-z]+_[a-z]+|HOMECARE_|\b(GET|POST|PUT|PATCH|DELETE|[Hh]eader|Idempotency|If-Match|` +
	`ETag|JSON|HTTP|URL|UUID|Content-Type|[Cc]ursor|API|errors|null|true or false|boundary|multipart|YYYY|` +
	`HH:MM)\b|/docs|/v1/`)

// indonesian are names of the document that are Indonesian words too, or names everywhere.
var indonesian = []string{"data", "desa", "kepala", "koordinator", "petugas", "puskesmas", "token", "unit", "vital",
	"EC", "RSA"}

// members are names of members and values of lists: English words, which an Indonesian
// sentence does not have.
func members(t *testing.T) map[string]bool {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, s := range doc.Components.Schemas {
		for name, member := range s.Value.Properties {
			out[name] = true
			for _, code := range member.Value.Enum {
				out[fmt.Sprint(code)] = true
			}
		}
	}
	for _, name := range indonesian {
		delete(out, name)
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// TestCatalogue: every fault of the product has a stable code, a status, and whole
// sentences in both languages.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	code, sentence := regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?$`), regexp.MustCompile(`^[A-Z{].*[.)]$`)
	all, names := fault.Catalogue(), members(t)
	if len(all) < 30 {
		t.Fatalf("only %d", len(all))
	}
	for _, d := range all {
		if !code.MatchString(d.Code) || rest.StatusOf(d.Kind) < 400 || rest.TitleOf(d.Kind).ID == "" {
			t.Errorf("%s: code or kind", d.Code)
		}
		if !sentence.MatchString(d.Detail.ID) || !sentence.MatchString(d.Detail.EN) || d.Detail.ID == d.Detail.EN {
			t.Errorf("%s: %q, %q", d.Code, d.Detail.ID, d.Detail.EN)
		}
		if !strings.HasPrefix(d.Code, "oauth.") { // only machines meet those
			forPersons(t, names, d.Code, d.Detail)
		}
	}
	texts := 0
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && (e.Name() == "test" || e.Name() == "tool") {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if text, ok := fieldText(n); ok {
				texts++
				forPersons(t, names, fset.Position(n.Pos()).String(), text)
			}
			return true
		})
		return nil
	})
	if err != nil || texts < 250 {
		t.Errorf("%d texts of fields, %v", texts, err)
	}
}

// forPersons fails where a text has words for developers.
func forPersons(t *testing.T, names map[string]bool, where string, text fault.Text) {
	t.Helper()
	for _, said := range []string{text.ID, text.EN} {
		said = placeholder.ReplaceAllString(said, "")
		if word := jargon.FindString(said); word != "" {
			t.Errorf("%s tells a person of %q; a developer reads the hint: %q", where, word, said)
		}
	}
	for word := range strings.FieldsFuncSeq(placeholder.ReplaceAllString(text.ID, ""), func(r rune) bool {
		return !unicode.IsLetter(r) && r != '_'
	}) {
		if names[word] {
			t.Errorf("%s tells a person of %q, a name of the document: %q", where, word, text.ID)
		}
	}
}

// fieldText is the text that a node of the source gives an error of a field: a fault.Text, or
// the last two arguments of Check.Add and Check.That.
func fieldText(n ast.Node) (fault.Text, bool) {
	var id, en ast.Expr
	switch n := n.(type) {
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				switch name, _ := pair.Key.(*ast.Ident); {
				case name != nil && name.Name == "ID":
					id = pair.Value
				case name != nil && name.Name == "EN":
					en = pair.Value
				}
			}
		}
	case *ast.CallExpr:
		name, _ := n.Fun.(*ast.SelectorExpr)
		if name == nil || name.Sel.Name != "Add" && name.Sel.Name != "That" || len(n.Args) < 4 {
			return fault.Text{}, false
		}
		id, en = n.Args[len(n.Args)-2], n.Args[len(n.Args)-1]
	}
	text := fault.Text{ID: literal(id), EN: literal(en)}
	return text, text.ID != "" && text.EN != ""
}

// literal is the value of a text in the source, also in several parts; "" for another
// expression.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.BinaryExpr:
		return literal(e.X) + literal(e.Y)
	}
	return ""
}

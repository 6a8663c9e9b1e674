package spec

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Each missing or repeated part of a comment, and each contradiction between a
// route and its handler, is reported with the operation and the comment's
// place.
func TestDocumentSaysWhatIsWrong(t *testing.T) {
	const at = "internal/tool/spec/testdata/fixture/fixture.go:"
	said := func(a annotations, name, text string) { a.text[name] = []string{text} }
	for want, spoil := range map[string]func(a annotations, routes *[]rest.Route){
		"GET /v1/things/{id}: the comment has no @Summary": func(a annotations, _ *[]rest.Route) {
			delete(a.text, "Summary")
		},
		"GET /v1/things/{id}: the comment has no @Description": func(a annotations, _ *[]rest.Route) {
			said(a, "Description", "")
		},
		"GET /v1/things/{id}: the comment has no @ID": func(a annotations, _ *[]rest.Route) {
			delete(a.text, "ID")
		},
		"GET /v1/things/{id}: the comment needs exactly one of @Tags, it has 0": func(a annotations, _ *[]rest.Route) {
			delete(a.text, "Tags")
		},
		"GET /v1/things/{id}: @Tags nonsense is not in": func(a annotations, _ *[]rest.Route) {
			said(a, "Tags", "nonsense")
		},
		"GET /v1/things/{id}: @ID listThings is taken by GET /v1/things": func(a annotations, _ *[]rest.Route) {
			said(a, "ID", "listThings")
		},
		"GET /v1/things/{id}: @Failure 418 is not in": func(a annotations, _ *[]rest.Route) {
			said(a, "Failure", "418 no")
		},
		"GET /v1/things/{id}: @Failure 404 repeats what follows": func(a annotations, _ *[]rest.Route) {
			said(a, "Failure", "404 no")
		},
		"GET /v1/things/{id}: @Param repeats what the types": func(a annotations, _ *[]rest.Route) {
			said(a, "Param", "id path string true")
		},
		"GET /v1/things/{id}: the route table names no role": func(_ annotations, r *[]rest.Route) {
			(*r)[4].By = nil
		},
		"@ID getThing is in a comment, but in no line of the route table": func(_ annotations, r *[]rest.Route) {
			*r = slices.Delete(*r, 4, 5)
		},
		"GET /v1/{n}: the path parameter n has no field in the handler's request": func(_ annotations,
			r *[]rest.Route) {
			(*r)[0].Path = "/v1/:n"
		},
		"GET /v1/thing: the path has no parameter id": func(_ annotations, r *[]rest.Route) {
			(*r)[4].Path = "/v1/thing"
		},
		"GET /v1/things: a GET has no body": func(_ annotations, r *[]rest.Route) { (*r)[1].Method = "GET" },
		"GET /v1/new: the route table has it, but no comment over x.New says what it is": func(_ annotations,
			r *[]rest.Route) {
			*r = append(*r, rest.Route{Method: "GET", Path: "/v1/new", Handler: rest.Handler{Maker: "x.New"}})
		},
	} {
		c, routes := newConverter(root), fixtureRoutes()
		a, ok := c.source.operation(routes[4].Handler.Maker)
		if !ok || !strings.HasPrefix(a.at, at) {
			t.Fatalf("the comment of the fixture is at %q", a.at)
		}
		spoil(a, &routes)
		if _, err := c.document(routes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v\nwant %s", err, want)
		}
	}
}

func TestSchemaName(t *testing.T) {
	for of, want := range map[reflect.Type]string{
		reflect.TypeFor[homecare.Visit](): "Visit", reflect.TypeFor[homecare.Page[homecare.Visit]](): "VisitPage",
		reflect.TypeFor[homecare.Page[string]](): "StringPage", reflect.TypeFor[operation](): "Operation",
	} {
		if got := schemaName(of); got != want {
			t.Errorf("%s: %s, want %s", of, got, want)
		}
	}
}

// Two types of one name would be one schema.
func TestSchemaNamesAreTaken(t *testing.T) {
	type Visit struct{ ID string }
	c := newConverter(root)
	c.schemaOf(reflect.TypeFor[homecare.Page[homecare.Visit]](), answered)
	c.schemaOf(reflect.TypeFor[Visit](), answered)
	if len(c.broken) == 0 || !strings.Contains(c.broken[0].Error(), "would both be the schema Visit") {
		t.Errorf("said %v", c.broken)
	}
}

// A member without a comment, whose name has no text either, is reported, and a
// member from which generators make a type of a taken name.
func TestMembersAreReported(t *testing.T) {
	type BoxSize struct {
		ID string `json:"id"`
	}
	type Box struct {
		Grams int    `json:"grams"`
		Size  string `enums:"big,small" json:"size"`
	}
	c := newConverter(root)
	c.schemaOf(reflect.TypeFor[Box](), answered)
	c.schemaOf(reflect.TypeFor[BoxSize](), answered)
	c.clashes()
	var said []string
	for _, err := range c.broken {
		said = append(said, err.Error())
	}
	want := []string{"spec.Box.Grams has no text: a comment over the field",
		"spec.Box.Size has no text: a comment over the field",
		"generators would make a second BoxSize of Box.size; rename the type"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
}

// No comment repeats what the types and the route table say: only the
// annotations in written occur.
func TestCommentsRepeatNothing(t *testing.T) {
	annotation := regexp.MustCompile(`(?m)^//\s*@([A-Za-z]+)`)
	found := 0
	for _, dir := range []string{"api", "cmd", "internal", "pkg"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") {
				return err
			}
			src, err := os.ReadFile(name)
			for _, m := range annotation.FindAllSubmatch(src, -1) {
				found++
				if !slices.Contains(written, string(m[1])) {
					t.Errorf("%s: @%s repeats what the types and the route table say", name, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 4*200 {
		t.Errorf("only %d annotations were looked at", found)
	}
}

func TestCompareNamesStaleFiles(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"a.md": []byte("a"), "b.md": []byte("b"), "c.md": []byte("c")}
	for name, text := range map[string]string{"a.md": "a", "b.md": "old"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := compare(dir, files); err == nil || !strings.Contains(err.Error(), "not current: b.md, c.md;") {
		t.Errorf("said %v", err)
	}
	if err := compare(dir, map[string][]byte{"a.md": []byte("a")}); err != nil {
		t.Error(err)
	}
}

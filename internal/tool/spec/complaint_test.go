package spec

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
)

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Each thing a comment can lack is said, with the operation it is lacking in.
func TestConvertSaysWhatACommentLacks(t *testing.T) {
	swagger, err := fixtureSwagger()
	if err != nil {
		t.Fatal(err)
	}
	type node = map[string]any
	op := func(doc node) node { return doc["paths"].(node)["/v1/things/{id}"].(node)["get"].(node) }
	for want, spoil := range map[string]func(doc node, routes *[]rest.Route){
		"GET /v1/things/{id}: the comment has no @Summary":                           func(d node, _ *[]rest.Route) { delete(op(d), "summary") },
		"GET /v1/things/{id}: the comment has no @Description":                       func(d node, _ *[]rest.Route) { op(d)["description"] = "" },
		"GET /v1/things/{id}: the comment has no @ID":                                func(d node, _ *[]rest.Route) { delete(op(d), "operationId") },
		"GET /v1/things/{id}: the comment needs exactly one of @Tags, it has 0":      func(d node, _ *[]rest.Route) { delete(op(d), "tags") },
		"GET /v1/things/{id}: @Tags nonsense is not in":                              func(d node, _ *[]rest.Route) { op(d)["tags"] = []string{"nonsense"} },
		"GET /v1/things/{id}: the path parameter id has no @Param":                   func(d node, _ *[]rest.Route) { delete(op(d), "parameters") },
		"GET /v1/things/{id}: @Param id has no description":                          func(d node, _ *[]rest.Route) { delete(op(d)["parameters"].([]any)[0].(node), "description") },
		"GET /v1/things/{id}: the comment needs exactly one @Success":                func(d node, _ *[]rest.Route) { op(d)["responses"] = node{} },
		"GET /v1/things/{id}: @Success 200, but the handler answers 201":             func(_ node, r *[]rest.Route) { (*r)[5].Handler.Status = 201 },
		"GET /v1/things/{id}: the route table names no role":                         func(_ node, r *[]rest.Route) { (*r)[5].By = nil },
		"GET /v1/things/{id}: @ID listThings is taken by GET /v1/things":             func(d node, _ *[]rest.Route) { op(d)["operationId"] = "listThings" },
		"GET /v1/things/{id}: a comment has it, but internal/app/routes.go does not": func(_ node, r *[]rest.Route) { *r = slices.Delete(*r, 5, 6) },
		"GET /v1/new: the route table has it (New), but no comment says @Router /v1/new [get]": func(_ node, r *[]rest.Route) {
			*r = append(*r, rest.Route{Method: "GET", Path: "/v1/new", Handler: rest.Handler{Operation: "New"}})
		},
		"GET /v1/things/{id}: @Failure 418 is not in":                                        func(d node, _ *[]rest.Route) { op(d)["responses"].(node)["418"] = node{"description": "x"} },
		"the types fixture.Thing and visit.Thing would both be the schema Thing; rename one": func(d node, _ *[]rest.Route) { d["definitions"].(node)["visit.Thing"] = node{"type": "object"} },
	} {
		var doc node
		if err := json.Unmarshal(swagger, &doc); err != nil {
			t.Fatal(err)
		}
		routes := fixtureRoutes()
		spoil(doc, &routes)
		b, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Convert(b, routes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v\nwant %s", err, want)
		}
	}
}

func TestComplaintNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	for _, d := range sourceDirs {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "internal", "http.go"), []byte("package x\n\n//\t@Router\t\t/v1/x [get]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &converter{}
	c.complain("GET", "/v1/x", "the comment has no @Summary")
	err := locate(dir, joined(c.broken))
	if want := "internal/http.go:3: GET /v1/x: the comment has no @Summary"; err.Error() != want {
		t.Errorf("said %q, want %q", err, want)
	}
}

type joined []error

func (j joined) Error() string   { return j[0].Error() }
func (j joined) Unwrap() []error { return j }

func TestSchemaName(t *testing.T) {
	for long, want := range map[string]string{
		"homecare.Visit": "Visit", "identity.jwks": "Jwks", "homecare.Page-homecare_Visit": "VisitPage", "homecare.Page-visit_row": "RowPage",
		"homecare.Page-string": "StringPage", "github_com_balangan_homecare_internal_visit.Row": "Row",
	} {
		if got := schemaName(long); got != want {
			t.Errorf("%s: %s, want %s", long, got, want)
		}
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

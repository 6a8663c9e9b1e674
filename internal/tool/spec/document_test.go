package spec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/docs"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/tool/spec"
)

func routes() []rest.Route { return new(app.App).Routes() }

func published(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Regenerating gives the same bytes.
func TestGeneratedDocumentsAreCurrent(t *testing.T) {
	if err := spec.Check("../../..", routes(), app.Machines()); err != nil {
		t.Error(err)
	}
}

func TestDocumentIsValid(t *testing.T) {
	if err := spec.Validate(published(t)); err != nil {
		t.Error(err)
	}
}

// The route table and the document name the same operations.
func TestRoutesAreOperations(t *testing.T) {
	doc := published(t)
	var table, document []string
	for _, r := range routes() {
		if _, ok := spec.Unlisted[r.Path]; !ok {
			table = append(table, r.Method+" "+r.SpecPath())
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			document = append(document, method+" "+path)
		}
	}
	for _, x := range table {
		if !slices.Contains(document, x) {
			t.Errorf("%s is a route and no operation", x)
		}
	}
	for _, x := range document {
		if !slices.Contains(table, x) {
			t.Errorf("%s is an operation and no route", x)
		}
	}
	if len(table) < 10 {
		t.Errorf("only %d routes", len(table))
	}
}

// The documentation does not describe itself, and no /v1 address is left out.
func TestUnlisted(t *testing.T) {
	for _, r := range docs.Routes(docs.Site{}) {
		if spec.Unlisted[r.Path] == "" {
			t.Errorf("%s is not in spec.Unlisted", r.Path)
		}
	}
	for path, reason := range spec.Unlisted {
		if strings.HasPrefix(path, "/v1") || reason == "" {
			t.Errorf("%s is left out for %q", path, reason)
		}
	}
}

func TestOperationsAreComplete(t *testing.T) {
	ids := map[string]string{}
	for path, item := range published(t).Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			if other := ids[op.OperationID]; other != "" {
				t.Errorf("%s and %s are both %s", at, other, op.OperationID)
			}
			ids[op.OperationID] = at
			for _, lack := range lacks(path, op) {
				t.Errorf("%s: no %s", at, lack)
			}
		}
	}
}

// lacks names what an operation needs and does not have.
func lacks(path string, op *openapi3.Operation) []string {
	var out []string
	need := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	need(op.OperationID != "", "operationId")
	need(op.Summary != "", "summary")
	need(op.Description != "", "description")
	need(len(op.Tags) == 1, "tag")
	need(op.Security != nil, "security")
	kind := "application/problem+json"
	if path == "/oauth/token" {
		kind = "application/json" // RFC 6749 section 5.2
	}
	for _, status := range []int{400, 422, 429, 500, 503} {
		r := op.Responses.Status(status)
		need(r != nil && r.Value.Content[kind] != nil && r.Value.Content[kind].Example != nil,
			"problem with an example for a failure every operation has")
	}
	if op.Security != nil && len(*op.Security) > 0 {
		need(op.Responses.Status(401) != nil && op.Responses.Status(403) != nil, "401 and 403")
		need(op.Extensions["x-roles"] != nil, "x-roles")
	}
	for p := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(p, "{"); ok {
			at := op.Parameters.GetByInAndName("path", strings.TrimSuffix(name, "}"))
			need(at != nil && at.Required && at.Description != "" && at.Example != nil, "description and example of "+p)
			need(op.Responses.Status(404) != nil, "404")
		}
	}
	if op.RequestBody != nil {
		need(examples(op.RequestBody.Value.Content), "example of the body")
	}
	for status, r := range op.Responses.Map() {
		if status[0] == '2' {
			need(r.Value.Headers["X-Request-Id"] != nil, "X-Request-Id")
			need(examples(r.Value.Content), "example of the answer")
		}
	}
	return out
}

func examples(content openapi3.Content) bool {
	for kind, m := range content {
		if strings.HasSuffix(kind, "json") && m.Example == nil {
			return false
		}
	}
	return true
}

// The check itself sees what is missing.
func TestLacksSeesAnEmptyOperation(t *testing.T) {
	empty := &openapi3.Operation{Responses: openapi3.NewResponses()}
	if got := lacks("/v1/x/{id}", empty); len(got) < 10 {
		t.Errorf("an empty operation lacks only %v", got)
	}
}

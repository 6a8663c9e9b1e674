package main

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/pkg/homecare"
)

const root = "../../.."

func published(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func generated(t *testing.T, doc *openapi3.T) (map[string][]byte, error) {
	t.Helper()
	types, err := typesOf(filepath.Join(root, "pkg", "homecare"))
	if err != nil {
		t.Fatal(err)
	}
	return generate(doc, types)
}

// Generating gives the files that are there.
func TestCallsAreCurrent(t *testing.T) {
	files, err := generated(t, published(t))
	if err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Glob(filepath.Join(root, "pkg", "homecare", "calls_*.go"))
	if err != nil || len(there) != len(files) {
		t.Errorf("%d files are there, %d are generated (%v)", len(there), len(files), err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, "pkg", "homecare", name)); err != nil ||
			!bytes.Equal(got, want) {
			t.Errorf("%s is not current; run go run ./internal/tool/sdk (%v)", name, err)
		}
	}
}

// beside are the methods of Client that are not operations.
var beside = []string{"Do", "SetTokens", "Tokens", "With"}

// Every operation of the document has a call, no two share one, and no call is
// left over.
func TestEveryOperationHasACall(t *testing.T) {
	left := map[string]bool{}
	for m := range reflect.TypeFor[*homecare.Client]().Methods() {
		left[m.Name] = true
	}
	for path, item := range published(t).Paths.Map() {
		for method, op := range item.Operations() {
			name := nameOf(op.OperationID)
			if !left[name] {
				t.Errorf("%s %s (%s): Client has no method %s of its own", method, path, op.OperationID, name)
			}
			delete(left, name)
		}
	}
	for _, name := range beside {
		delete(left, name)
	}
	for name := range left {
		t.Errorf("%s calls no operation", name)
	}
}

// seen keeps the last request instead of sending it.
type seen struct{ *http.Request }

func (s *seen) RoundTrip(r *http.Request) (*http.Response, error) {
	s.Request = r
	return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader("")),
		Header: http.Header{}}, nil
}

// Each call, also those written by hand, sends what its operation describes:
// method, path, query, headers, body, and a token unless it is public.
func TestCallsSendWhatTheDocumentSays(t *testing.T) {
	for path, item := range published(t).Paths.Map() {
		for method, op := range item.Operations() {
			at := new(seen)
			c := homecare.New("http://test")
			c.HTTP, c.Retries = &http.Client{Transport: at}, 0
			c.SetTokens(homecare.Tokens{AccessToken: "token"})
			m := reflect.ValueOf(c).MethodByName(nameOf(op.OperationID))
			if !m.IsValid() {
				t.Errorf("%s has no call", op.OperationID)
				continue
			}
			m.Call(arguments(t, m.Type()))
			if at.Request == nil {
				t.Errorf("%s sends nothing", op.OperationID)
				continue
			}
			for what, wrong := range differs(method, path, op, at.Request) {
				t.Errorf("%s: %s: %s", op.OperationID, what, wrong)
			}
		}
	}
}

// arguments are one of each type that a call takes.
func arguments(t *testing.T, call reflect.Type) []reflect.Value {
	t.Helper()
	var in []reflect.Value
	for p := range call.Ins() {
		switch p.Kind() {
		case reflect.Interface:
			in = append(in, reflect.ValueOf(t.Context()))
		case reflect.String:
			in = append(in, reflect.ValueOf("a/b"))
		case reflect.Int, reflect.Int64:
			in = append(in, reflect.ValueOf(7).Convert(p))
		case reflect.Map:
			in = append(in, reflect.ValueOf(url.Values{"asked": {"1"}}))
		case reflect.Slice: // names to expand
		default:
			in = append(in, reflect.Zero(p))
		}
	}
	return in
}

func differs(method, path string, op *openapi3.Operation, r *http.Request) map[string]string {
	wrong := map[string]string{}
	check := func(what, got, want string) {
		if got != want {
			wrong[what] = got + ", want " + want
		}
	}
	for _, p := range op.Parameters {
		value := "a%2Fb"
		if p.Value.Schema.Value.Type.Is("integer") {
			value = "7"
		}
		path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", value)
	}
	check("method", r.Method, method)
	check("path", r.URL.EscapedPath(), path)
	says := func(ok bool) string { return map[bool]string{true: "yes", false: "no"}[ok] }
	check("If-Match", says(r.Header.Get("If-Match") == `"7"`),
		says(op.Parameters.GetByInAndName("header", "If-Match") != nil))
	check("Idempotency-Key", says(r.Header.Get("Idempotency-Key") != ""),
		says(op.Parameters.GetByInAndName("header", "Idempotency-Key") != nil))
	public := op.Security != nil && len(*op.Security) == 0
	check("Authorization", says(r.Header.Get("Authorization") == "Bearer token"), says(!public))
	check("body", says(r.ContentLength > 0), says(op.RequestBody != nil))
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if op.RequestBody != nil && op.RequestBody.Value.Content[kind] == nil {
		wrong["Content-Type"] = kind
	}
	for name := range r.URL.Query() {
		if name != "asked" && op.Parameters.GetByInAndName("query", name) == nil {
			wrong["query"] = name
		}
	}
	for _, p := range op.Parameters {
		if p.Value.In == "query" && p.Value.Required && r.URL.Query().Get(p.Value.Name) != "a/b" {
			wrong["query "+p.Value.Name] = "not sent"
		}
	}
	return wrong
}

// What the generator does not support is reported with the operation.
func TestGenerateSaysWhatIsUnknown(t *testing.T) {
	doc := published(t)
	op := doc.Paths.Value("/v1/cases/{id}").Get
	op.Responses.Status(200).Value.Content.Get("application/json").
		Schema = openapi3.NewSchemaRef("#/components/schemas/Nothing", openapi3.NewObjectSchema())
	_, err := generated(t, doc)
	if err == nil || !strings.Contains(err.Error(), `getCase: the schema "Nothing" is no type of pkg/homecare`) {
		t.Errorf("said %v", err)
	}
}

func TestNames(t *testing.T) {
	for id, want := range map[string]string{
		"listCases": "Cases", "getCase": "Case", "approveCase": "ApproveCase", "offerTotp": "OfferTOTP",
		"getReportPdf": "ReportPDF",
		"getImport":    "GetImport", "createImport": "Import",
	} {
		if got := nameOf(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

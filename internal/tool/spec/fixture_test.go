package spec

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/tool/spec/testdata/fixture"
)

var update = flag.Bool("update", false, "write testdata/fixture.yaml anew")

const root = "../../.."

// fixtureRoutes are those of testdata/fixture, which uses every form of handler.
func fixtureRoutes() []rest.Route {
	by := []auth.Role{access.Koordinator, access.Petugas}
	route := func(method, path string, h rest.Handler, flags rest.Flag) rest.Route {
		return rest.Route{Method: method, Path: path, By: by, Handler: h, Flags: flags}
	}
	return []rest.Route{
		route("GET", "/v1/things", fixture.ListThings(), 0),
		route("POST", "/v1/things", fixture.PostThing(), 0),
		route("GET", "/v1/things/codes", fixture.GetCodes(), rest.Cached|rest.Public),
		route("POST", "/v1/things/files", fixture.PostFile(), rest.Upload),
		route("GET", "/v1/things/:id", fixture.GetThing(), 0),
		route("PATCH", "/v1/things/:id", fixture.PatchThing(), 0),
		route("DELETE", "/v1/things/:id", fixture.DeleteThing(), 0),
		route("POST", "/v1/things/:id/end", fixture.PostThingEnd(), rest.OnRecord|rest.DryRun|rest.Parks),
		route("GET", "/v1/things/:id/pdf", fixture.GetPDF(), 0),
	}
}

func example(t *testing.T) (*openapi3.T, []byte) {
	t.Helper()
	b, err := document(root, fixtureRoutes())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	return doc, b
}

// The golden file shows a reviewer what a change of the conversion does.
func TestFixtureIsGolden(t *testing.T) {
	_, got := example(t)
	const golden = "testdata/fixture.yaml"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the document of the fixture is not %s; run go test ./internal/tool/spec -run Golden -update and read the difference",
			golden)
	}
}

func TestDocumentIsDeterministic(t *testing.T) {
	_, first := example(t)
	for range 5 {
		if _, again := example(t); !bytes.Equal(first, again) {
			t.Fatal("two runs differ")
		}
	}
}

func TestSchemas(t *testing.T) {
	doc, _ := example(t)
	s := doc.Components.Schemas
	patch, thing, created := s["ThingPatch"].Value, s["Thing"].Value, s["NewThing"].Value
	for name, ok := range map[string]bool{
		"a generic type has a plain name": s["ThingPage"] != nil,
		"no name has a package":           !hasKey(s, "."),
		"Opt is its value, nullable": patch.Properties["name"].Value.Nullable &&
			patch.Properties["name"].Value.Type.Is("string"),
		"Opt keeps the rules of its value": *patch.Properties["name"].Value.MaxLength == 80,
		"Opt of a time": patch.Properties["since"].Value.Nullable &&
			patch.Properties["since"].Value.Format == "date-time",
		"Opt of a list": patch.Properties["tags"].Value.Nullable &&
			patch.Properties["tags"].Value.Type.Is("array"),
		"Opt of an enum takes null": len(patch.Properties["sex"].Value.Enum) == 3,
		"Opt of a struct is written out": patch.Properties["phone"].Value.Nullable &&
			patch.Properties["phone"].Value.Properties["number"] != nil,
		"time.Time is a date-time without being told": thing.Properties["plain"].Value.Format == "date-time",
		"a pointer that is always there is nullable":  thing.Properties["grams"].Value.Nullable,
		"a request refuses unknown members": created.AdditionalProperties.Has != nil &&
			!*created.AdditionalProperties.Has,
		"an answer may grow": thing.AdditionalProperties.Has == nil,
		"a type both sent and answered has two schemas": s["Phone"].Value.AdditionalProperties.Has == nil &&
			s["PhoneInput"].Value.AdditionalProperties.Has != nil,
		"a request refers to the closed one": created.Properties["phones"].Value.Items.Ref == schemaPrefix+
			"PhoneInput",
		"an answer refers to the open one": thing.Properties["phones"].Value.Items.Ref == schemaPrefix+
			"Phone",
		"validate gives min and max": *created.Properties["count"].Value.Min == 1 &&
			*created.Properties["count"].Value.Max == 9,
		"validate gives the enum":        len(created.Properties["kind"].Value.Enum) == 2,
		"validate gives the pattern":     created.Properties["month"].Value.Pattern == patterns["month"],
		"validate bounds a list's items": *created.Properties["tags"].Value.Items.Value.MaxLength == 20,
		"a pattern bounds its text":      *created.Properties["month"].Value.MaxLength == 7,
		"validate gives required, said or implied": strings.Join(created.Required,
			" ") == "count kind name sex weight",
		"the type's comment is its description": thing.Description == "An answer.",
		"a member's comment stands beside a reference": thing.Properties["main"].Value.Description ==
			"the one to try first." && len(thing.Properties["main"].Value.AllOf) == 1,
		"the text of Opt is not of Go": s["Opt"] == nil,
		"a field's text has names of the wire": thing.Properties["seen"].Value.Description ==
			"`seen` is when `plain` was read, or Born; absent: never.",
		"a name that is the same everywhere has a text": thing.Properties["id"].Value.Description ==
			memberTexts["id"],
		"a listed value has no second bound": created.Properties["kind"].Value.MaxLength == nil,
	} {
		if !ok {
			t.Errorf("not so: %s", name)
		}
	}
}

func hasKey(s openapi3.Schemas, part string) bool {
	for name := range s {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// What follows from the route table, operation by operation: names of
// parameters, status codes, content types of request and success.
func TestOperationsFollowTheRouteTable(t *testing.T) {
	doc, _ := example(t)
	const file = "application/pdf"
	for _, x := range []struct{ method, path, parameters, statuses, sends, answers string }{
		{"GET", "/v1/things", "sex limit cursor fields Accept-Language", "200 400 401 403 422 429 500 503", "",
			jsonType},
		{"POST", "/v1/things", "Idempotency-Key Accept-Language", "201 400 401 403 409 413 415 422 429 500 503",
			jsonType, jsonType},
		{"GET", "/v1/things/codes", "If-None-Match Accept-Language", "200 304 400 422 429 500 503", "", jsonType},
		{"POST", "/v1/things/files", "Idempotency-Key Accept-Language", "202 400 401 403 409 413 415 422 429 500 503",
			"multipart/form-data", jsonType},
		{"GET", "/v1/things/{id}", "id fields Accept-Language", "200 400 401 403 404 422 429 500 503", "", jsonType},
		{"PATCH", "/v1/things/{id}", "id Idempotency-Key If-Match Accept-Language",
			"200 400 401 403 404 409 412 413 415 422 428 429 500 503", jsonType, jsonType},
		{"DELETE", "/v1/things/{id}", "id Idempotency-Key Accept-Language", "204 400 401 403 404 409 422 429 500 503",
			"", ""},
		{"POST", "/v1/things/{id}/end", "id dry_run Idempotency-Key If-Match Accept-Language",
			"200 202 400 401 403 404 409 412 422 428 429 500 503", "", jsonType},
		{"GET", "/v1/things/{id}/pdf", "id Accept-Language", "200 400 401 403 404 422 429 500 503", "", file},
	} {
		op := doc.Paths.Value(x.path).GetOperation(x.method)
		var parameters, sends []string
		for _, p := range op.Parameters {
			parameters = append(parameters, p.Value.Name)
		}
		if op.RequestBody != nil {
			sends = keys(op.RequestBody.Value.Content)
		}
		var answers []string
		for _, status := range []int{200, 201, 202} {
			if r := op.Responses.Status(status); r != nil {
				answers = keys(r.Value.Content)
			}
		}
		for what, pair := range map[string][2]string{
			"parameters":        {strings.Join(parameters, " "), x.parameters},
			"statuses":          {strings.Join(keys(op.Responses.Map()), " "), x.statuses},
			"request's content": {strings.Join(sends, " "), x.sends},
			"answer's content":  {strings.Join(answers, " "), x.answers},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s %s: %s %q, want %q", x.method, x.path, what, pair[0], pair[1])
			}
		}
	}
}

func TestHeadersAndSecurity(t *testing.T) {
	doc, _ := example(t)
	op := func(method, path string) *openapi3.Operation { return doc.Paths.Value(path).GetOperation(method) }
	post, codes, pdf := op("POST", "/v1/things"), op("GET", "/v1/things/codes"), op("GET", "/v1/things/{id}/pdf")
	for name, ok := range map[string]bool{
		"a versioned answer has an ETag":     post.Responses.Status(201).Value.Headers["ETag"] != nil,
		"a write with a key may be a replay": post.Responses.Status(201).Value.Headers["Idempotent-Replayed"] != nil,
		"a read is no replay": op("GET", "/v1/things/{id}").Responses.Status(200).
			Value.Headers["Idempotent-Replayed"] == nil,
		"a cached answer has an ETag":      codes.Responses.Status(200).Value.Headers["ETag"] != nil,
		"a file has a name":                pdf.Responses.Status(200).Value.Headers["Content-Disposition"] != nil,
		"a public route asks for no token": codes.Security != nil && len(*codes.Security) == 0,
		"the others do":                    post.Security != nil && len(*post.Security) == 1,
		"roles are listed":                 len(post.Extensions["x-roles"].([]any)) == 2,
		"the permission is named":          post.Extensions["x-permissions"].([]any)[0] == "POST /v1/things",
		"the scope is that of the roles":   post.Extensions["x-tenant-scope"] == "puskesmas",
		"roles are in the description":     strings.Contains(post.Description, "Roles: koordinator, petugas."),
		"a parked act answers another body": op("POST", "/v1/things/{id}/end").Responses.Status(202).
			Value.Content[jsonType].Schema.Ref == schemaPrefix+"ParkedAnswer",
		"a record's parameter is its id": pdf.Parameters.GetByInAndName("path", "id").
			Schema.Value.Format == "uuid" && pdf.Parameters.GetByInAndName("path", "id").
			Description == "The id of the thing.",
		"a default stands at the field": op("GET", "/v1/things").Parameters.GetByInAndName("query", "limit").
			Schema.Value.Default == 50.0,
		"a form has its file": op("POST", "/v1/things/files").
			RequestBody.Value.Content[rest.FormType].Schema.Value.Properties["file"].Value.Format == "binary",
		"what is no text in a form is JSON": op("POST", "/v1/things/files").
			RequestBody.Value.Content[rest.FormType].Schema.Value.Properties["labels"].Value.Type.Is("string"),
		"a description may go on": strings.HasPrefix(op("GET", "/v1/things").Description,
			"Daftar benda. It goes on. Roles:"),
		"429 says when to come again": post.Responses.Status(http.StatusTooManyRequests).
			Value.Headers["Retry-After"] != nil,
		"a success says what is left": post.Responses.Status(201).Value.Headers["RateLimit"] != nil &&
			post.Responses.Status(201).Value.Headers["RateLimit-Policy"] != nil,
		"problems are problem+json": post.Responses.Status(422).
			Value.Content["application/problem+json"] != nil,
		"a problem refers to the shared form": post.Responses.Status(422).
			Ref == "#/components/responses/UnprocessableContent",
	} {
		if !ok {
			t.Errorf("not so: %s", name)
		}
	}
}

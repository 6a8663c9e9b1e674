package spec

import (
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
)

// The two ways of signing in: a person's token, and a machine's with its scopes.
const (
	bearer  = "bearer"
	machine = "machine"
)

const about = `Home-care programmes (Homecare Sanggam, KUPINANG) of the UPTD puskesmas of Kabupaten Balangan.

Names are English, the Indonesian term stands beside them; texts for persons are Indonesian, or English with ` +
	"`Accept-Language: en`" + `. Times are RFC 3339, dates YYYY-MM-DD; a business day is a day in Asia/Makassar.

Every POST needs an Idempotency-Key, except sign-in with its second factor and password, searches, dry runs and the
management of machine clients (the header is listed where it is needed); every PATCH, PUT and DELETE takes one; every
PATCH, PUT and action on a record needs If-Match. HEAD is answered wherever GET is, with the rights and the log entries
of GET. Lists are read with limit and cursor. Every failure is an RFC 9457
problem with a stable code; api/problems.md lists them. A client ignores members of answers that it does not know; the
server refuses members of requests that it does not know.

Extensions of an operation: x-roles are the roles that may call it; x-permissions are the names by which Kepala
withholds it (GET /v1/permissions); x-tenant-scope says whose records it is about: none, puskesmas, district, or
membership (that of the caller). Within /v1 nothing breaks, except operations and schemas with x-stability: preview,
which may still change; api/CHANGELOG.md says how.`

// general sets what is independent of handlers.
func (c *converter) general() {
	c.doc.OpenAPI = "3.0.3"
	c.doc.Info = &openapi3.Info{
		Title: "Homecare API", Version: api.Version, Description: about,
		License: &openapi3.License{Name: "Apache-2.0", URL: "https://www.apache.org/licenses/LICENSE-2.0.html"},
		Contact: &openapi3.Contact{
			Name: "Dinas Kesehatan, Pengendalian Penduduk dan Keluarga Berencana Kabupaten Balangan", URL: "/docs"},
	}
	c.doc.Servers = openapi3.Servers{{URL: "/",
		Description: "The server that serves this document (production, or a development server)",
		Extensions:  map[string]any{"x-internal": false}}}
	c.doc.Security = *openapi3.NewSecurityRequirements().With(openapi3.NewSecurityRequirement().Authenticate(bearer))
	c.doc.Components = &openapi3.Components{Schemas: openapi3.Schemas{}}
	scheme := openapi3.NewJWTSecurityScheme()
	scheme.Description =
		"Access token of POST /v1/auth/login: an EdDSA-signed JWT (RFC 9068) that lives 10 minutes and is checked as RFC8725 (JWT best current practices) asks; /.well-known/jwks.json has the keys. Session, role and membership are checked again on every request."
	c.doc.Components.SecuritySchemes = openapi3.SecuritySchemes{bearer: {Value: scheme},
		machine: {Value: machineScheme()}}
	c.doc.Components.Parameters = openapi3.ParametersMap{}
	for name, p := range sharedParameters {
		c.doc.Components.Parameters[name] = &openapi3.ParameterRef{Value: p}
	}
	c.doc.Components.Headers = openapi3.Headers{}
	for name, h := range sharedHeaders {
		c.doc.Components.Headers[name] = &openapi3.HeaderRef{Value: h}
	}
	c.doc.Components.Responses = openapi3.ResponseBodies{}
	for _, p := range problems {
		c.doc.Components.Responses[p.name] = &openapi3.ResponseRef{Value: p.response()}
	}
}

// machineScheme is OAuth 2.0 client credentials with every scope.
func machineScheme() *openapi3.SecurityScheme {
	scopes := map[string]string{}
	for _, s := range access.Scopes {
		scopes[s.Name] = s.Text
	}
	return &openapi3.SecurityScheme{Type: "oauth2",
		Description: "A machine client's token of POST /oauth/token (RFC 6749 section 4.4), for the routes that its scopes open; an EdDSA-signed JWT of 10 minutes, checked as RFC8725 asks; scopes, networks and the client itself are checked on every request.",
		Flows: &openapi3.OAuthFlows{ClientCredentials: &openapi3.OAuthFlow{TokenURL: "/oauth/token",
			Scopes: scopes}}}
}

func text(maxLength uint64, pattern string) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"string"}, MaxLength: &maxLength,
		Pattern: pattern})
}

func header(name, description string, required bool, schema *openapi3.SchemaRef, example any) *openapi3.Parameter {
	return &openapi3.Parameter{Name: name, In: "header", Description: description, Required: required, Schema: schema,
		Example: example}
}

// sharedParameters are the parameters that follow from the route table.
var sharedParameters = map[string]*openapi3.Parameter{
	"IdempotencyKey": header("Idempotency-Key",
		"A key of the client's own for this request, such as a UUID; sent again with the same key the request is not done twice, the first answer comes back. Kept at least 45 days. A dry run needs none.",
		true, keySchema(), "2f6b1d3c-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
	"OptionalIdempotencyKey": header("Idempotency-Key",
		"May be sent. Sent again with the same key and the same If-Match, the change is not made twice and not refused as stale: the first answer comes back. Kept at least 45 days.",
		false, keySchema(), "2f6b1d3c-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
	"IfMatch": header("If-Match",
		"The ETag of the record as last read. A record changed meanwhile answers 412 with the current ETag.",
		true, text(40, `^"[0-9]{1,18}(-[0-9a-f]{8})?"$`), `"3"`),
	"IfNoneMatch": header("If-None-Match",
		"The ETag of the answer the client holds; unchanged, the answer is 304 without a body.",
		false, text(200, ""), `"9f5e2f6b1d3c4e5f9f5e2f6b"`),
	"AcceptLanguage": header("Accept-Language", "Language of texts for persons: id (default) or en.", false,
		text(100, ""), "id"),
	"DryRun": {Name: "dry_run", In: "query",
		Description: "Try it: everything is checked and answered as if done, then rolled back; takes no number and is audited as a dry run.",
		Schema:      openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"boolean"}, Default: false}),
		Example:     false},
	"Fields": {Name: "fields", In: "query",
		Description: "Only these members of the answer (of each row of a list), separated by commas; `patient.name` is a member of a record within. Members that are left out are absent, required ones too.",
		Schema:      text(rest.MaxFields, `^[a-z0-9_]+(\.[a-z0-9_]+)?(,[a-z0-9_]+(\.[a-z0-9_]+)?)*$`), Example: "id"},
}

func keySchema() *openapi3.SchemaRef {
	s := text(255, "")
	s.Value.MinLength = 8
	return s
}

func answerHeader(description string, schema *openapi3.SchemaRef, example any) *openapi3.Header {
	return &openapi3.Header{Parameter: openapi3.Parameter{Description: description, Schema: schema, Example: example}}
}

// sharedHeaders are the headers of answers, by name.
var sharedHeaders = map[string]*openapi3.Header{
	"ETag": answerHeader("Version of what the body shows; goes into If-Match or If-None-Match.",
		text(200, `^(W/)?"[^"]*"$`), `"3"`),
	"X-Request-Id": answerHeader("Names this request in the server's log; the trace_id of problems.",
		text(32, `^[0-9a-f]{32}$`), exampleTrace),
	"Idempotent-Replayed": answerHeader("true when this is the first answer to the same Idempotency-Key once more.",
		text(4, `^true$`), "true"),
	"RateLimit": answerHeader(
		"Where the caller's quotas stand: r units left, t seconds until it is whole (draft-ietf-httpapi-ratelimit-headers). Absent where the installation has no limits.",
		text(300, rateLimitForm), `"account";r=11998;t=1, "tenant";r=59990;t=1`),
	"RateLimit-Policy": answerHeader(
		"The quotas that concern this request: q units in w seconds. A read costs 1 unit, a list 2, a write 3, a search 5, a sign-in 10, a file or work over a whole registry 20.",
		text(300, ratePolicyForm), `"account";q=12000;w=60, "tenant";q=60000;w=60`),
	"Retry-After": answerHeader("Seconds to wait before sending again.", wait(), 2),
	"Content-Disposition": answerHeader("How to keep the file, and its name.", text(300, ""),
		`attachment; filename="surat-tugas.pdf"`),
	"Content-Language": answerHeader("Language of the texts in the body.", text(2, `^(id|en)$`), "id"),
	"WWW-Authenticate": answerHeader("How to sign in.", text(200, ""), `Bearer realm="homecare"`),
}

// The patterns of the two headers: lists of RFC 9651 with parameters.
const (
	rateLimitForm  = `^"[a-z]+";r=[0-9]+;t=[0-9]+(, "[a-z]+";r=[0-9]+;t=[0-9]+)*$`
	ratePolicyForm = `^"[a-z]+";q=[0-9]+;w=[0-9]+(, "[a-z]+";q=[0-9]+;w=[0-9]+)*$`
)

func wait() *openapi3.SchemaRef {
	low, high := 0.0, 86400.0
	return openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"integer"}, Format: "int32", Min: &low,
		Max: &high})
}

func sharedHeader(name string) *openapi3.HeaderRef {
	return &openapi3.HeaderRef{Ref: "#/components/headers/" + name, Value: sharedHeaders[name]}
}

// problem is one failure shared by operations.
type problem struct {
	status  int
	name    string
	text    string
	example *fault.Definition // nil: 304
	headers []string
}

const exampleTrace = "4bf92f3577b34da6a3ce929d0e0e4736"

var problems = []problem{
	{304, "NotModified", "Unchanged since the ETag in If-None-Match.", nil, []string{"ETag"}},
	{400, "BadRequest", "The request cannot be read (body, cursor or header).", rest.ErrBodyUnreadable, nil},
	{401, "Unauthorized", "Not signed in, or the session has ended.", pg.ErrNoPrincipal, []string{"WWW-Authenticate"}},
	{403, "Forbidden", "The caller's role may not do this.", pg.ErrForbidden, nil},
	{404, "NotFound", "Unknown or not the caller's; the two look the same.", fault.ErrNotFound, nil},
	{409, "Conflict",
		"In conflict with the record's state or with another record; allowed lists the actions that are possible.",
		fault.ErrState, []string{"Retry-After"}},
	{412, "PreconditionFailed", "The record has changed since the version in If-Match.", fault.ErrStale,
		[]string{"ETag"}},
	{413, "ContentTooLarge", "The body is too large.", rest.ErrBodyTooLarge, nil},
	{415, "UnsupportedMediaType", "The body is of another content type.", rest.ErrContentType, nil},
	{422, "UnprocessableContent", "Fields or parameters are not right; errors says which and why.", fault.ErrInvalid,
		nil},
	{428, "PreconditionRequired", "The header If-Match is missing.", rest.ErrIfMatchMissing, nil},
	{429, "TooManyRequests", "Too many requests; wait as Retry-After says.", rest.ErrTooMany, []string{"Retry-After"}},
	{500, "InternalServerError", "An error of the service; it is logged under trace_id.", fault.ErrInternal, nil},
	{503, "ServiceUnavailable", "The service or its database is away; nothing was saved.", fault.ErrUnavailable,
		[]string{"Retry-After"}},
}

// problemNames finds the shared response of a status code.
var problemNames = func() map[string]string {
	names := map[string]string{}
	for _, p := range problems {
		names[strconv.Itoa(p.status)] = p.name
	}
	return names
}()

func (p problem) response() *openapi3.Response {
	r := openapi3.NewResponse().WithDescription(p.text)
	r.Headers = openapi3.Headers{"X-Request-Id": sharedHeader("X-Request-Id"), "RateLimit": sharedHeader("RateLimit"),
		"RateLimit-Policy": sharedHeader("RateLimit-Policy")}
	for _, h := range p.headers {
		r.Headers[h] = sharedHeader(h)
	}
	if p.example == nil {
		return r
	}
	r.Headers["Content-Language"] = sharedHeader("Content-Language")
	r.Content = openapi3.Content{"application/problem+json": &openapi3.MediaType{
		Schema: openapi3.NewSchemaRef("#/components/schemas/Problem", nil), Example: p.body()}}
	return r
}

// body is the complete example, as platform/rest writes it.
func (p problem) body() map[string]any {
	d := p.example
	args := map[string]any{"limit": rest.BodyLimit, "want": jsonType, "state": "approved"}
	b := map[string]any{"type": "/problems/" + d.Code, "title": rest.TitleOf(d.Kind).ID, "status": p.status,
		"detail":   d.Detail.In("id", args),
		"instance": "/v1/cases/" + exampleUUID, "code": d.Code, "retryable": d.Retryable, "trace_id": exampleTrace}
	switch p.status {
	case 409:
		b["current_state"], b["allowed"] = "approved", []any{"end"}
	case 412:
		b["current_version"] = 4
	case 422:
		b["errors"] = []any{map[string]any{"pointer": "/birth_date", "code": "required", "message": "Wajib diisi."}}
	}
	return b
}

package spec

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// stability marks an operation or schema that may still change within /v1: preview.
const stability = "x-stability"

// operation is one line of the route table with the comment of its handler.
type operation struct {
	c    *converter
	r    rest.Route
	path string
	said annotations
	op   *openapi3.Operation
}

func (o operation) complain(format string, args ...any) {
	o.c.complain(o.said.at, o.r.Method, o.path, format, args...)
}

func (o operation) build() {
	o.comment()
	o.security()
	o.parameters()
	o.body()
	o.answers()
}

// comment reads the handler's comment and reports what it lacks or repeats.
func (o operation) comment() {
	for name := range o.said.text {
		if !slices.Contains(written, name) {
			o.complain("@%s repeats what the types and the route table say", name)
		}
	}
	for _, name := range []string{"Summary", "Description", "ID"} {
		if o.said.of(name) == "" {
			o.complain("the comment has no @%s", name)
		}
	}
	o.op.Summary, o.op.Description, o.op.OperationID = o.said.of("Summary"), o.said.of("Description"), o.said.of("ID")
	o.op.Tags = o.said.text["Tags"]
	if len(o.op.Tags) != 1 {
		o.complain("the comment needs exactly one of @Tags, it has %d", len(o.op.Tags))
	}
	for _, t := range o.op.Tags {
		if !slices.ContainsFunc(tagTexts, func(k tagText) bool { return k.name == t }) {
			o.complain("@Tags %s is not in internal/tool/spec/tags.go", t)
		}
	}
}

// security names the callers and whose records the operation is about: in
// x-roles, x-permissions and x-tenant-scope, and in words.
func (o operation) security() {
	o.op.Extensions = map[string]any{"x-tenant-scope": tenantScope(o.r)}
	o.op.Deprecated = !o.r.Deprecated.IsZero()
	if !o.r.Sunset.IsZero() {
		o.op.Extensions["x-sunset"] = o.r.Sunset.UTC().Format(time.DateOnly)
	}
	if o.r.Flags.Has(rest.Preview) {
		o.op.Extensions[stability] = "preview"
		o.op.Description = sentence(o.op.Description) + " Preview: its shape may change within /v1."
	}
	if o.r.Flags.Has(rest.Public) {
		o.op.Security = openapi3.NewSecurityRequirements()
		o.op.Description = sentence(o.op.Description) + " No token needed."
		return
	}
	o.op.Security = openapi3.NewSecurityRequirements().With(openapi3.NewSecurityRequirement().Authenticate(bearer))
	if o.r.Scope != "" {
		o.op.Security.With(openapi3.NewSecurityRequirement().Authenticate(machine, o.r.Scope))
	}
	roles := make([]string, len(o.r.By))
	for i, r := range o.r.By {
		roles[i] = string(r)
	}
	if len(roles) == 0 {
		o.complain("the route table names no role")
	}
	o.op.Extensions["x-roles"], o.op.Extensions["x-permissions"] = roles, []string{o.r.Permission()}
	o.op.Description = sentence(o.op.Description) + " Roles: " + strings.Join(roles, ", ") + "."
	if o.r.Scope != "" {
		o.op.Description += " Machines: scope " + o.r.Scope + "."
	}
}

// tenantScope says whose records an operation reads and changes: none (no
// token), puskesmas (the caller's own), district (of all puskesmas, for Dinkes)
// or membership (the one or the other, as the caller's membership says).
func tenantScope(r rest.Route) string {
	district := slices.ContainsFunc(r.By, access.OfDistrict)
	own := slices.ContainsFunc(r.By, func(role auth.Role) bool { return !access.OfDistrict(role) })
	switch {
	case r.Flags.Has(rest.Public):
		return "none"
	case district && own:
		return "membership"
	case district:
		return "district"
	}
	return "puskesmas"
}

func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s != "" && !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// answer is the type of a JSON success; nil when there is none.
func (o operation) answer() reflect.Type {
	if t := o.r.Handler.Result(); t != reflect.TypeFor[call.None]() {
		return t
	}
	return nil
}

// body is the body of the request: JSON, or the form that it reads itself.
func (o operation) body() {
	t := bodyOf(o.r.Handler.Request)
	if t == nil {
		return
	}
	if o.r.Method == http.MethodGet || o.r.Method == http.MethodDelete {
		o.complain("a %s has no body", o.r.Method)
	}
	kind := jsonType
	var schema *openapi3.SchemaRef
	if form, ok := reflect.New(o.r.Handler.Request).Interface().(rest.Former); ok {
		kind = form.MediaType()
		schema = o.c.form(t, kind)
	} else {
		schema = o.c.named(t, sent)
	}
	o.op.RequestBody = &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{Required: true,
		Description: o.c.source.typeText(t),
		Content:     openapi3.Content{kind: {Schema: schema}}}}
}

// bodyOf is the type with the request's body members: the request, or the type
// it embeds beside the fields of the path. It is nil without body members.
func bodyOf(t reflect.Type) reflect.Type {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var within []reflect.Type
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case placeOf(f) != "" || name == "-":
		case name != "":
			return t
		case f.Anonymous && bodyOf(f.Type) != nil:
			within = append(within, bodyOf(f.Type))
		}
	}
	switch len(within) {
	case 0:
		return nil
	case 1:
		return within[0]
	}
	return t
}

// form is the schema of a form. Its parts are texts; other values are sent as
// JSON. One of several parts is the file.
func (c *converter) form(t reflect.Type, kind string) *openapi3.SchemaRef {
	s := c.object(t, sent)
	for name, p := range s.Properties {
		p.Value.Nullable = false
		if p.Ref != "" || p.Value.Type.Is("object") || p.Value.Type.Is("array") {
			as := plain("string", "")
			as.Value.Description = p.Value.Description
			if text, err := json.Marshal(p.Value.Example); err == nil && p.Value.Example != nil {
				as.Value.Example = string(text)
			}
			bound(as.Value)
			s.Properties[name] = as
		}
	}
	if kind == rest.FormType {
		file := plain("string", "binary")
		file.Value.Description = "The file"
		s.Properties["file"] = file
		s.Required = append(s.Required, "file")
		slices.Sort(s.Required)
	}
	s.Description = ""
	return openapi3.NewSchemaRef("", s)
}

// answers are the success and every possible problem of the route.
func (o operation) answers() {
	o.op.Responses = openapi3.NewResponsesWithCapacity(16)
	h := o.r.Handler
	done := http.StatusNoContent
	r := openapi3.NewResponse()
	switch t := o.answer(); {
	case len(h.Files) > 0:
		done, r.Content = h.Status, openapi3.Content{}
		for _, kind := range h.Files {
			r.Content[kind] = &openapi3.MediaType{Schema: plain("string", "binary")}
		}
	case t != nil:
		done, r.Content = h.Status, openapi3.NewContentWithJSONSchemaRef(o.c.schemaOf(t, answered))
	}
	o.success(r, done)
	if o.r.Flags.Has(rest.Parks) {
		parked := openapi3.NewResponse().WithJSONSchemaRef(o.c.schemaOf(reflect.TypeFor[homecare.ParkedAnswer](),
			answered))
		o.success(parked.WithDescription(parkedText), http.StatusAccepted)
	}
	follow := o.statuses()
	for _, said := range o.said.text["Failure"] {
		status, _, _ := strings.Cut(said, " ")
		if n, err := strconv.Atoi(status); err == nil && slices.Contains(follow, n) {
			o.complain("@Failure %s repeats what follows from the route", status)
		}
		o.problem(status)
	}
	for _, status := range follow {
		o.problem(strconv.Itoa(status))
	}
}

// parkedText is the text of the second answer of an act that may be parked.
const parkedText = "Kept whole, and not in the record, which it contradicts (GET /v1/parked/{id})."

func (o operation) problem(status string) {
	name, ok := problemNames[status]
	if !ok {
		o.complain("@Failure %s is not in internal/tool/spec/components.go", status)
		return
	}
	if o.r.Flags.Has(rest.OAuth) && status[0] >= '4' {
		o.op.Responses.Set(status,
			&openapi3.ResponseRef{Value: oauthProblem(status, o.c.doc.Components.Responses[name].Value)})
		return
	}
	o.op.Responses.Set(status, &openapi3.ResponseRef{Ref: "#/components/responses/" + name,
		Value: o.c.doc.Components.Responses[name].Value})
}

// oauthProblem is an error of the token endpoint: the problem's members and
// those of RFC 6749, as plain JSON.
func oauthProblem(status string, shared *openapi3.Response) *openapi3.Response {
	r := *shared
	m := *shared.Content["application/problem+json"]
	example, _ := m.Example.(map[string]any)
	example = maps.Clone(example)
	example["instance"], example["error"], example["error_description"] = "/oauth/token", "invalid_request",
		"What is wrong, in English."
	if status == "401" {
		example["error"] = "invalid_client"
	}
	m.Example = example
	r.Content = openapi3.Content{jsonType: &m}
	return &r
}

// statuses are the error statuses that follow from the route.
func (o operation) statuses() []int {
	writes := o.r.Method != http.MethodGet
	public := o.r.Flags.Has(rest.Public)
	all := []int{400, 422, 429, 500, 503}
	add := func(when bool, status ...int) {
		if when {
			all = append(all, status...)
		}
	}
	// A public write is a sign-in or the like: its credentials are in the body.
	add(!public || writes, 401, 403)
	add(strings.Contains(o.path, "{"), 404)
	add(o.r.NeedsKey() || o.r.NeedsIfMatch() || o.r.Method == http.MethodDelete, 409)
	add(o.r.NeedsIfMatch(), 412, 428)
	add(o.op.RequestBody != nil, 413, 415)
	add(o.r.Flags.Has(rest.Cached), 304)
	return all
}

func (o operation) success(r *openapi3.Response, status int) {
	parked := r.Description != nil
	r.Headers = openapi3.Headers{}
	add := func(when bool, header string) {
		if when {
			r.Headers[header] = sharedHeader(header)
		}
	}
	add(true, "X-Request-Id")
	add(o.r.Limited(), "RateLimit")
	add(o.r.Limited(), "RateLimit-Policy")
	add(o.r.TakesKey(), "Idempotent-Replayed")
	t := o.answer()
	add(o.r.Flags.Has(rest.Cached) || !parked && t != nil && rest.VersionOf(t) != nil, "ETag")
	add(len(o.r.Handler.Files) > 0, "Content-Disposition")
	if text, ok := successTexts[status]; ok && !parked {
		r.Description = &text
	}
	o.op.Responses.Set(strconv.Itoa(status), &openapi3.ResponseRef{Value: r})
}

// successTexts describe the success statuses.
var successTexts = map[int]string{
	200: "Done; the body is the result.",
	201: "Created; the body is the new record.",
	202: "Taken on; the work goes on in the background.",
	204: "No Content",
}

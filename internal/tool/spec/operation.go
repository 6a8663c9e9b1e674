package spec

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// operation is one comment together with its line of the route table.
type operation struct {
	c    *converter
	r    rest.Route
	path string
	op   *openapi3.Operation
}

func (o operation) complain(format string, args ...any) {
	o.c.complain(o.r.Method, o.path, format, args...)
}

func (o operation) build() {
	o.check()
	o.security()
	o.parameterRules()
	o.parameters()
	o.body()
	o.answers()
}

// check says what the comment lacks.
func (o operation) check() {
	for what, value := range map[string]string{"@Summary": o.op.Summary, "@Description": o.op.Description, "@ID": o.op.OperationID} {
		if strings.TrimSpace(value) == "" {
			o.complain("the comment has no %s", what)
		}
	}
	if len(o.op.Tags) != 1 {
		o.complain("the comment needs exactly one of @Tags, it has %d", len(o.op.Tags))
	}
	for _, t := range o.op.Tags {
		if !slices.ContainsFunc(tagTexts, func(k tagText) bool { return k.name == t }) {
			o.complain("@Tags %s is not in internal/tool/spec/tags.go", t)
		}
	}
	documented := map[string]bool{}
	for _, p := range o.op.Parameters {
		if p.Value.Description == "" {
			o.complain("@Param %s has no description", p.Value.Name)
		}
		if p.Value.In == "header" {
			o.complain("@Param %s: headers come from the route table", p.Value.Name)
		}
		if p.Value.In == "path" {
			documented[p.Value.Name] = true
		}
	}
	for _, m := range pathParameter.FindAllStringSubmatch(o.path, -1) {
		if !documented[m[1]] {
			o.complain("the path parameter %s has no @Param %s path string true", m[1], m[1])
		}
		delete(documented, m[1])
	}
	for name := range documented {
		o.complain("@Param %s path is not in the path", name)
	}
	o.checkSuccess()
}

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

func (o operation) checkSuccess() {
	var found []string
	for status := range o.op.Responses.Map() {
		if status[0] == '2' {
			found = append(found, status)
		}
	}
	slices.Sort(found)
	// An act that may be parked has a second answer.
	if o.r.Flags.Has(rest.Parks) {
		if !slices.Contains(found, "202") {
			o.complain("the route parks, but the comment has no @Success 202")
		}
		found = slices.DeleteFunc(found, o.parked)
	}
	if len(found) != 1 {
		o.complain("the comment needs exactly one @Success, it has %v", found)
		return
	}
	if want := strconv.Itoa(o.r.Handler.Status); found[0] != want && found[0] != "204" {
		o.complain("@Success %s, but the handler answers %s", found[0], want)
	}
}

// security names who may call: the roles as x-roles and in words.
func (o operation) security() {
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
	if o.op.Extensions == nil {
		o.op.Extensions = map[string]any{}
	}
	o.op.Extensions["x-roles"] = roles
	o.op.Description = sentence(o.op.Description) + " Roles: " + strings.Join(roles, ", ") + "."
	if o.r.Scope != "" {
		o.op.Description += " Machines: scope " + o.r.Scope + "."
	}
}

func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s != "" && !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

func (o operation) parameters() {
	for _, p := range o.op.Parameters {
		if p.Value.Schema != nil && p.Value.Schema.Value != nil {
			o.c.bound(p.Value.Schema.Value)
			if p.Value.Example == nil {
				p.Value.Example = exampleOf(p.Value.Schema, p.Value.Name, 0)
			}
			p.Value.Schema.Value.Example = nil
		}
	}
	add := func(when bool, name string) {
		if when {
			o.op.Parameters = append(o.op.Parameters, &openapi3.ParameterRef{Ref: "#/components/parameters/" + name, Value: sharedParameters[name]})
		}
	}
	add(o.r.Flags.Has(rest.DryRun), "DryRun")
	add(o.picks(), "Fields")
	add(o.r.NeedsKey(), "IdempotencyKey")
	add(o.r.TakesKey() && !o.r.NeedsKey(), "OptionalIdempotencyKey")
	add(o.r.NeedsIfMatch(), "IfMatch")
	add(o.r.Flags.Has(rest.Cached), "IfNoneMatch")
	add(true, "AcceptLanguage")
}

// picks says whether ?fields= can choose members of the answer.
func (o operation) picks() bool {
	s := o.answer()
	raw := slices.Contains(o.op.Tags, "operation") // health answers take no parameters
	return o.r.Method == http.MethodGet && s != nil && s.Type.Is("object") && !raw
}

// answer is the schema of a JSON success; nil when there is none.
func (o operation) answer() *openapi3.Schema {
	for status, r := range o.op.Responses.Map() {
		if status[0] != '2' || r.Value == nil || o.parked(status) {
			continue
		}
		if m := r.Value.Content.Get(jsonType); m != nil && m.Schema != nil {
			if s := m.Schema.Value; s != nil {
				return s
			}
			return o.c.named(m.Schema.Ref)
		}
	}
	return nil
}

// parked says whether a status is the second answer of an act that may be parked.
func (o operation) parked(status string) bool { return status == "202" && o.r.Flags.Has(rest.Parks) }

// body puts the content types right; kin's conversion knows no files.
func (o operation) body() {
	if o.op.RequestBody == nil {
		return
	}
	if o.r.Method == http.MethodGet || o.r.Method == http.MethodDelete {
		o.complain("a %s has no body", o.r.Method)
	}
	b := o.op.RequestBody.Value
	b.Required = true
	b.Extensions = nil // x-originalParamName is the conversion's
	if b.Description == "" {
		b.Description = "The form."
	}
	for kind, m := range b.Content {
		switch kind {
		case jsonType, "application/merge-patch+json":
		case "multipart/form-data", formType:
			each(m.Schema, o.c.mend)
			m.Schema.Value.AdditionalProperties = closed()
		default:
			m.Schema = openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"string"}, Format: "binary"})
		}
	}
}

// answers completes the success and adds every problem the route can answer.
func (o operation) answers() {
	for status, r := range o.op.Responses.Map() {
		if status[0] == '2' {
			o.success(r.Value, status)
			continue
		}
		// A code of the comment itself: only its number counts.
		o.problem(status)
	}
	for _, status := range o.statuses() {
		o.problem(strconv.Itoa(status))
	}
}

func (o operation) problem(status string) {
	name, ok := problemNames[status]
	if !ok {
		o.complain("@Failure %s is not in internal/tool/spec/components.go", status)
		return
	}
	if o.r.Flags.Has(rest.OAuth) && status[0] >= '4' {
		o.op.Responses.Set(status, &openapi3.ResponseRef{Value: oauthProblem(status, o.c.doc.Components.Responses[name].Value)})
		return
	}
	o.op.Responses.Set(status, &openapi3.ResponseRef{Ref: "#/components/responses/" + name, Value: o.c.doc.Components.Responses[name].Value})
}

// oauthProblem is a failure of the token endpoint: the problem's members, and
// RFC 6749's beside them, as plain JSON.
func oauthProblem(status string, shared *openapi3.Response) *openapi3.Response {
	r := *shared
	m := *shared.Content["application/problem+json"]
	example, _ := m.Example.(map[string]any)
	example = maps.Clone(example)
	example["instance"], example["error"], example["error_description"] = "/oauth/token", "invalid_request", "What is wrong, in English."
	if status == "401" {
		example["error"] = "invalid_client"
	}
	m.Example = example
	r.Content = openapi3.Content{jsonType: &m}
	return &r
}

// statuses are the failures that follow from the route.
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

func (o operation) success(r *openapi3.Response, status string) {
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
	s := o.answer()
	add(o.r.Flags.Has(rest.Cached) || !o.parked(status) && s != nil && slices.Contains(s.Required, "version"), "ETag")
	file := false
	for kind, m := range r.Content {
		if kind == jsonType {
			continue
		}
		file = true
		m.Schema = openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"string"}, Format: "binary"})
	}
	add(file, "Content-Disposition")
	if text, ok := successTexts[status]; ok && (r.Description == nil || *r.Description == "" || *r.Description == http.StatusText(o.r.Handler.Status)) {
		r.Description = &text
	}
}

// successTexts replace the bare status texts.
var successTexts = map[string]string{
	"200": "Done; the body is the result.",
	"201": "Created; the body is the new record.",
	"202": "Taken on; the work goes on in the background.",
}

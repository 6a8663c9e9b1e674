package spec

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// parameters are the fields of the request from path, query and headers, and
// those that the route table adds.
func (o operation) parameters() {
	if t := o.r.Handler.Request; t != nil {
		o.fields(t)
	}
	inPath := map[string]bool{}
	for _, p := range o.op.Parameters {
		if p.Value.Description == "" {
			o.complain("the parameter %s has no description: a comment at its field", p.Value.Name)
		}
		inPath[p.Value.Name] = p.Value.In == "path"
	}
	for _, m := range pathParameter.FindAllStringSubmatch(o.path, -1) {
		if !inPath[m[2]] {
			o.complain("the path parameter %s has no field in the handler's request", m[2])
		}
		delete(inPath, m[2])
	}
	for name, lost := range inPath {
		if lost {
			o.complain("the path has no parameter %s, but the handler's request", name)
		}
	}
	slices.SortStableFunc(o.op.Parameters, func(a, b *openapi3.ParameterRef) int {
		return strings.Compare(a.Value.In, b.Value.In)
	})
	add := func(when bool, name string) {
		if when {
			o.op.Parameters = append(o.op.Parameters, &openapi3.ParameterRef{Ref: "#/components/parameters/" + name,
				Value: sharedParameters[name]})
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

var pathParameter = regexp.MustCompile(`([^/]+)/\{([^}]+)\}`)

func (o operation) fields(t reflect.Type) {
	for f := range t.Fields() {
		in := placeOf(f)
		switch {
		case in == "" && f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "":
			o.fields(f.Type)
		case in == "" || in == "header": // Authorization: the security scheme has it
		default:
			o.op.Parameters = append(o.op.Parameters, &openapi3.ParameterRef{Value: o.parameter(t, f, in)})
		}
	}
}

func (o operation) parameter(owner reflect.Type, f reflect.StructField, in string) *openapi3.Parameter {
	name := f.Tag.Get(in)
	ref := o.c.member(owner, f, sent)
	p := &openapi3.Parameter{Name: name, In: in, Description: ref.Value.Description, Schema: ref,
		Required: in == "path" || slices.Contains(ownRules(f), "required")}
	v := ref.Value // of each value where there may be several
	if f.Type == reflect.TypeFor[call.Many]() {
		p.Style, p.Explode = "form", new(bool)
		v.MinItems = 1
		v = v.Items.Value
	}
	if in == "query" && name != "cursor" && v.Type.Is("string") && v.Format == "" && v.Pattern == "" &&
		len(v.Enum) == 0 {
		v.MinLength = max(v.MinLength, 1) // an empty parameter is refused
	}
	if in == "path" {
		p.Name = f.Tag.Get("param")
		noun, record := o.recordIn(p.Name)
		if record && p.Description == memberTexts[p.Name] {
			p.Description = "The id of the " + noun + "."
		}
		if record && ref.Value.Format == "" { // rest answers 404 for a malformed id
			ref.Value.Format, ref.Value.MaxLength = "uuid", nil
			bound(ref.Value)
		}
	}
	p.Example = o.c.exampleOf(ref, p.Name, 0)
	ref.Value.Description, ref.Value.Example = "", nil
	return p
}

// recordIn is the record named by a parameter of the path: case in
// /v1/cases/{id}.
func (o operation) recordIn(name string) (noun string, ok bool) {
	for _, m := range pathParameter.FindAllStringSubmatch(o.path, -1) {
		if m[2] == name && (name == "id" || strings.HasSuffix(name, "_id")) {
			return strings.ReplaceAll(singular(m[1]), "-", " "), true
		}
	}
	return "", false
}

// singular is the singular of a plural in a path.
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ss"):
		return s
	case strings.HasSuffix(s, "ches"):
		return strings.TrimSuffix(s, "es")
	}
	return strings.TrimSuffix(s, "s")
}

// picks says whether ?fields= can select members of the answer.
func (o operation) picks() bool {
	t := o.answer()
	raw := slices.Contains(o.op.Tags, "operation") // health answers take no parameters
	return o.r.Method == http.MethodGet && t != nil && t.Kind() == reflect.Struct && !raw
}

package spec

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
)

// formats and patterns are the OpenAPI forms of the rules in
// platform/rest/validate.go.
var (
	formats  = map[string]string{"uuid": "uuid", "date": "date", "email": "email"}
	patterns = rest.Patterns
)

// implied says that a member is required although no tag says so: its zero
// value breaks its own rule or one below it.
func implied(ref *openapi3.SchemaRef, t reflect.Type, own []string) bool {
	if slices.Contains(own, "omitempty") {
		return false
	}
	s := ref.Value
	if s != nil && len(s.AllOf) == 1 {
		s = s.AllOf[0].Value
	}
	switch {
	case s == nil:
		return false
	case t.Kind() == reflect.Struct:
		return !strings.HasPrefix(t.Name(), "Opt[") && len(s.Required) > 0
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64, t.Kind() == reflect.Float64:
		return s.Min != nil && own[0] != "" && (*s.Min > 0 || s.ExclusiveMin.IsSet())
	case t.Kind() == reflect.Slice:
		return s.MinItems > 0
	}
	return false
}

// rule translates a validate tag for a schema. The part after dive is for the
// items of a list.
func rule(s *openapi3.Schema, tag string) {
	own, items, dived := strings.Cut(tag, "dive")
	form(s, own)
	optional := strings.Contains(own, "omitempty")
	for r := range strings.SplitSeq(own, ",") {
		name, param, _ := strings.Cut(r, "=")
		applyRule(s, name, param, optional)
	}
	if dived && s.Items != nil && s.Items.Ref == "" && s.Items.Value != nil {
		rule(s.Items.Value, strings.TrimPrefix(items, ","))
	}
}

// form translates the rules for every value that is present.
func form(s *openapi3.Schema, rules string) {
	for r := range strings.SplitSeq(rules, ",") {
		name, param, _ := strings.Cut(r, "=")
		if slices.Contains([]string{"min", "max", "gte", "lte", "oneof", "list", "unique"}, name) {
			applyRule(s, name, param, false)
		}
		if !s.Type.Is("string") || s.Format != "" {
			continue
		}
		if pattern, ok := patterns[name]; ok && len(s.Enum) == 0 {
			s.Pattern = pattern
		}
		if f, ok := formats[name]; ok {
			s.Format = f
		}
	}
}

func applyRule(s *openapi3.Schema, name, param string, optional bool) {
	n, err := strconv.ParseFloat(param, 64)
	count := uint64(max(n, 0))
	text, list, number := s.Type.Is("string"), s.Type.Is("array"), s.Type.Is("integer") || s.Type.Is("number")
	switch {
	case name == "required" && text && s.MinLength == 0 && len(s.Enum) == 0 &&
		(s.Format == "" || s.Format == "password") && s.Pattern == "":
		s.MinLength = 1
	case name == "oneof" && text && len(s.Enum) == 0:
		for v := range strings.FieldsSeq(param) {
			s.Enum = append(s.Enum, v)
		}
	case name == "list" && text && len(s.Enum) == 0:
		list, codes := rest.Codes(param)
		for _, code := range codes {
			s.Enum = append(s.Enum, code)
		}
		at := []string{}
		for name := range strings.SplitSeq(list, "+") {
			at = append(at, "/v1/reference/"+name)
		}
		s.Extensions = map[string]any{referenceKey: at}
	case name == "anyof" && text: // names separated by commas
		names := "(" + strings.Join(strings.Fields(param), "|") + ")"
		s.Pattern = "^" + names + "(," + names + ")*$"
	case name == "unique" && list:
		s.UniqueItems = true
	case err != nil:
	case name == "len" && text:
		s.MinLength, s.MaxLength = count, &count
	case name == "len" && list:
		s.MinItems, s.MaxItems = count, &count
	case (name == "min" || name == "gte") && number:
		s.Min = &n
	case (name == "min" || name == "gte") && text && !optional:
		s.MinLength = count
	case (name == "min" || name == "gte") && list && !optional:
		s.MinItems = count
	case (name == "max" || name == "lte") && number:
		s.Max = &n
	case (name == "max" || name == "lte") && text:
		s.MaxLength = &count
	case (name == "max" || name == "lte") && list:
		s.MaxItems = &count
	case name == "gt" && number:
		s.Min = &n
		s.ExclusiveMin = openapi3.ExclusiveBound{Bool: new(true)}
	}
}

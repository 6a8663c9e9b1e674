package spec

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
)

// parameterRules gives the parameters of an operation what the validate tags
// of the handler's request demand; a comment cannot say it all, and nothing
// holds it to the tags.
func (o operation) parameterRules() {
	t := o.r.Handler.Request
	if t == nil {
		return
	}
	tags := map[string]string{}
	parameterTags(t, tags)
	for _, p := range o.op.Parameters {
		if tag, ok := tags[p.Value.In+"/"+p.Value.Name]; ok && p.Value.Schema != nil && p.Value.Schema.Value != nil {
			rule(p.Value.Schema.Value, tag)
		}
	}
}

func parameterTags(t reflect.Type, into map[string]string) {
	if t.Kind() != reflect.Struct {
		return
	}
	for f := range fields(t) {
		for tag, in := range map[string]string{"param": "path", "query": "query"} {
			if name := f.Tag.Get(tag); name != "" {
				into[in+"/"+name] = f.Tag.Get("validate")
			}
		}
		if f.Anonymous && f.Tag.Get("json") == "" {
			parameterTags(f.Type, into)
		}
	}
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// bodyRules does the same for the schemas of the bodies; called after split,
// so that only what a client sends is narrowed.
func (c *converter) bodyRules(routes []rest.Route) {
	done := map[*openapi3.Schema]bool{}
	for _, r := range routes {
		item := c.doc.Paths.Value(r.SpecPath())
		if item == nil || r.Handler.Request == nil {
			continue
		}
		op := item.GetOperation(r.Method)
		if op == nil || op.RequestBody == nil {
			continue
		}
		if m := op.RequestBody.Value.Content.Get(jsonType); m != nil {
			c.structRules(c.value(m.Schema), r.Handler.Request, done)
		}
	}
}

// value is the schema that a reference stands for, allOf of one included.
func (c *converter) value(ref *openapi3.SchemaRef) *openapi3.Schema {
	if ref == nil {
		return nil
	}
	s := ref.Value
	if ref.Ref != "" {
		s = c.named(ref.Ref)
	}
	if s != nil && len(s.AllOf) == 1 {
		return c.value(s.AllOf[0])
	}
	return s
}

func (c *converter) structRules(s *openapi3.Schema, t reflect.Type, done map[*openapi3.Schema]bool) {
	if s == nil || t.Kind() != reflect.Struct {
		return
	}
	for f := range fields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && f.Anonymous {
			c.structRules(s, f.Type, done)
			continue
		}
		p := s.Properties[name]
		if p == nil {
			continue
		}
		tag := f.Tag.Get("validate")
		if p.Ref == "" && p.Value != nil && !p.Value.ReadOnly {
			rule(p.Value, tag)
		}
		c.typeRules(p, f.Type, done)
		if c.implied(p, f.Type, tag) && !slices.Contains(s.Required, name) {
			s.Required = append(s.Required, name)
			slices.Sort(s.Required)
		}
	}
}

// implied says that a member may not be missing although no tag says required:
// its zero value breaks a rule, its own or one below it.
func (c *converter) implied(ref *openapi3.SchemaRef, t reflect.Type, tag string) bool {
	own, _, _ := strings.Cut(tag, "dive")
	if strings.Contains(own, "omitempty") {
		return false
	}
	s := c.value(ref)
	switch {
	case s == nil || s.ReadOnly:
		return false
	case t.Kind() == reflect.Struct:
		return !strings.HasPrefix(t.Name(), "Opt[") && len(s.Required) > 0
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64, t.Kind() == reflect.Float64:
		return s.Min != nil && tag != "" && (*s.Min > 0 || s.ExclusiveMin.IsSet())
	case t.Kind() == reflect.Slice:
		return s.MinItems > 0
	}
	return false
}

// typeRules goes on below a member: into lists, maps, pointers and Opt.
func (c *converter) typeRules(ref *openapi3.SchemaRef, t reflect.Type, done map[*openapi3.Schema]bool) {
	s := c.value(ref)
	if s == nil {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		c.typeRules(ref, t.Elem(), done)
	case reflect.Slice, reflect.Array:
		if s.Items != nil {
			c.typeRules(s.Items, t.Elem(), done)
		}
	case reflect.Map:
		if s.AdditionalProperties.Schema != nil {
			c.typeRules(s.AdditionalProperties.Schema, t.Elem(), done)
		}
	case reflect.Struct:
		if strings.HasPrefix(t.Name(), "Opt[") {
			v, _ := t.FieldByName("V")
			c.typeRules(ref, v.Type, done)
			return
		}
		if !done[s] {
			done[s] = true
			c.structRules(s, t, done)
		}
	}
}

// rule puts a validate tag into a schema's words. What comes after dive is for
// the items of a list.
func rule(s *openapi3.Schema, tag string) {
	own, items, dived := strings.Cut(tag, "dive")
	optional := strings.Contains(own, "omitempty")
	for r := range strings.SplitSeq(own, ",") {
		name, param, _ := strings.Cut(r, "=")
		applyRule(s, name, param, optional)
	}
	if dived && s.Items != nil && s.Items.Ref == "" && s.Items.Value != nil {
		rule(s.Items.Value, strings.TrimPrefix(items, ","))
	}
}

func applyRule(s *openapi3.Schema, name, param string, optional bool) {
	n, err := strconv.ParseFloat(param, 64)
	count := uint64(max(n, 0))
	text, list, number := s.Type.Is("string"), s.Type.Is("array"), s.Type.Is("integer") || s.Type.Is("number")
	if pattern, ok := patterns[name]; ok && text && s.Format == "" && len(s.Enum) == 0 {
		s.Pattern = pattern
	}
	if form, ok := formats[name]; ok && text && s.Format == "" {
		s.Format = form
	}
	switch {
	case name == "required" && text && s.MinLength == 0 && len(s.Enum) == 0 && (s.Format == "" || s.Format == "password") && s.Pattern == "":
		s.MinLength = 1
	case name == "oneof" && text && len(s.Enum) == 0:
		for v := range strings.FieldsSeq(param) {
			s.Enum = append(s.Enum, v)
		}
	case name == "anyof" && text: // names separated by commas
		names := "(" + strings.Join(strings.Fields(param), "|") + ")"
		s.Pattern = "^" + names + "(," + names + ")*$"
	case name == "unique" && list && param == "":
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
	case (name == "max" || name == "lte") && text && len(s.Enum) == 0:
		s.MaxLength = &count
	case (name == "max" || name == "lte") && list:
		s.MaxItems = &count
	case name == "gt" && number:
		s.Min = &n
		s.ExclusiveMin = openapi3.ExclusiveBound{Bool: new(true)}
	}
}

package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// side is the direction of a type. What a client sends is closed, bounded and
// checked by every rule of its validate tags; what the server answers may grow.
type side bool

const (
	sent     side = true
	answered side = false
)

// mapLimit exceeds the number of keys of any map of the API (the keys are
// codes).
const mapLimit = 10000

// schemaOf is the schema of a Go type, a reference if the type has a name.
func (c *converter) schemaOf(t reflect.Type, as side) *openapi3.SchemaRef {
	if t == reflect.TypeFor[time.Time]() {
		return plain("string", "date-time")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return c.schemaOf(t.Elem(), as)
	case reflect.String:
		return plain("string", "")
	case reflect.Bool:
		return plain("boolean", "")
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		return plain("integer", "int64")
	case reflect.Float64:
		return plain("number", "double")
	case reflect.Slice:
		s := plain("array", "")
		s.Value.Items = c.schemaOf(t.Elem(), as)
		return s
	case reflect.Map:
		s := plain("object", "")
		n := uint64(mapLimit)
		s.Value.MaxProps, s.Value.AdditionalProperties.Schema = &n, c.schemaOf(t.Elem(), as)
		return s
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return openapi3.NewSchemaRef("", &openapi3.Schema{})
		}
		any, n := true, uint64(mapLimit) // an object whose members another document describes
		s := plain("object", "")
		s.Value.MaxProps, s.Value.AdditionalProperties.Has = &n, &any
		return s
	case reflect.Struct:
		return c.named(t, as)
	}
	c.broken = append(c.broken, fmt.Errorf("a member of type %s has no schema", t))
	return plain("object", "")
}

func plain(kind, format string) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{kind}, Format: format})
}

// named is a reference to the schema of a struct, which is made at the first
// use.
func (c *converter) named(t reflect.Type, as side) *openapi3.SchemaRef {
	if within := bodyOf(t); within != nil {
		t = within
	}
	name := schemaName(t)
	if as == sent && c.answers[t] {
		name += "Input"
	}
	known, all := c.types[name], c.doc.Components.Schemas
	if known != nil && known != t {
		c.broken = append(c.broken, fmt.Errorf("the types %s and %s would both be the schema %s; rename one", known, t,
			name))
	}
	if known == nil {
		c.types[name] = t
		s := &openapi3.Schema{}
		all[name] = openapi3.NewSchemaRef("", s)
		*s = *c.object(t, as)
		if by, ok := discriminator(t); ok {
			*s = *c.union(name, t, by, s)
		}
	}
	return openapi3.NewSchemaRef(schemaPrefix+name, all[name].Value)
}

// schemaName is the clients' name of a Go type: without the package, and
// VisitPage for Page[homecare.Visit].
func schemaName(t reflect.Type) string {
	name, args, _ := strings.Cut(strings.TrimSuffix(t.Name(), "]"), "[")
	name = upper(name)
	if args != "" {
		name = upper(args[strings.LastIndexAny(args, "./")+1:]) + name
	}
	return name
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// object is an inline struct.
func (c *converter) object(t reflect.Type, as side) *openapi3.Schema {
	s := &openapi3.Schema{Type: &openapi3.Types{"object"}, Description: c.source.typeText(t),
		Properties: openapi3.Schemas{}}
	if strings.Contains(s.Description, "Preview: ") {
		s.Extensions = map[string]any{stability: "preview"}
	}
	c.members(s, t, as)
	slices.Sort(s.Required)
	if as == sent && len(s.Properties) > 0 {
		s.AdditionalProperties = closed()
	}
	return s
}

func (c *converter) members(s *openapi3.Schema, t reflect.Type, as side) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case placeOf(f) != "" || name == "-" || !f.IsExported() && !f.Anonymous:
		case as == sent && slices.Contains(ownRules(f), "isdefault"): // the server sets it
		case name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct:
			c.members(s, f.Type, as)
		default:
			s.Properties[name] = c.member(t, f, as)
			if s.Properties[name].Ref == "" && s.Properties[name].Value.Description == "" {
				c.broken = append(c.broken, fmt.Errorf("%s.%s has no text: a comment over the field", t, f.Name))
			}
			own := ownRules(f)
			if slices.Contains(own, "required") || f.Tag.Get("binding") == "required" ||
				as == sent && implied(s.Properties[name], f.Type, own) {
				s.Required = append(s.Required, name)
			}
			if f.Tag.Get("example") == notInExample {
				leaveOut(s, name)
			}
		}
	}
}

// placeOf is the place of a request's field: path, query, header; "" for a
// member of the body.
func placeOf(f reflect.StructField) string {
	for tag, in := range map[string]string{"param": "path", "query": "query", "header": "header"} {
		if f.Tag.Get(tag) != "" {
			return in
		}
	}
	return ""
}

// ownRules are the rules of a field's validate tag before dive.
func ownRules(f reflect.StructField) []string {
	own, _, _ := strings.Cut(f.Tag.Get("validate"), "dive")
	return strings.Split(own, ",")
}

// member is the schema of a member of owner, with its tags and its comment.
func (c *converter) member(owner reflect.Type, f reflect.StructField, as side) *openapi3.SchemaRef {
	t, nullable := optional(f)
	ref, said := c.schemaOf(t, as), c.source.memberText(owner, f)
	if ref.Ref != "" {
		return c.about(ref, t, said, nullable, as)
	}
	s := ref.Value
	s.Description, s.Nullable = said, nullable
	if err := tagged(s, f.Tag); err != nil {
		c.broken = append(c.broken, fmt.Errorf("%s.%s: %w", owner, f.Name, err))
	}
	narrow(s, f.Tag.Get("validate"), as)
	each(ref, listed)
	refers(s, owner.Name(), wireName(f))
	if nullable && len(s.Enum) > 0 {
		s.Enum = append(s.Enum, nil)
	}
	return ref
}

// refers names the operation that lists the codes of a member or parameter.
func refers(s *openapi3.Schema, owner, name string) {
	if s.Items != nil && s.Items.Ref == "" {
		s = s.Items.Value
	}
	path, special := references[owner+"."+name]
	if !special {
		path = references[name]
	}
	if path != "" && s.Type.Is("string") && s.Extensions[referenceKey] == nil {
		s.Extensions = map[string]any{referenceKey: []string{path}}
	}
}

// listed drops the bounds of a text whose values are listed: readers of the
// document take them for a second, contradicting rule.
func listed(ref *openapi3.SchemaRef) {
	if s := ref.Value; ref.Ref == "" && len(s.Enum) > 0 {
		s.MaxLength, s.MinLength, s.Pattern = nil, 0, ""
	}
}

// about adds to a reference, which 3.0.3 does in an allOf. A nullable type is
// written inline instead, because a reference cannot be null.
func (c *converter) about(ref *openapi3.SchemaRef, t reflect.Type, said string, nullable bool,
	as side) *openapi3.SchemaRef {
	switch {
	case nullable:
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		s := c.object(t, as)
		s.Nullable = true
		if said != "" {
			s.Description = said
		}
		return openapi3.NewSchemaRef("", s)
	case said != "":
		return openapi3.NewSchemaRef("", &openapi3.Schema{Description: said, AllOf: openapi3.SchemaRefs{ref}})
	}
	return ref
}

// optional is the type of a field, T for homecare.Opt[T], and whether it may be
// null. A required pointer distinguishes an absent value from an empty one; it
// is never null.
func optional(f reflect.StructField) (t reflect.Type, nullable bool) {
	if strings.HasPrefix(f.Type.Name(), "Opt[") {
		v, _ := f.Type.FieldByName("V")
		return v.Type, true
	}
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Type, f.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omit") &&
		!slices.Contains(ownRules(f), "required")
}

// narrow gives a schema the rules of a validate tag: all of them for what a
// client sends, only those of the form for an answer.
func narrow(s *openapi3.Schema, tag string, as side) {
	own, items, _ := strings.Cut(tag, "dive")
	form(s, own)
	if s.Items != nil && s.Items.Ref == "" {
		form(s.Items.Value, items)
	}
	if as == answered {
		return
	}
	rule(s, tag)
	each(openapi3.NewSchemaRef("", s), func(ref *openapi3.SchemaRef) {
		if ref.Ref == "" {
			bound(ref.Value)
		}
	})
}

// tagged gives a schema the document-only tags of its field. For a list they
// are about the items, except the length and the example.
func tagged(s *openapi3.Schema, tag reflect.StructTag) error {
	item := s
	for item.Items != nil && item.Items.Ref == "" {
		item = item.Items.Value
	}
	if form := tag.Get("format"); form != "" {
		item.Format = form
	}
	if names := tag.Get("enums"); names != "" { // for what the use case checks, not validate
		for name := range strings.SplitSeq(names, ",") {
			item.Enum = append(item.Enum, name)
		}
	}
	whole := map[string]func(uint64){
		"maxLength": func(n uint64) { item.MaxLength = &n }, "minLength": func(n uint64) { item.MinLength = n },
		"maxItems": func(n uint64) { s.MaxItems = &n }, "minItems": func(n uint64) { s.MinItems = n },
	}
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		if raw := tag.Get(name); raw != "" {
			n, err := strconv.ParseUint(raw, 10, 64)
			if err != nil {
				return err
			}
			whole[name](n)
		}
	}
	for name, to := range map[string]**float64{"minimum": &item.Min, "maximum": &item.Max} {
		if raw := tag.Get(name); raw != "" {
			n, err := strconv.ParseFloat(raw, 64)
			if err != nil {
				return err
			}
			*to = &n
		}
	}
	for name, to := range map[string]*any{"example": &s.Example, "default": &s.Default} {
		if raw, ok := tag.Lookup(name); ok && raw != notInExample {
			v, err := valueOf(s, raw)
			if err != nil {
				return err
			}
			*to = v
		}
	}
	if day := planned[s.Format]; s.Example == nil && tag.Get("bounds") == "plan" && day != "" {
		s.Example = day
	}
	return nil
}

// valueOf reads an example or a default by its schema.
func valueOf(s *openapi3.Schema, raw string) (any, error) {
	switch {
	case s.Type.Is("integer"), s.Type.Is("number"):
		return strconv.ParseFloat(raw, 64)
	case s.Type.Is("boolean"):
		return strconv.ParseBool(raw)
	case s.Type.Is("array"):
		var all []any
		if strings.HasPrefix(raw, "[") { // items that differ, or have commas
			err := json.Unmarshal([]byte(raw), &all)
			return all, err
		}
		for part := range strings.SplitSeq(raw, ",") {
			v, err := valueOf(s.Items.Value, part)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, nil
	case s.Type.Is("object"):
		var v map[string]any
		err := json.Unmarshal([]byte(raw), &v)
		return v, err
	}
	return raw, nil
}

// reachable adds the structs to which a type refers to found. A nullable one is
// written inline, and an embedded one is part of its owner.
func reachable(t reflect.Type, found map[reflect.Type]bool) {
	switch {
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		reachable(t.Elem(), found)
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && !found[t]:
		found[t] = true
		within(t, found)
	}
}

func within(t reflect.Type, found map[reflect.Type]bool) {
	for f := range t.Fields() {
		switch of, nullable := optional(f); {
		case f.Anonymous && f.Tag.Get("json") == "" && f.Type.Kind() == reflect.Struct:
			within(f.Type, found)
		case f.Tag.Get("json") != "-" && f.IsExported() && (!nullable || of.Kind() != reflect.Pointer):
			reachable(of, found)
		}
	}
}

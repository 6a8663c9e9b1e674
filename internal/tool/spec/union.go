package spec

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A union is a struct with a member of the tag union:"true", whose value says
// which of the members of the tag when:"value" is given: that one is required,
// the others are refused. A member of the tag needed:"value" is required for that value
// only. In the document it is a oneOf with one schema for each
// value, from which generators make a type each.
//
//	Kind  string `json:"kind" validate:"required,list=termination_reason" union:"true"`
//	Death *Death `json:"death,omitempty" when:"death"`

// discriminator is the field of t that says which variant a value is.
func discriminator(t reflect.Type) (reflect.StructField, bool) {
	for f := range t.Fields() {
		if f.Tag.Get("union") == "true" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// union makes the variants of a type with the schema s, and the oneOf of them.
func (c *converter) union(name string, t reflect.Type, by reflect.StructField, s *openapi3.Schema) *openapi3.Schema {
	when := map[string]string{}   // values of the discriminator, by member
	needed := map[string]string{} // members, by value of the discriminator
	for f := range t.Fields() {
		if v := f.Tag.Get("when"); v != "" {
			when[wireName(f)] = v
		}
		if v := f.Tag.Get("needed"); v != "" {
			needed[v] = wireName(f)
		}
	}
	kind := wireName(by)
	out := &openapi3.Schema{Description: s.Description,
		Discriminator: &openapi3.Discriminator{PropertyName: kind, Mapping: map[string]openapi3.MappingRef{}}}
	values := s.Properties[kind].Value.Enum
	for _, value := range values {
		word := value.(string)
		variant := *s
		variant.Properties = maps.Clone(s.Properties)
		variant.Required = slices.Clone(s.Required)
		for member, only := range when {
			if only == word {
				variant.Required = append(variant.Required, member)
			} else {
				delete(variant.Properties, member)
			}
		}
		if member := needed[word]; member != "" {
			variant.Required = append(variant.Required, member)
		}
		slices.Sort(variant.Required)
		this := *s.Properties[kind].Value
		this.Enum = []any{word}
		variant.Properties[kind] = openapi3.NewSchemaRef("", &this)
		variant.Description = sentence(s.Description) + " This is the one of the " + kind + " `" + word + "`."
		as := variantName(name, word)
		c.doc.Components.Schemas[as] = openapi3.NewSchemaRef("", &variant)
		out.OneOf = append(out.OneOf, openapi3.NewSchemaRef(schemaPrefix+as, &variant))
		out.Discriminator.Mapping[word] = openapi3.MappingRef{Ref: schemaPrefix + as}
	}
	return out
}

// variantName is CaseEndMovedAwayInput for CaseEndInput and moved_away.
func variantName(name, value string) string {
	base, isInput := strings.CutSuffix(name, "Input")
	for part := range strings.SplitSeq(value, "_") {
		base += upper(part)
	}
	if isInput {
		base += "Input"
	}
	return base
}

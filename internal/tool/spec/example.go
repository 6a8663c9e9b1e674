package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const exampleUUID = "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"

// notInExample, as the tag example of a field, keeps the member out of examples: it stands
// instead of another member, only with some values of another, names a record that a first
// request does not have, or tells what is not so of most records, such as a death.
//
//	Code         string `json:"code,omitempty" example:"287082"`
//	RecoveryCode string `json:"recovery_code,omitempty" example:"-"`
const notInExample = "-"

// leftOut is the extension of a schema with the members that its examples do
// not have. The document is written without it.
const leftOut = "x-left-out"

func leaveOut(s *openapi3.Schema, member string) {
	if s.Extensions == nil {
		s.Extensions = map[string]any{}
	}
	names, _ := s.Extensions[leftOut].([]any)
	s.Extensions[leftOut] = append(names, member)
}

// examples gives every body and every answer an example: the type's own, or one
// made from its members. No example is of a living person.
func (c *converter) examples() {
	fill := func(content openapi3.Content) {
		for kind, m := range content {
			if m.Example != nil || len(m.Examples) > 0 {
				continue
			}
			if kind == jsonType || kind == "multipart/form-data" || kind == formType ||
				kind == "application/merge-patch+json" {
				m.Example = c.exampleOf(m.Schema, "value", 0)
			}
		}
	}
	for _, path := range c.doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				fill(op.RequestBody.Value.Content)
			}
			for _, r := range op.Responses.Map() {
				if r.Ref == "" && r.Value != nil {
					fill(r.Value.Content)
				}
			}
		}
	}
	done := func(ref *openapi3.SchemaRef) {
		each(ref, func(s *openapi3.SchemaRef) { delete(s.Value.Extensions, leftOut) })
	}
	c.content(done, done)
	for _, s := range c.doc.Components.Schemas {
		done(s)
	}
}

var exampleFormats = map[string]string{
	"uuid": exampleUUID, "date-time": "2026-01-15T02:30:00Z", "date": "2026-01-15",
	"password": "sandi-contoh-yang-panjang",
	"email":    "petugas@example.org", "uri": "https://homecare.example.org",
	"uri-reference": "/problems/record.not_found",
	"byte":          "aGFsbw==",
	"binary":        "(berkas)",
}

// planned are the examples of what is to come: a plan may be a year old at most.
var planned = map[string]string{"date": "2027-06-30", "date-time": "2027-06-30T02:30:00Z"}

var examplePatterns = map[string]string{
	patterns["month"]: "2026-01", patterns["clock"]: "09:30",
	patterns["numeric"]: "00000000",
}

// deep is the depth from which an example omits optional members, so that a
// recursive type ends.
const deep = 8

// onlyExpanded is part of the description of a member that an answer has only
// with ?expand=. swag drops extensions of members that are records.
const onlyExpanded = "only with expand="

// exampleOf makes a value that fits the schema. It is always the same.
func (c *converter) exampleOf(ref *openapi3.SchemaRef, name string, depth int) any {
	if ref == nil || ref.Value == nil {
		return nil
	}
	s := ref.Value
	switch {
	case s.Example != nil:
		return s.Example
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.AllOf) > 0:
		return c.exampleOf(s.AllOf[0], name, depth+1)
	case len(s.OneOf) > 0:
		return c.exampleOf(s.OneOf[0], name, depth+1)
	case s.Type.Is("string"):
		return c.exampleText(s, name)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return exampleNumber(s)
	case s.Type.Is("boolean"):
		return false
	case s.Type.Is("array"):
		return c.exampleList(s, name, depth)
	case s.Type.Is("object"):
		return c.exampleObject(s, depth)
	}
	return nil
}

func (c *converter) exampleObject(s *openapi3.Schema, depth int) map[string]any {
	out := map[string]any{}
	absent, _ := s.Extensions[leftOut].([]any)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(absent, any(name)) {
			continue
		}
		if depth > deep && !slices.Contains(s.Required, name) {
			continue
		}
		if p := s.Properties[name].Value; p != nil && strings.Contains(p.Description, onlyExpanded) {
			continue
		}
		if v := c.exampleOf(s.Properties[name], name, depth+1); v != nil {
			out[name] = v
		}
	}
	if more := s.AdditionalProperties.Schema; more != nil {
		if v := c.exampleOf(more, "value", depth+1); v != nil {
			out["key"] = v
		}
	}
	return out
}

func (c *converter) exampleList(s *openapi3.Schema, name string, depth int) []any {
	if depth > deep+deep && s.MinItems == 0 {
		return []any{}
	}
	v := c.exampleOf(s.Items, name, depth+1)
	if v == nil || s.MaxItems != nil && *s.MaxItems == 0 {
		return []any{}
	}
	out := []any{v}
	for uint64(len(out)) < s.MinItems {
		out = append(out, v)
	}
	return out
}

func (c *converter) exampleText(s *openapi3.Schema, name string) string {
	v, ok := exampleFormats[s.Format]
	if !ok {
		v, ok = examplePatterns[s.Pattern]
	}
	if paths := referencesOf(s); len(paths) > 0 && !ok {
		v, ok = exampleCodes[paths[0]]
	}
	if !ok {
		v, ok = exampleTexts[name]
	}
	if !ok && strings.HasSuffix(name, "_id") {
		v, ok = exampleUUID, true
	}
	if !ok {
		c.broken = append(c.broken, fmt.Errorf("a text %q has no example: a tag at its field, or a line in "+
			"example_texts.go", name))
	}
	if s.MaxLength != nil && uint64(len(v)) > *s.MaxLength {
		v = v[:*s.MaxLength]
	}
	if n := s.MinLength; uint64(len(v)) < n {
		v += strings.Repeat("0", int(n)-len(v))
	}
	return v
}

func exampleNumber(s *openapi3.Schema) float64 {
	v := 1.0
	if s.Min != nil && v <= *s.Min {
		v = *s.Min
		if s.ExclusiveMin.IsSet() {
			v++
		}
	}
	if s.Max != nil && v >= *s.Max {
		v = *s.Max
	}
	return v
}

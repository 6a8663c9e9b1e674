//go:build sabotage

package request_fuzz

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

// describe puts the published schemas of the services in place of the open `data` of the
// document: one variant of the service per type.
func describe(t *testing.T, ops []probe.Operation) {
	variants := services(t)
	done := map[*openapi3.Schema]bool{}
	var walk func(s *openapi3.SchemaRef)
	walk = func(s *openapi3.SchemaRef) {
		if s == nil || s.Value == nil || done[s.Value] {
			return
		}
		done[s.Value] = true
		p := s.Value.Properties
		if p["type"] != nil && p["schema_version"] != nil && p["data"] != nil {
			*s.Value = openapi3.Schema{OneOf: variants(p),
				Discriminator: &openapi3.Discriminator{PropertyName: "type"}}
			return
		}
		for _, one := range p {
			walk(one)
		}
		for _, one := range slices.Concat(s.Value.AllOf, s.Value.OneOf) {
			walk(one)
		}
		walk(s.Value.Items)
	}
	for _, o := range ops {
		if s := bodyOf(o); s != nil {
			walk(&openapi3.SchemaRef{Value: s})
		}
	}
}

// services returns what makes the variants out of the document's members of a service.
func services(t *testing.T) func(openapi3.Schemas) openapi3.SchemaRefs {
	var all map[string]struct {
		Version int            `json:"schema_version"`
		Schema  map[string]any `json:"schema"`
	}
	if err := json.Unmarshal(api.ServiceSchemas, &all); err != nil {
		t.Fatal(err)
	}
	return func(members openapi3.Schemas) (out openapi3.SchemaRefs) {
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			s := all[kind]
			b, err := json.Marshal(inlined(s.Schema, s.Schema["$defs"]))
			var data openapi3.Schema
			if err == nil {
				err = json.Unmarshal(b, &data)
			}
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			closed := false
			one := &openapi3.Schema{Type: &openapi3.Types{"object"}, Properties: maps.Clone(members),
				Required:             []string{"type", "schema_version", "data"},
				AdditionalProperties: openapi3.AdditionalProperties{Has: &closed}}
			one.Properties["type"] = &openapi3.SchemaRef{Value: &openapi3.Schema{Type: &openapi3.Types{"string"},
				Enum: []any{kind}}}
			one.Properties["schema_version"] = &openapi3.SchemaRef{Value: &openapi3.Schema{
				Type: &openapi3.Types{"integer"}, Enum: []any{s.Version}}}
			one.Properties["data"] = &openapi3.SchemaRef{Value: &data}
			out = append(out, &openapi3.SchemaRef{Value: one})
		}
		return out
	}
}

// inlined is a JSON Schema with its definitions in place of the references to them.
func inlined(v, definitions any) any {
	switch x := v.(type) {
	case map[string]any:
		if to, ok := x["$ref"].(string); ok {
			return inlined(definitions.(map[string]any)[strings.TrimPrefix(to, "#/$defs/")], definitions)
		}
		out := map[string]any{}
		for k, one := range x {
			if k != "$defs" {
				out[k] = inlined(one, definitions)
			}
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, one := range x {
			out[i] = inlined(one, definitions)
		}
		return out
	}
	return v
}

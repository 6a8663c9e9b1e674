package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/pkg/homecare"
)

// dialect is the JSON Schema of the schemas of the services.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// serviceSchemas are the schemas of the data of each service type, as JSON, and by the name
// of a type: that of the service, or of a part.
func serviceSchemas(root string) ([]byte, openapi3.Schemas, error) {
	var of homecare.VisitService
	all, named := map[string]homecare.ServiceSchema{}, openapi3.Schemas{}
	for kind, version := range of.Kinds() {
		of.Choose(kind, version)
		c := newConverter(root)
		whole := c.schemaOf(reflect.TypeOf(of.Data), sent)
		if c.broken = append(c.broken, c.source.broken...); len(c.broken) > 0 {
			return nil, nil, errors.Join(c.broken...)
		}
		used := map[string]bool{}
		c.reach(whole, used)
		schema, defs := map[string]any{}, map[string]any{}
		for name := range used {
			one := c.doc.Components.Schemas[name]
			made, err := asJSONSchema(one)
			if err != nil {
				return nil, nil, err
			}
			if whole.Ref == schemaPrefix+name {
				schema, named[kind] = made, one
			} else {
				defs[name], named[name] = made, one
			}
		}
		if schema["$schema"] = dialect; len(defs) > 0 {
			schema["$defs"] = defs
		}
		all[kind] = homecare.ServiceSchema{Type: kind, SchemaVersion: version, Schema: schema}
	}
	file, err := indented(all)
	return file, named, err
}

// asJSONSchema is a schema of OpenAPI 3.0.3 in the words of JSON Schema 2020-12.
func asJSONSchema(of *openapi3.SchemaRef) (map[string]any, error) {
	b, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	b = bytes.ReplaceAll(b, []byte(schemaPrefix), []byte("#/$defs/"))
	var s map[string]any
	err = json.Unmarshal(b, &s)
	reword(s)
	return s, err
}

// numberFormats are formats of OpenAPI alone.
var numberFormats = []any{"double", "int64", "int32"}

func reword(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			reword(x)
		}
	case map[string]any:
		for name, x := range v {
			if properties, ok := x.(map[string]any); ok && name == "properties" {
				for _, p := range properties { // their names are no keywords
					reword(p)
				}
				continue
			}
			reword(x)
		}
		if x, ok := v["example"]; ok {
			v["examples"] = []any{x}
			delete(v, "example")
		}
		if v["exclusiveMinimum"] == true {
			v["exclusiveMinimum"] = v["minimum"]
			delete(v, "minimum")
		}
		if slices.Contains(numberFormats, v["format"]) {
			delete(v, "format")
		}
	}
}

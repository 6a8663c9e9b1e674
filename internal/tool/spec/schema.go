package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
)

const schemaPrefix = "#/components/schemas/"

// renameSchemas gives definitions the names that clients see: without the
// package, and VisitPage for homecare.Page-homecare_Visit.
func renameSchemas(swagger []byte) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(swagger, &doc); err != nil {
		return nil, fmt.Errorf("swagger 2.0: %w", err)
	}
	definitions, _ := doc["definitions"].(map[string]any)
	renamed := map[string]any{}
	from := map[string]string{}
	for _, long := range slices.Sorted(maps.Keys(definitions)) {
		short := schemaName(long)
		if other, taken := from[short]; taken {
			return nil, fmt.Errorf("the types %s and %s would both be the schema %s; rename one", other, long, short)
		}
		from[short], renamed[short] = long, definitions[long]
	}
	doc["definitions"] = renamed
	rename(doc)
	return json.Marshal(doc)
}

func rename(v any) {
	switch v := v.(type) {
	case map[string]any:
		if long, ok := strings.CutPrefix(str(v["$ref"]), "#/definitions/"); ok {
			v["$ref"] = "#/definitions/" + schemaName(long)
		}
		for _, child := range v {
			rename(child)
		}
	case []any:
		for _, child := range v {
			rename(child)
		}
	}
}

func str(v any) string { s, _ := v.(string); return s }

// schemaName is the name of a Go type as clients see it. swag writes
// pkg.Type, and pkg.Generic-pkg_Arg for pkg.Generic[pkg.Arg].
func schemaName(long string) string {
	parts := strings.Split(long, "-")
	name := upper(parts[0][strings.LastIndexAny(parts[0], "./")+1:])
	for _, arg := range slices.Backward(parts[1:]) {
		name = upper(arg[strings.LastIndexAny(arg, "_./")+1:]) + name
	}
	return name
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (c *converter) named(ref string) *openapi3.Schema {
	if s := c.doc.Components.Schemas[strings.TrimPrefix(ref, schemaPrefix)]; s != nil {
		return s.Value
	}
	return nil
}

// each calls f for every schema written out below s, s included, but does not
// follow references.
func each(s *openapi3.SchemaRef, f func(*openapi3.SchemaRef)) {
	if s == nil {
		return
	}
	f(s)
	if s.Ref != "" || s.Value == nil {
		return
	}
	v := s.Value
	for _, list := range [][]*openapi3.SchemaRef{v.AllOf, v.AnyOf, v.OneOf, {v.Items, v.Not, v.AdditionalProperties.Schema}} {
		for _, child := range list {
			each(child, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Properties)) {
		each(v.Properties[name], f)
	}
}

// schemas mends what swag and the conversion leave odd.
func (c *converter) schemas() {
	// Sorted: what is written out copies what may have been mended before.
	names := slices.Sorted(maps.Keys(c.doc.Components.Schemas))
	for _, name := range names {
		s := c.doc.Components.Schemas[name].Value
		s.Description = upper(leading.ReplaceAllString(s.Description, ""))
	}
	for _, name := range names {
		each(c.doc.Components.Schemas[name], c.mend)
	}
}

// leading is Go's "Visit is", which no reader of the document needs.
var leading = regexp.MustCompile(`^[A-Z]\w* (is|are) `)

func (c *converter) mend(ref *openapi3.SchemaRef) {
	s := ref.Value
	if ref.Ref != "" || s == nil {
		return
	}
	if s.Extensions["x-nullable"] == true {
		s.Nullable = true
	}
	if rule := str(s.Extensions[ruleExtension]); rule != "" && s.Type.Is("string") {
		s.Pattern = patterns[rule]
	}
	mendItems(s)
	s.Extensions = nil // x-enum-varnames and the like are Go's business
	if s.AdditionalProperties.Schema != nil && s.MaxProps == nil {
		n := uint64(mapLimit)
		s.MaxProps = &n
	}
	// allOf with one member is swag's way to say more about a reference.
	if len(s.AllOf) == 1 && s.Nullable {
		// 3.0.3 has no null beside a reference: the schema is written out.
		if target := c.named(s.AllOf[0].Ref); target != nil {
			inlined := clone(target)
			inlined.Nullable = true
			if s.Description != "" {
				inlined.Description = s.Description
			}
			if len(s.Enum) > 0 {
				inlined.Enum = s.Enum
			}
			inlined.Extensions = nil
			ref.Value = inlined
			s = inlined
		}
	}
	if len(s.AllOf) == 1 && s.Description == "" && s.Example == nil && s.Default == nil && (len(s.Enum) == 0 || sameEnum(s.Enum, c.named(s.AllOf[0].Ref))) {
		ref.Ref, ref.Value = s.AllOf[0].Ref, c.named(s.AllOf[0].Ref)
		return
	}
	if s.Nullable && len(s.Enum) > 0 && !slices.Contains(s.Enum, nil) {
		s.Enum = append(slices.Clone(s.Enum), nil)
	}
	if s.Type.Is("integer") && s.Format == "" {
		s.Format = "int64"
	}
	if s.Type.Is("file") {
		s.Type, s.Format = &openapi3.Types{"string"}, "binary"
	}
}

// mapLimit is more keys than any map of the API has (its keys are codes).
const mapLimit = 10000

// mendItems gives a list's items the rules after dive, which swag drops.
func mendItems(s *openapi3.Schema) {
	if s.Items == nil || s.Items.Ref != "" || s.Items.Value == nil || !s.Items.Value.Type.Is("string") {
		return
	}
	item := s.Items.Value
	if n, err := strconv.ParseUint(strings.TrimPrefix(str(s.Extensions[itemExtension+"max"]), "n"), 10, 32); err == nil && item.MaxLength == nil {
		item.MaxLength = &n
	}
	if form := str(s.Extensions[itemExtension+"format"]); form != "" {
		item.Format = form
	}
	if rule := str(s.Extensions[itemExtension+"rule"]); rule != "" {
		item.Pattern = patterns[rule]
	}
}

func sameEnum(enum []any, s *openapi3.Schema) bool {
	if s == nil || len(s.Enum) != len(enum) {
		return false
	}
	for i, e := range enum {
		if fmt.Sprint(e) != fmt.Sprint(s.Enum[i]) {
			return false
		}
	}
	return true
}

func clone(s *openapi3.Schema) *openapi3.Schema {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // it came from JSON
	}
	var out openapi3.Schema
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return &out
}

// reach adds to found the names of the schemas that s leads to.
func (c *converter) reach(s *openapi3.SchemaRef, found map[string]bool) {
	each(s, func(ref *openapi3.SchemaRef) {
		name, ok := strings.CutPrefix(ref.Ref, schemaPrefix)
		if !ok || found[name] {
			return
		}
		found[name] = true
		c.reach(c.doc.Components.Schemas[name], found)
	})
}

// content calls f for every body of a request or an answer.
func (c *converter) content(request, answer func(*openapi3.SchemaRef)) {
	for _, path := range c.doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				for _, m := range op.RequestBody.Value.Content {
					request(m.Schema)
				}
			}
			for _, r := range op.Responses.Map() {
				if r.Value == nil {
					continue
				}
				for _, m := range r.Value.Content {
					answer(m.Schema)
				}
			}
		}
	}
}

// split gives a type that is sent and answered two schemas: requests refuse
// members they do not know, answers may grow.
func (c *converter) split() {
	sent, answered := map[string]bool{}, map[string]bool{}
	c.content(func(s *openapi3.SchemaRef) { c.reach(s, sent) }, func(s *openapi3.SchemaRef) { c.reach(s, answered) })
	twins := map[string]string{}
	for name := range sent {
		s := c.doc.Components.Schemas[name]
		if s == nil || !answered[name] || !s.Value.Type.Is("object") {
			continue
		}
		twins[name] = name + "Input"
		if c.doc.Components.Schemas[name+"Input"] != nil {
			c.broken = append(c.broken, fmt.Errorf("the type %s is sent and answered, and %sInput exists", name, name))
		}
	}
	for name, twin := range twins {
		c.doc.Components.Schemas[twin] = openapi3.NewSchemaRef("", clone(c.doc.Components.Schemas[name].Value))
		sent[twin] = true
		delete(sent, name)
	}
	point := func(s *openapi3.SchemaRef) {
		each(s, func(ref *openapi3.SchemaRef) {
			if twin, ok := twins[strings.TrimPrefix(ref.Ref, schemaPrefix)]; ok {
				ref.Ref = schemaPrefix + twin
			}
		})
	}
	for name := range sent {
		point(c.doc.Components.Schemas[name])
	}
	c.content(point, func(*openapi3.SchemaRef) {})
}

// requests closes and bounds every schema that a client sends.
func (c *converter) requests() {
	sent := map[string]bool{}
	strict := func(ref *openapi3.SchemaRef) {
		each(ref, func(ref *openapi3.SchemaRef) {
			s := ref.Value
			if ref.Ref != "" || s == nil {
				return
			}
			c.bound(s)
			if s.Type.Is("object") && len(s.AllOf) == 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil && len(s.Properties) > 0 {
				s.AdditionalProperties = closed()
			}
		})
	}
	c.content(func(s *openapi3.SchemaRef) { c.reach(s, sent); strict(s) }, func(*openapi3.SchemaRef) {})
	for name := range sent {
		strict(c.doc.Components.Schemas[name])
	}
}

func closed() openapi3.AdditionalProperties {
	no := false
	return openapi3.AdditionalProperties{Has: &no}
}

// lengths are the longest texts of a format.
var lengths = map[string]uint64{"uuid": 36, "date": 10, "date-time": 35, "email": 254}

// patternLengths are the longest texts of a pattern.
var patternLengths = map[string]uint64{patterns["month"]: 7, patterns["clock"]: 5, patterns["code"]: 61}

// safeInteger is the largest integer that every JSON reader keeps exact.
const safeInteger = float64(1<<53 - 1)

// bound states the limits that hold anyway where a tag states none: a body is
// at most rest.BodyLimit bytes.
func (c *converter) bound(s *openapi3.Schema) {
	switch {
	case s.Type.Is("string") && s.MaxLength == nil && len(s.Enum) == 0 && s.Format != "binary":
		n, ok := lengths[s.Format]
		if !ok {
			n, ok = patternLengths[s.Pattern]
		}
		if !ok {
			n = rest.BodyLimit
		}
		s.MaxLength = &n
	case s.Type.Is("array") && s.MaxItems == nil:
		n := uint64(rest.BodyLimit / 2)
		s.MaxItems = &n
	case s.Type.Is("integer"):
		if s.Format == "" {
			s.Format = "int64"
		}
		low, high := -safeInteger, safeInteger
		if s.Min == nil {
			s.Min = &low
		}
		if s.Max == nil {
			s.Max = &high
		}
	}
}

// prune drops the components that nothing refers to.
func (c *converter) prune() {
	used := map[string]bool{}
	headers, responses, parameters := map[string]bool{}, map[string]bool{}, map[string]bool{}
	note := func(in map[string]bool, ref string) { in[ref[strings.LastIndexByte(ref, '/')+1:]] = true }
	answer := func(r *openapi3.Response) {
		for _, h := range r.Headers {
			note(headers, h.Ref)
		}
		for _, m := range r.Content {
			c.reach(m.Schema, used)
		}
	}
	for _, path := range c.doc.Paths.Map() {
		for _, op := range path.Operations() {
			for _, p := range op.Parameters {
				note(parameters, p.Ref)
			}
			for _, r := range op.Responses.Map() {
				if r.Ref != "" {
					note(responses, r.Ref)
				}
				answer(r.Value)
			}
		}
	}
	c.content(func(s *openapi3.SchemaRef) { c.reach(s, used) }, func(*openapi3.SchemaRef) {})
	maps.DeleteFunc(c.doc.Components.Schemas, func(name string, _ *openapi3.SchemaRef) bool { return !used[name] })
	maps.DeleteFunc(c.doc.Components.Headers, func(name string, _ *openapi3.HeaderRef) bool { return !headers[name] })
	maps.DeleteFunc(c.doc.Components.Responses, func(name string, _ *openapi3.ResponseRef) bool { return !responses[name] })
	maps.DeleteFunc(c.doc.Components.Parameters, func(name string, _ *openapi3.ParameterRef) bool { return !parameters[name] })
}

package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
)

const schemaPrefix = "#/components/schemas/"

// each calls f for every inline schema in s, including s. It does not follow
// references.
func each(s *openapi3.SchemaRef, f func(*openapi3.SchemaRef)) {
	if s == nil {
		return
	}
	f(s)
	if s.Ref != "" || s.Value == nil {
		return
	}
	v := s.Value
	for _, list := range [][]*openapi3.SchemaRef{v.AllOf, v.AnyOf, v.OneOf,
		{v.Items, v.Not, v.AdditionalProperties.Schema}} {
		for _, child := range list {
			each(child, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Properties)) {
		each(v.Properties[name], f)
	}
}

// reach adds the names of the schemas that s refers to, directly or not, to
// found.
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

// clashes complains about a listed member from which generators make a type that
// has the name of another schema: PriorityLevel of Priority.level.
func (c *converter) clashes() {
	all := c.doc.Components.Schemas
	for _, owner := range slices.Sorted(maps.Keys(all)) {
		for _, member := range slices.Sorted(maps.Keys(all[owner].Value.Properties)) {
			made := owner
			for part := range strings.SplitSeq(member, "_") {
				made += upper(part)
			}
			if len(all[owner].Value.Properties[member].Value.Enum) > 0 && all[made] != nil {
				c.broken = append(c.broken, fmt.Errorf("generators would make a second %s of %s.%s; rename the type",
					made, owner, member))
			}
		}
	}
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

func closed() openapi3.AdditionalProperties {
	no := false
	return openapi3.AdditionalProperties{Has: &no}
}

// lengths are the maximum lengths of a format.
var lengths = map[string]uint64{"uuid": 36, "date": 10, "date-time": 35, "email": 254}

// patternLengths are the maximum lengths of a pattern.
var patternLengths = map[string]uint64{patterns["month"]: 7, patterns["clock"]: 5, patterns["code"]: 61}

// safeInteger is the largest integer that every JSON reader represents exactly.
const safeInteger = float64(1<<53 - 1)

// bound sets the limits that hold even without a tag: a body is at most
// rest.BodyLimit bytes.
func bound(s *openapi3.Schema) {
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

// prune removes the components without a reference.
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
	maps.DeleteFunc(c.doc.Components.Responses, func(name string, _ *openapi3.ResponseRef) bool {
		return !responses[name]
	})
	maps.DeleteFunc(c.doc.Components.Parameters, func(name string, _ *openapi3.ParameterRef) bool {
		return !parameters[name]
	})
}

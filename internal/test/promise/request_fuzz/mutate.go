//go:build sabotage

package request_fuzz

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// site is one place of a body where one change violates its schema.
type site struct {
	kind string
	with func() any // the whole body with that change
}

// sites walks a valid body along its schema and lists the changes.
func sites(s *openapi3.Schema, v any, rebuild func(any) any) []site {
	if len(s.AllOf) > 0 {
		s = s.AllOf[0].Value
	}
	if s.Discriminator != nil {
		s = variant(s, v)
	}
	var out []site
	add := func(kind string, wrong any) { out = append(out, site{kind, func() any { return rebuild(wrong) }}) }
	if !s.Nullable {
		add("null", nil)
	}
	if len(s.Enum) > 0 {
		add("outside the enumeration", "bukan_salah_satu")
		return out
	}
	switch x := v.(type) {
	case string:
		add("number for a text", 7)
		add("object for a text", map[string]any{"x": 1})
		if s.MaxLength != nil && *s.MaxLength < 100_000 {
			add("too long", strings.Repeat("x", int(*s.MaxLength)+1))
		}
		if s.MinLength > 0 {
			add("too short", "")
		}
		add("a text that cannot be seen", "Ami\u202enah\u200b")
		switch {
		case s.Format == "uuid", s.Format == "date", s.Format == "date-time":
			add("not a "+s.Format, "2026-02-30x")
			if s.Format == "date" {
				add("a day that does not exist", "2026-02-30")
			}
		case s.Pattern != "":
			add("against the pattern", "!\u0001")
		}
	case bool:
		add("text for a boolean", "true")
		add("number for a boolean", 1)
	case int64, float64:
		add("text for a number", "12")
		if s.Max != nil {
			add("above the maximum", *s.Max+1)
		}
		if s.Min != nil {
			add("below the minimum", *s.Min-1)
		}
		if s.Type.Is("integer") {
			add("fraction for a whole number", 1.5)
		}
	case []any:
		add("object for a list", map[string]any{})
		if s.MaxItems != nil && len(x) > 0 && *s.MaxItems < 600 && !s.UniqueItems {
			long := make([]any, *s.MaxItems+1)
			for i := range long {
				long[i] = x[0]
			}
			add("too many items", long)
		}
		if s.MinItems > 0 {
			add("too few items", []any{})
		}
		if s.UniqueItems && len(x) > 0 {
			add("the same item twice", append([]any{x[0]}, x...))
		}
		for i, item := range x {
			out = append(out, sites(s.Items.Value, item, func(w any) any {
				changed := append([]any{}, x...)
				changed[i] = w
				return rebuild(changed)
			})...)
		}
	case map[string]any:
		out = append(out, members(s, x, rebuild)...)
	}
	return out
}

// variant is the schema of a union that v has, by its discriminator.
func variant(s *openapi3.Schema, v any) *openapi3.Schema {
	kind := v.(map[string]any)[s.Discriminator.PropertyName]
	for _, one := range s.OneOf {
		if one.Value.Properties[s.Discriminator.PropertyName].Value.Enum[0] == kind {
			return one.Value
		}
	}
	panic("a generated body is of no variant")
}

func members(s *openapi3.Schema, x map[string]any, rebuild func(any) any) []site {
	out := []site{{"list for an object", func() any { return rebuild([]any{x}) }}}
	copied := func(change func(map[string]any)) any {
		m := make(map[string]any, len(x)+1)
		for k, v := range x {
			m[k] = v
		}
		change(m)
		return rebuild(m)
	}
	if closed := s.AdditionalProperties.Has; closed != nil && !*closed {
		out = append(out,
			site{"an unknown member", func() any { return copied(func(m map[string]any) { m["tidak_dikenal"] = 1 }) }})
	}
	for _, name := range s.Required {
		if p := s.Properties[name]; p != nil {
			out = append(out, site{"a required member missing",
				func() any { return copied(func(m map[string]any) { delete(m, name) }) }})
		}
	}
	for name, v := range x {
		if p := s.Properties[name]; p != nil {
			out = append(out,
				sites(p.Value, v, func(w any) any { return copied(func(m map[string]any) { m[name] = w }) })...)
		}
	}
	return out
}

package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const exampleUUID = "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"

// examples gives every body and every answer an example: the type's own, or one
// made from its members. No example is of a living person.
func (c *converter) examples() {
	fill := func(content openapi3.Content, as sample) {
		for kind, m := range content {
			if m.Example != nil || len(m.Examples) > 0 {
				continue
			}
			if kind == jsonType || kind == "multipart/form-data" || kind == formType ||
				kind == "application/merge-patch+json" {
				m.Example = as.of(m.Schema, "", 0)
			}
		}
	}
	for _, path := range c.doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				fill(op.RequestBody.Value.Content, sample{request: true})
			}
			for _, r := range op.Responses.Map() {
				if r.Ref == "" && r.Value != nil {
					fill(r.Value.Content, sample{})
				}
			}
		}
	}
}

// exampleTexts are plausible values by member name.
var exampleTexts = map[string]string{
	"name": "Siti Aminah (contoh)", "trace_id": exampleTrace, "username": "koordinator.tanah-habang",
	"access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.contoh.contoh", "refresh_token": "contoh-token-penyegar",
	"next_cursor": "contoh-kursor", "cursor": "contoh-kursor", "puskesmas": "tanah-habang", "role": "koordinator",
	"profession": "nurse",
	"address":    "Desa Tanah Habang Kanan RT 01", "village": "Tanah Habang Kanan", "phone": "080000000000",
	"reason": "Contoh alasan",
	"note":   "Contoh catatan", "notes": "Contoh catatan", "nip": "000000000000000000", "nik": "0000000000000000",
	"kk":     "0000000000000000",
	"detail": "Contoh penjelasan", "message": "Contoh pesan", "title": "Contoh judul", "file_name": "contoh.csv",
	"status": "active",
	"month":  "2026-01", "code": "contoh-kode", "expand": "patient",
}

var exampleFormats = map[string]string{
	"uuid": exampleUUID, "date-time": "2026-01-15T02:30:00Z", "date": "2026-01-15",
	"password": "sandi-contoh-yang-panjang",
	"email":    "petugas@example.org", "uri": "https://example.org/contoh", "uri-reference": "/contoh",
	"byte":   "Y29udG9o",
	"binary": "(berkas)",
}

var examplePatterns = map[string]string{
	patterns["month"]: "2026-01", patterns["clock"]: "09:30", patterns["code"]: "contoh-1",
	patterns["numeric"]: "00000000",
}

// deep is the depth from which an example omits optional members, so that a
// recursive type ends.
const deep = 8

// exampleOf makes a value that fits the schema. It is always the same.
func exampleOf(ref *openapi3.SchemaRef, name string, depth int) any {
	return sample{}.of(ref, name, depth)
}

// onlyExpanded is part of the description of a member that an answer has only
// with ?expand=. swag drops extensions of members that are records.
const onlyExpanded = "only with expand="

// sample makes examples. An example of a request omits read-only members.
type sample struct{ request bool }

func (x sample) of(ref *openapi3.SchemaRef, name string, depth int) any {
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
		return x.of(s.AllOf[0], name, depth+1)
	case len(s.OneOf) > 0:
		return x.of(s.OneOf[0], name, depth+1)
	case s.Type.Is("string"):
		return exampleText(s, name)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return exampleNumber(s)
	case s.Type.Is("boolean"):
		return false
	case s.Type.Is("array"):
		return x.list(s, name, depth)
	case s.Type.Is("object"):
		return x.object(s, depth)
	}
	return nil
}

func (x sample) object(s *openapi3.Schema, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if depth > deep && !slices.Contains(s.Required, name) {
			continue
		}
		if p := s.Properties[name].Value; p != nil &&
			(x.request && p.ReadOnly || strings.Contains(p.Description, onlyExpanded)) {
			continue
		}
		if v := x.of(s.Properties[name], name, depth+1); v != nil {
			out[name] = v
		}
	}
	if more := s.AdditionalProperties.Schema; more != nil {
		if v := x.of(more, "", depth+1); v != nil {
			out["contoh"] = v
		}
	}
	return out
}

func (x sample) list(s *openapi3.Schema, name string, depth int) []any {
	if depth > deep+deep && s.MinItems == 0 {
		return []any{}
	}
	v := x.of(s.Items, strings.TrimSuffix(name, "s"), depth+1)
	if v == nil || s.MaxItems != nil && *s.MaxItems == 0 {
		return []any{}
	}
	out := []any{v}
	for uint64(len(out)) < s.MinItems {
		out = append(out, v)
	}
	return out
}

func exampleText(s *openapi3.Schema, name string) string {
	v, ok := exampleFormats[s.Format]
	if !ok {
		v, ok = examplePatterns[s.Pattern]
	}
	if !ok {
		v, ok = exampleTexts[name]
	}
	if !ok && strings.HasSuffix(name, "_id") {
		v, ok = exampleUUID, true
	}
	if !ok {
		v = "contoh"
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

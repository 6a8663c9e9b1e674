package rest

import (
	"reflect"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
)

// A union is a struct with a member of the tag union:"true", whose value says which members
// of the tag when:"value" are given: those, and no others. A member of the tag
// needed:"value" must be given for that value and may be for others.

var (
	notThisKind = fault.Text{ID: "Isian ini bukan untuk pilihan itu. Hilangkan isian ini, atau ubah pilihannya.",
		EN: "This does not belong to what was chosen. Leave it out, or change the choice."}
	missingPart = fault.Text{ID: "Wajib diisi untuk pilihan itu.", EN: "This is required for what was chosen."}
)

// unionFields are the members of a request that its union forbids, else those that it
// misses. It says nothing about a choice that is wrong by itself, as told: and where a member
// does not belong to the choice, either may be meant, so what the choice needs is not known.
func unionFields(v reflect.Value, told []fault.Field) []fault.Field {
	chosen := ""
	for f, value := range v.Fields() {
		if f.Tag.Get("union") == "true" && !slices.ContainsFunc(told, func(t fault.Field) bool {
			return t.Pointer == "/"+wireName(f)
		}) {
			chosen = value.String()
		}
	}
	var surplus, missing []fault.Field
	for f, value := range v.Fields() {
		switch only, needed, at := f.Tag.Get("when"), f.Tag.Get("needed"), "/"+wireName(f); {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			surplus = append(surplus, unionFields(value, told)...)
		case chosen == "":
		case only != "" && only != chosen && !value.IsZero():
			surplus = append(surplus, fault.Field{Pointer: at, Code: "not_this_kind", Text: notThisKind})
		case value.IsZero() && (only == chosen || needed == chosen):
			missing = append(missing, fault.Field{Pointer: at, Code: "required", Text: missingPart})
		}
	}
	if len(surplus) > 0 {
		return surplus
	}
	return missing
}

// inUnion adds to the errors of fields those of the union, and drops what is wrong inside a
// member that does not belong there.
func inUnion(fields, ofUnion []fault.Field) []fault.Field {
	return append(slices.DeleteFunc(fields, func(f fault.Field) bool {
		return slices.ContainsFunc(ofUnion, func(u fault.Field) bool {
			return f.Pointer == u.Pointer || strings.HasPrefix(f.Pointer, u.Pointer+"/")
		})
	}), ofUnion...)
}

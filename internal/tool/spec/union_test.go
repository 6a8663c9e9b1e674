package spec

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
)

// TestUnions: an ending is one of seven, by its kind. The member of a kind is required
// there, and no other variant has it. What only the server sets is in no request.
func TestUnions(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	all := doc.Components.Schemas
	end := all["CaseEndInput"].Value
	if len(end.OneOf) != 7 || end.Discriminator == nil || end.Discriminator.PropertyName != "kind" ||
		len(end.Discriminator.Mapping) != 7 {
		t.Fatalf("an ending is one of %d, by %+v", len(end.OneOf), end.Discriminator)
	}
	for _, one := range end.OneOf {
		kind := one.Value.Properties["kind"].Value.Enum
		if len(kind) != 1 {
			t.Errorf("%s is of the kinds %v", one.Ref, kind)
			continue
		}
		if needs := slices.Contains(one.Value.Required, "note"); needs != (kind[0] == "entered_in_error") {
			t.Errorf("%s: note required %t", one.Ref, needs)
		}
		for _, member := range []string{"death", "refusal", "referral"} {
			has := one.Value.Properties[member] != nil
			if mine := kind[0] == member; has != mine || mine != slices.Contains(one.Value.Required, member) {
				t.Errorf("%s: %s is there: %v, required %v", one.Ref, member, has, one.Value.Required)
			}
		}
	}
	if all["VitalInput"].Value.Properties["level"] != nil || all["Vital"].Value.Properties["level"] == nil {
		t.Error("the level of a vital sign belongs to answers only")
	}
}

// TestTextWithoutExample: the generator refuses a text for which it has no example.
func TestTextWithoutExample(t *testing.T) {
	t.Parallel()
	c := &converter{}
	c.exampleOf(plain("string", ""), "no_such_member", 0)
	if len(c.broken) != 1 || !strings.Contains(c.broken[0].Error(), "no_such_member") {
		t.Errorf("%v", c.broken)
	}
}

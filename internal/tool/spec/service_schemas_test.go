package spec

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestServiceSchemas: each of the nine published schemas is a JSON Schema, takes what the
// types of the SDK write, and refuses an unknown member, a missing one and a wrong code.
func TestServiceSchemas(t *testing.T) {
	t.Parallel()
	var all map[string]homecare.ServiceSchema
	if err := json.Unmarshal(api.ServiceSchemas, &all); err != nil {
		t.Fatal(err)
	}
	good := map[string]homecare.ServiceData{
		"limited_medical_care": &homecare.LimitedMedicalCare{Condition: "improved",
			Medications: []homecare.GivenMedicine{{Name: "Amlodipin", Dose: "10 mg", Schedule: "1 x 1"}}},
		"family_nursing_care": &homecare.FamilyNursingCare{Interventions: []string{"wound_care"}, Outcome: "reached",
			Diagnoses: []homecare.NursingDiagnosis{{SDKI: "D.0077"}}},
		"nutrition":           &homecare.Nutrition{Status: "normal", WeightKg: 55},
		"high_risk_pregnancy": &homecare.HighRiskPregnancy{Gravida: 2, Para: new(1), GestationalWeeks: 30},
		"high_risk_infant":    &homecare.HighRiskInfant{BirthWeightG: 1900, WeightG: 2100, Feeding: "mixed"},
		"postpartum_neonatal": &homecare.PostpartumNeonatal{Contact: "kn1",
			Newborn: &homecare.NewbornState{AgeDays: new(1), WeightG: 2900, Feeding: "mixed"}},
		"elderly_care": &homecare.ElderlyCare{Conditions: []string{"stroke"}, Dependence: "severe",
			PressureInjuryStage: new(2)},
		"limited_laboratory": &homecare.LimitedLaboratory{Tests: []string{"hb"}, Specimen: "capillary_blood"},
		"family_education": &homecare.FamilyEducation{Topics: []string{"PHBS"}, Audience: "family",
			Participants: 3},
	}
	if len(all) != len(good) {
		t.Fatalf("%d schemas, want %d", len(all), len(good))
	}
	for kind, data := range good {
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		c.AssertFormat()
		if err := c.AddResource(kind+".json", anyJSON(t, all[kind].Schema)); err != nil {
			t.Fatal(err)
		}
		schema, err := c.Compile(kind + ".json")
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		sent := anyJSON(t, data).(map[string]any)
		if err := schema.Validate(sent); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		required, _ := all[kind].Schema["required"].([]any)
		for _, name := range required {
			part := anyJSON(t, data).(map[string]any)
			delete(part, name.(string))
			if schema.Validate(part) == nil {
				t.Errorf("%s without %s is taken", kind, name)
			}
		}
		if sent["mood"] = 1; schema.Validate(sent) == nil {
			t.Errorf("%s with an unknown member is taken", kind)
		}
		if len(required) == 0 || all[kind].SchemaVersion != homecare.ServiceSchemaVersion || all[kind].Type != kind {
			t.Errorf("%s: %d required, version %d, type %s", kind, len(required), all[kind].SchemaVersion,
				all[kind].Type)
		}
		for _, word := range []string{"#/components", "nullable", `"example"`} {
			if b, _ := json.Marshal(all[kind].Schema); strings.Contains(string(b), word) {
				t.Errorf("%s has %s, which JSON Schema does not know", kind, word)
			}
		}
	}
}

func anyJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

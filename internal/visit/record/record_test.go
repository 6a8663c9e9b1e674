package record_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestVitalsAcrossAges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.AddTeam("petugas2")
	for _, c := range []struct {
		name, birth string
		pregnant    bool
		vitals      []homecare.Vital
		level       string // of the first, or the code of the refusal
		at          string
	}{
		{"adult, normal pressure", "1980-01-01", false, apitest.Vitals("sbp", 120, "dbp", 80), "normal", ""},
		{"adult, 139 is not yet an alert", "1980-01-01", false, apitest.Vitals("sbp", 139, "dbp", 80), "normal", ""},
		{"adult, 140 is an alert", "1980-01-01", false, apitest.Vitals("sbp", 140, "dbp", 80), "alert", ""},
		{"adult, 180 is critical", "1980-01-01", false, apitest.Vitals("sbp", 180, "dbp", 80), "critical", ""},
		{"adult, 90 is critical", "1980-01-01", false, apitest.Vitals("sbp", 90, "dbp", 60), "critical", ""},
		{"adult, typing error", "1980-01-01", false, apitest.Vitals("sbp", 1200, "dbp", 80), "implausible",
			"/vitals/0/value"},
		{"adult, diastolic above systolic", "1980-01-01", false, apitest.Vitals("sbp", 80, "dbp", 120), "diastolic",
			"/vitals/1/value"},
		{"adult, diastolic equals systolic", "1980-01-01", false, apitest.Vitals("sbp", 100, "dbp", 100), "diastolic",
			"/vitals/1/value"},
		{"pregnant, 160 is critical", "2000-01-01", true, apitest.Vitals("sbp", 160, "dbp", 95), "critical", ""},
		{"not pregnant, 160 is an alert", "2000-01-01", false, apitest.Vitals("sbp", 160, "dbp", 95), "alert", ""},
		{"16 years and pregnant", "2010-01-01", true, apitest.Vitals("sbp", 145, "dbp", 85), "alert", ""},
		{"16 years: no band", "2010-01-01", false, apitest.Vitals("sbp", 190, "dbp", 85), "no_band", ""},
		{"16 years: impossible all the same", "2010-01-01", false, apitest.Vitals("sbp", 500), "implausible",
			"/vitals/0/value"},
		{"newborn, pulse 150", "2026-03-01", false, apitest.Vitals("hr", 150), "normal", ""},
		{"adult, pulse 150", "1980-01-01", false, apitest.Vitals("hr", 150), "critical", ""},
		{"newborn, 37.6", "2026-03-01", false, apitest.Vitals("temp", 37.6), "alert", ""},
		{"newborn of 2.0 kg", "2026-03-01", false, apitest.Vitals("weight", 2), "critical", ""},
		{"newborn of 60 kg", "2026-03-01", false, apitest.Vitals("weight", 60), "implausible", "/vitals/0/value"},
		{"adult, weight has no danger", "1980-01-01", false, apitest.Vitals("weight", 60), "normal", ""},
		{"infant of 3 months breathes 50", "2025-12-01", false, apitest.Vitals("rr", 50), "normal", ""},
		{"toddler breathes 50", "2024-01-01", false, apitest.Vitals("rr", 50), "alert", ""},
		{"unknown code", "1980-01-01", false, apitest.Vitals("mood", 3), "oneof", "/vitals/0/code"},
		{"the table's own code of pregnancy", "1980-01-01", true, apitest.Vitals("sbp_hamil", 120), "oneof",
			"/vitals/0/code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.SQL(`update stop_member set active = false`)
			v := w.ArrivedFor(w.AddCase(w.AddPerson(c.birth, "female"), team))
			got, err := w.Nurse.PutVitals(t.Context(), v.ID, v.Version, homecare.VitalsPart{Pregnant: c.pregnant,
				Vitals: c.vitals})
			if c.at != "" {
				p := apitest.Wants(t, err, "request.invalid")
				if p.Status != 422 || p.Errors[0].Code != c.level || p.Errors[0].Pointer != c.at {
					t.Fatalf("%+v", p.Errors)
				}
				return
			}
			if apitest.MustVisit(t)(got, err).Vitals[0].Level != c.level {
				t.Fatalf("%+v, want %s", got.Vitals[0], c.level)
			}
			alerts := 0
			for _, a := range got.Alerts {
				if a.Code == c.vitals[0].Code {
					alerts++
				}
			}
			if want := map[string]int{"alert": 1, "critical": 1}[c.level]; alerts != want {
				t.Errorf("%d alerts, want %d", alerts, want)
			}
			if (c.level == "no_band") != (len(got.Warnings) > 0) {
				t.Errorf("warnings %+v", got.Warnings)
			}
		})
	}
}

func TestPartsOfTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Arrived()
	v = w.Put(v, "examination", homecare.Examination{General: "Sakit sedang", Consciousness: "compos_mentis",
		Systems: []homecare.SystemFinding{{System: "lungs", Normal: true}}})
	v = w.Put(v, "diagnoses",
		homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"},
			{Code: "E11.9", Role: "secondary"}}})
	v = w.Put(v, "diagnoses",
		homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}})
	v = w.Put(v, "services", services)
	v = w.Put(v, "labs", homecare.LabsPart{Labs: []homecare.LabResult{{Code: "glucose_random", Value: ptr(310)},
		{Code: "urine_protein", Finding: "plus_1"}}})
	answers := []homecare.AssessmentAnswer{}
	for _, item := range []string{"bab", "bak", "wc", "makan", "transfer", "mobilitas", "berpakaian", "tangga",
		"bersih_diri", "mandi"} {
		answers = append(answers, homecare.AssessmentAnswer{Item: item, Value: "1"})
	}
	v = w.Put(v, "assessments",
		homecare.AssessmentsPart{Assessments: []homecare.Assessment{{Instrument: "barthel_aks", Answers: answers}}})
	v = w.Put(v, "education", homecare.Education{Topics: []string{"Minum obat"}, Method: "counselling",
		TeachBack: "understood", FamilyTasks: []homecare.FamilyTask{{Task: "Ukur tensi"}}})
	v = w.Put(v, "consumables",
		homecare.ConsumablesPart{Consumables: []homecare.Consumable{{Item: "Strip gula darah", Quantity: 1}}})
	v = w.Put(v, "hazards", homecare.HazardsPart{Hazards: []homecare.Hazard{{Kind: "dog", Severity: "medium",
		Incident: true, Note: "Anjing lepas"}}})
	v = apitest.MustVisit(t)(w.Nurse.Visit(ctx, v.ID))
	if len(v.Diagnoses) != 1 || len(v.Services) != 2 || v.Services[0].Type != "elderly_care" ||
		v.Labs[0].Level != "critical" || v.Assessments[0].Band != "sedang" ||
		*v.Assessments[0].Score != 10 || v.Education.TeachBack != "understood" || len(v.Consumables) != 1 ||
		v.Hazards[0].Kind != "dog" || v.Version != 10 {
		t.Fatalf("%+v", v)
	}
	if h, err := w.Other.Hazards(ctx, nil); err != nil || len(h.Data) != 1 || !h.Data[0].Incident {
		t.Fatalf("%+v %v", h, err)
	}
	if h, err := w.Abroad.Hazards(ctx, nil); err != nil || len(h.Data) != 0 {
		t.Fatalf("%+v %v", h, err)
	}
	for name, c := range map[string]struct {
		part string
		body any
		at   string
	}{
		"unknown ICD-10": {"diagnoses",
			homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "Z99.X", Role: "primary"}}},
			"/diagnoses/0/code"},
		"two primary": {"diagnoses",
			homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"},
				{Code: "E11.9", Role: "primary"}}}, "/diagnoses/1/role"},
		"unknown field": {"services",
			service("nutrition", map[string]any{"status": "normal", "mood": 1}), "/services/0/data/mood"},
		"null inside": {"services", service("nutrition", map[string]any{"status": nil}), "/services/0/data/status"},
		"an empty value": {"services", service("nutrition", map[string]any{"status": "normal", "diet": ""}),
			"/services/0/data/diet"},
		"another type's data": {"services", service("nutrition", map[string]any{"condition": "improved"}),
			"/services/0/data/condition"},
		"a date that is none": {"services", service("high_risk_pregnancy", map[string]any{"gravida": 1, "para": 0,
			"abortus": 0, "gestational_weeks": 20, "oedema": false, "last_menstrual_on": "2026-02-30"}),
			"/services/0/data/last_menstrual_on"},
		"no type":        {"services", service(nil, map[string]any{"status": "normal"}), "/services/0/type"},
		"unknown type":   {"services", service("massage", map[string]any{"status": "normal"}), "/services/0/type"},
		"data in a list": {"services", service("nutrition", []any{}), "/services/0/data"},
		"no data":        {"services", service("nutrition", nil), "/services/0/data"},
		"data left out": {"services", map[string]any{"services": []any{map[string]any{"type": "nutrition",
			"schema_version": 1}}}, "/services/0/data"},
		"a version to come": {"services", map[string]any{"services": []any{map[string]any{"type": "nutrition",
			"schema_version": 2, "data": map[string]any{"mood": 1}}}}, "/services/0/schema_version"},
		"no version": {"services", map[string]any{"services": []any{map[string]any{"type": "nutrition",
			"data": map[string]any{"status": "normal"}}}}, "/services/0/schema_version"},
		"broken rule": {"services", homecare.NewServicesPart(&homecare.Nutrition{Status: "fine"}),
			"/services/0/data/status"},
		"finding as figure": {"labs",
			homecare.LabsPart{Labs: []homecare.LabResult{{Code: "urine_protein", Value: ptr(1)}}}, "/labs/0/finding"},
		"impossible HbA1c": {"labs",
			homecare.LabsPart{Labs: []homecare.LabResult{{Code: "hba1c", Value: ptr(80)}}}, "/labs/0/value"},
		"half an instrument": {"assessments",
			homecare.AssessmentsPart{Assessments: []homecare.Assessment{{Instrument: "barthel_aks",
				Answers: answers[:9]}}}, "/assessments/0/answers"},
		"no vital signs": {"vitals", homecare.VitalsPart{}, "/absent_reason"},
		"task of nobody": {"plan",
			homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", DueOn: "2026-03-12"}}},
			"/follow_ups/0/owner_account_id"},
		"task of another team's petugas": {"plan",
			homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat",
				OwnerAccountID: w.Account("petugas3.tanah-habang"), DueOn: "2026-03-12"}}},
			"/follow_ups/0/owner_account_id"},
		"task of a stranger": {"plan",
			homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat",
				OwnerAccountID: w.Account("petugas2.paringin"), DueOn: "2026-03-12"}}},
			"/follow_ups/0/owner_account_id"},
	} {
		_, err := apitest.PutPart(ctx, w.Nurse, v.ID, c.part, v.Version, c.body)
		p := apitest.Wants(t, err, "request.invalid")
		if len(p.Errors) == 0 || p.Errors[0].Pointer != c.at {
			t.Errorf("%s: %+v, want %s", name, p.Errors, c.at)
		}
	}
	_, err := w.Nurse.PutAnamnesis(ctx, v.ID, 1, anamnesis)
	apitest.Wants(t, err, "record.stale")
	_, err = w.Other.PutAnamnesis(ctx, v.ID, v.Version, anamnesis)
	apitest.Wants(t, err, "record.not_found")
}

// service is a part of one service as a client sends it.
func service(kind, data any) map[string]any {
	return map[string]any{"services": []any{map[string]any{"type": kind, "schema_version": 1, "data": data}}}
}

func ptr(v float64) *float64 { return &v }

func TestEveryServiceTypeIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.ArrivedFor(w.AddCase(w.AddPerson("1996-01-01", "female"), w.AddTeam("petugas2")))
	in := *homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "improved",
		Medications: []homecare.GivenMedicine{{Name: "Amlodipin", Dose: "10 mg", Schedule: "1 x 1"}}},
		&homecare.FamilyNursingCare{Interventions: []string{"wound_care"}, Outcome: "reached",
			Diagnoses: []homecare.NursingDiagnosis{{SDKI: "D.0077"}}},
		&homecare.Nutrition{Status: "normal", WeightKg: 55},
		&homecare.HighRiskPregnancy{Gravida: 2, Para: new(1),
			GestationalWeeks: 30},
		&homecare.HighRiskInfant{BirthWeightG: 1900, WeightG: 2100,
			Feeding: "expressed_milk", KangarooCare: new(true)},
		&homecare.PostpartumNeonatal{Contact: "kn1",
			Newborn: &homecare.NewbornState{AgeDays: new(1), WeightG: 2900, Feeding: "exclusive_breastfeeding"}},
		&homecare.ElderlyCare{Conditions: []string{"stroke"}, Dependence: "severe",
			PressureInjuryStage: new(2)},
		&homecare.LimitedLaboratory{Tests: []string{"hb"},
			Specimen: "capillary_blood"},
		&homecare.FamilyEducation{Topics: []string{"PHBS"},
			Audience: "family", Participants: 3})
	v = w.Put(v, "services", in)
	if len(v.Services) != 9 {
		t.Fatalf("%d types", len(v.Services))
	}
	sort := func(a, b homecare.VisitService) int { return strings.Compare(a.Type, b.Type) }
	if slices.SortFunc(in.Services, sort); !reflect.DeepEqual(v.Services, in.Services) {
		t.Errorf("%+v, want %+v", v.Services, in.Services)
	}
}

// TestWhatWasNotRecordedStaysSo: an absent member does not come back as no or 0, and a 0
// stays.
func TestWhatWasNotRecordedStaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.ArrivedFor(w.AddCase(w.AddPerson("1996-01-01", "female"), w.AddTeam("petugas2")))
	for kind, data := range map[string]string{
		"high_risk_pregnancy":  `{"gestational_weeks": 20, "gravida": 5, "iron_tablets": 0}`,
		"nutrition":            `{"status": "normal"}`,
		"limited_medical_care": `{"condition": "unchanged", "procedures": [], "medications": [{"name": "A", "dose": "1", "schedule": "1 x 1", "days": 0}]}`,
		"postpartum_neonatal":  `{"contact": "kn1", "newborn": {"age_days": 1, "weight_g": 2900, "feeding": "mixed"}}`,
		"high_risk_infant": `{"birth_weight_g": 1900, "weight_g": 2100, "feeding": "mixed", "kangaroo_care": false,
			"danger_signs": []}`,
	} {
		v = w.Put(v, "services", map[string]any{"services": []any{map[string]any{"type": kind, "schema_version": 1,
			"data": json.RawMessage(data)}}})
		stored := apitest.Ask[string](w.Home, `select data::text from visit_service where visit_id = $1`, v.ID)
		var sent, kept any
		if err := errors.Join(json.Unmarshal([]byte(data), &sent), json.Unmarshal([]byte(stored), &kept)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(sent, kept) {
			t.Errorf("%s: kept %s, sent %s", kind, stored, data)
		}
	}
}

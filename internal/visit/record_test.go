package visit_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

func TestVitalsAcrossAges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.addTeam("petugas2")
	for _, c := range []struct {
		name, birth string
		pregnant    bool
		vitals      []homecare.Vital
		level       string // of the first, or the code of the refusal
		at          string
	}{
		{"adult, normal pressure", "1980-01-01", false, vitals("sbp", 120, "dbp", 80), "normal", ""},
		{"adult, 139 is not yet an alert", "1980-01-01", false, vitals("sbp", 139, "dbp", 80), "normal", ""},
		{"adult, 140 is an alert", "1980-01-01", false, vitals("sbp", 140, "dbp", 80), "alert", ""},
		{"adult, 180 is critical", "1980-01-01", false, vitals("sbp", 180, "dbp", 80), "critical", ""},
		{"adult, 90 is critical", "1980-01-01", false, vitals("sbp", 90, "dbp", 60), "critical", ""},
		{"adult, typing error", "1980-01-01", false, vitals("sbp", 1200, "dbp", 80), "implausible", "/vitals/0/value"},
		{"adult, diastolic above systolic", "1980-01-01", false, vitals("sbp", 80, "dbp", 120), "diastolic", "/vitals/1/value"},
		{"adult, diastolic equals systolic", "1980-01-01", false, vitals("sbp", 100, "dbp", 100), "diastolic", "/vitals/1/value"},
		{"pregnant, 160 is critical", "2000-01-01", true, vitals("sbp", 160, "dbp", 95), "critical", ""},
		{"not pregnant, 160 is an alert", "2000-01-01", false, vitals("sbp", 160, "dbp", 95), "alert", ""},
		{"16 years and pregnant", "2010-01-01", true, vitals("sbp", 145, "dbp", 85), "alert", ""},
		{"16 years: no band", "2010-01-01", false, vitals("sbp", 190, "dbp", 85), "no_band", ""},
		{"16 years: impossible all the same", "2010-01-01", false, vitals("sbp", 500), "implausible", "/vitals/0/value"},
		{"newborn, pulse 150", "2026-03-01", false, vitals("hr", 150), "normal", ""},
		{"adult, pulse 150", "1980-01-01", false, vitals("hr", 150), "critical", ""},
		{"newborn, 37.6", "2026-03-01", false, vitals("temp", 37.6), "alert", ""},
		{"newborn of 2.0 kg", "2026-03-01", false, vitals("weight", 2), "critical", ""},
		{"newborn of 60 kg", "2026-03-01", false, vitals("weight", 60), "implausible", "/vitals/0/value"},
		{"adult, weight has no danger", "1980-01-01", false, vitals("weight", 60), "normal", ""},
		{"infant of 3 months breathes 50", "2025-12-01", false, vitals("rr", 50), "normal", ""},
		{"toddler breathes 50", "2024-01-01", false, vitals("rr", 50), "alert", ""},
		{"unknown code", "1980-01-01", false, vitals("mood", 3), "unknown", "/vitals/0/code"},
		{"the table's own code of pregnancy", "1980-01-01", true, vitals("sbp_hamil", 120), "unknown", "/vitals/0/code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.sql(`update stop_member set active = false`)
			v := w.arrivedFor(w.addCase(w.addPatient(c.birth, "female"), team))
			got, err := w.nurse.PutVisitPart(t.Context(), v.ID, "vitals", v.Version, homecare.VitalsPart{Pregnant: c.pregnant, Vitals: c.vitals})
			if c.at != "" {
				p := wants(t, err, "request.invalid")
				if p.Status != 422 || p.Errors[0].Code != c.level || p.Errors[0].Pointer != c.at {
					t.Fatalf("%+v", p.Errors)
				}
				return
			}
			if must(t)(got, err).Vitals[0].Level != c.level {
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

func TestAlertLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.arrived()
	v = w.put(v, "anamnesis", anamnesis)
	v = w.put(v, "services", services)
	v = w.put(v, "plan", w.nextPlan())
	v = w.put(v, "vitals", homecare.VitalsPart{Vitals: vitals("sbp", 190, "dbp", 80, "hr", 104)})
	// Written again, the same value asks for nothing new; a corrected one is closed.
	// The new diastolic has the figure the pulse had.
	v = w.put(v, "vitals", homecare.VitalsPart{Vitals: vitals("sbp", 190, "dbp", 104)})
	open, err := w.nurse.Alerts(ctx, url.Values{"case_id": {w.caseID}, "level": {"critical"}})
	if err != nil || len(open.Data) != 1 || open.Data[0].Code != "sbp" || open.Data[0].Level != "critical" {
		t.Fatalf("%+v %v", open, err)
	}
	if n := ask[int](w, `select count(*) from alert where state = 'corrected' and code = 'hr'`); n != 1 {
		t.Fatalf("%d corrected", n)
	}
	_, err = w.nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now})
	if p := wants(t, err, "visit.alert_open"); p.Status != 409 {
		t.Fatalf("%+v", p)
	}
	a := open.Data[0]
	for name, c := range map[string]*homecare.Client{"another team": w.other, "another tenant": w.abroad} {
		if p, err := c.Alerts(ctx, nil); err != nil || len(p.Data) != 0 {
			t.Errorf("%s sees %d, %v", name, len(p.Data), err)
		}
		_, err := c.AcknowledgeAlert(ctx, a.ID, a.Version, homecare.AcknowledgeAlert{Note: "Ya"})
		wants(t, err, "record.not_found")
	}
	_, err = w.nurse.AcknowledgeAlert(ctx, a.ID, 9, homecare.AcknowledgeAlert{Note: "Ya"})
	wants(t, err, "record.stale")
	a, err = w.nurse.AcknowledgeAlert(ctx, a.ID, a.Version, homecare.AcknowledgeAlert{Note: "Dokter dihubungi, dirujuk"})
	if err != nil || a.State != "acknowledged" || a.AcknowledgedBy != w.nurseID {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = w.nurse.AcknowledgeAlert(ctx, a.ID, a.Version, homecare.AcknowledgeAlert{Note: "Lagi"})
	if p := wants(t, err, "record.state"); !slices.Equal(p.Allowed, []string{"close"}) {
		t.Errorf("allowed: %v", p.Allowed)
	}
	if seen, err := w.nurse.Alerts(ctx, url.Values{"case_id": {w.caseID}, "state": {"acknowledged"}}); err != nil || len(seen.Data) != 1 || seen.Data[0].ID != a.ID {
		t.Errorf("%+v %v", seen, err)
	}
	for name, c := range map[string]*homecare.Client{"another team": w.other, "another tenant": w.abroad} {
		if _, err := c.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Ya"}); wants(t, err, "record.not_found") == nil {
			t.Errorf("%s closes it", name)
		}
	}
	a, err = w.nurse.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Tekanan turun"})
	if err != nil || a.State != "closed" || a.ClosedBy != w.nurseID || a.CloseNote != "Tekanan turun" || a.Note != "Dokter dihubungi, dirujuk" {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = w.nurse.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Lagi"})
	if p := wants(t, err, "record.state"); len(p.Allowed) != 0 {
		t.Errorf("allowed: %v", p.Allowed)
	}
	// The same value written again asks for nothing, though its alert is closed.
	v = w.put(v, "vitals", homecare.VitalsPart{Vitals: vitals("sbp", 190, "dbp", 104)})
	if n := ask[int](w, `select count(*) from alert where code = 'sbp'`); n != 1 {
		t.Errorf("%d alerts of one value", n)
	}
	must(t)(w.nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now}))
}

func TestPartsOfTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.arrived()
	v = w.put(v, "examination", homecare.Examination{General: "Sakit sedang", Consciousness: "compos_mentis", Systems: []homecare.SystemFinding{{System: "lungs", Normal: true}}})
	v = w.put(v, "diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}, {Code: "E11.9", Role: "secondary"}}})
	v = w.put(v, "diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}})
	v = w.put(v, "services", services)
	v = w.put(v, "labs", homecare.LabsPart{Labs: []homecare.LabResult{{Code: "glucose_random", Value: ptr(310)}, {Code: "urine_protein", Finding: "plus_1"}}})
	answers := []homecare.AssessmentAnswer{}
	for _, item := range []string{"bab", "bak", "wc", "makan", "transfer", "mobilitas", "berpakaian", "tangga", "bersih_diri", "mandi"} {
		answers = append(answers, homecare.AssessmentAnswer{Item: item, Value: "1"})
	}
	v = w.put(v, "assessments", homecare.AssessmentsPart{Assessments: []homecare.Assessment{{Instrument: "barthel_aks", Answers: answers}}})
	v = w.put(v, "education", homecare.Education{Topics: []string{"Minum obat"}, Method: "counselling", TeachBack: "understood", FamilyTasks: []homecare.FamilyTask{{Task: "Ukur tensi"}}})
	v = w.put(v, "consumables", homecare.ConsumablesPart{Consumables: []homecare.Consumable{{Item: "Strip gula darah", Quantity: 1}}})
	v = w.put(v, "hazards", homecare.HazardsPart{Hazards: []homecare.Hazard{{Kind: "dog", Severity: "medium", Incident: true, Note: "Anjing lepas"}}})
	v = must(t)(w.nurse.Visit(ctx, v.ID))
	if len(v.Diagnoses) != 1 || len(v.Services) != 2 || v.Services[0].ElderlyCare == nil || v.Labs[0].Level != "critical" || v.Assessments[0].Band != "sedang" ||
		*v.Assessments[0].Score != 10 || v.Education.TeachBack != "understood" || len(v.Consumables) != 1 || v.Hazards[0].Kind != "dog" || v.Version != 10 {
		t.Fatalf("%+v", v)
	}
	if h, err := w.other.Hazards(ctx, nil); err != nil || len(h.Data) != 1 || !h.Data[0].Incident {
		t.Fatalf("%+v %v", h, err)
	}
	if h, err := w.abroad.Hazards(ctx, nil); err != nil || len(h.Data) != 0 {
		t.Fatalf("%+v %v", h, err)
	}
	for name, c := range map[string]struct {
		part string
		body any
		at   string
	}{
		"unknown ICD-10":                 {"diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "Z99.X", Role: "primary"}}}, "/diagnoses/0/code"},
		"two primary":                    {"diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}, {Code: "E11.9", Role: "primary"}}}, "/diagnoses/1/role"},
		"unknown field":                  {"services", map[string]any{"services": []any{map[string]any{"type": "nutrition", "nutrition": map[string]any{"status": "normal", "mood": 1}}}}, "/services/0/nutrition/mood"},
		"missing member":                 {"services", homecare.ServicesPart{Services: []homecare.VisitService{{Type: "nutrition"}}}, "/services/0/nutrition"},
		"broken rule":                    {"services", homecare.ServicesPart{Services: []homecare.VisitService{{Type: "nutrition", Nutrition: &homecare.Nutrition{Status: "fine"}}}}, "/services/0/nutrition/status"},
		"finding as figure":              {"labs", homecare.LabsPart{Labs: []homecare.LabResult{{Code: "urine_protein", Value: ptr(1)}}}, "/labs/0/finding"},
		"impossible HbA1c":               {"labs", homecare.LabsPart{Labs: []homecare.LabResult{{Code: "hba1c", Value: ptr(80)}}}, "/labs/0/value"},
		"half an instrument":             {"assessments", homecare.AssessmentsPart{Assessments: []homecare.Assessment{{Instrument: "barthel_aks", Answers: answers[:9]}}}, "/assessments/0/answers"},
		"no vital signs":                 {"vitals", homecare.VitalsPart{}, "/absent_reason"},
		"task of nobody":                 {"plan", homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", DueOn: "2026-03-12"}}}, "/follow_ups/0/owner_account_id"},
		"task of another team's petugas": {"plan", homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: w.account("petugas3.tanah-habang"), DueOn: "2026-03-12"}}}, "/follow_ups/0/owner_account_id"},
		"task of a stranger":             {"plan", homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: w.account("petugas2.paringin"), DueOn: "2026-03-12"}}}, "/follow_ups/0/owner_account_id"},
	} {
		_, err := w.nurse.PutVisitPart(ctx, v.ID, c.part, v.Version, c.body)
		p := wants(t, err, "request.invalid")
		if len(p.Errors) == 0 || p.Errors[0].Pointer != c.at {
			t.Errorf("%s: %+v, want %s", name, p.Errors, c.at)
		}
	}
	_, err := w.nurse.PutVisitPart(ctx, v.ID, "anamnesis", 1, anamnesis)
	wants(t, err, "record.stale")
	_, err = w.other.PutVisitPart(ctx, v.ID, "anamnesis", v.Version, anamnesis)
	wants(t, err, "record.not_found")
}

func ptr(v float64) *float64 { return &v }

func TestEveryServiceTypeIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.arrivedFor(w.addCase(w.addPatient("1996-01-01", "female"), w.addTeam("petugas2")))
	in := homecare.ServicesPart{Services: []homecare.VisitService{
		{Type: "limited_medical_care", LimitedMedicalCare: &homecare.LimitedMedicalCare{Condition: "improved", Medications: []homecare.GivenMedicine{{Name: "Amlodipin", Dose: "10 mg", Schedule: "1 x 1"}}}},
		{Type: "family_nursing_care", FamilyNursingCare: &homecare.FamilyNursingCare{Interventions: []string{"wound_care"}, Outcome: "reached", Diagnoses: []homecare.NursingDiagnosis{{SDKI: "D.0077"}}}},
		{Type: "nutrition", Nutrition: &homecare.Nutrition{Status: "normal", WeightKg: 55}},
		{Type: "high_risk_pregnancy", HighRiskPregnancy: &homecare.HighRiskPregnancy{Gravida: 2, Para: 1, GestationalWeeks: 30}},
		{Type: "high_risk_infant", HighRiskInfant: &homecare.HighRiskInfant{BirthWeightG: 1900, WeightG: 2100, Feeding: "expressed_milk", KangarooCare: true}},
		{Type: "postpartum_neonatal", PostpartumNeonatal: &homecare.PostpartumNeonatal{Contact: "kn1", Newborn: &homecare.NewbornState{AgeDays: new(1), WeightG: 2900, Feeding: "exclusive_breastfeeding"}}},
		{Type: "elderly_care", ElderlyCare: &homecare.ElderlyCare{Conditions: []string{"stroke"}, Dependence: "severe", PressureInjuryStage: new(2)}},
		{Type: "limited_laboratory", LimitedLaboratory: &homecare.LimitedLaboratory{Tests: []string{"hb"}, Specimen: "capillary_blood"}},
		{Type: "family_education", FamilyEducation: &homecare.FamilyEducation{Topics: []string{"PHBS"}, Audience: "family", Participants: 3}},
	}}
	v = w.put(v, "services", in)
	seen := map[string]string{}
	for _, s := range v.Services {
		seen[s.Type] = fmt.Sprintf("%+v", s)
	}
	if len(seen) != 9 {
		t.Fatalf("%d types", len(seen))
	}
	for _, s := range v.Services {
		full := 0
		for _, m := range []bool{s.LimitedMedicalCare != nil, s.FamilyNursingCare != nil, s.Nutrition != nil, s.HighRiskPregnancy != nil, s.HighRiskInfant != nil,
			s.PostpartumNeonatal != nil, s.ElderlyCare != nil, s.LimitedLaboratory != nil, s.FamilyEducation != nil} {
			if m {
				full++
			}
		}
		if full != 1 {
			t.Errorf("%s holds %d members", s.Type, full)
		}
	}
}

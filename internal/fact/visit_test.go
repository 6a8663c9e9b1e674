package fact_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// facts are the newest facts of the person as a caller reads them: code, or code=text, or
// code=value.
func facts(t *testing.T, c *homecare.Client, patient string) []string {
	t.Helper()
	page, err := c.Facts(t.Context(), patient, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range page.Data {
		s := f.Code
		switch {
		case f.Value != nil:
			s += fmt.Sprint("=", *f.Value)
		case f.Text != "":
			s += "=" + f.Text
		}
		out = append(out, s)
	}
	return out
}

func has(t *testing.T, all []string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(all, w) {
			t.Errorf("no %s in %v", w, all)
		}
	}
}

func hasNot(t *testing.T, all []string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if slices.Contains(all, u) {
			t.Errorf("%s in %v", u, all)
		}
	}
}

// dependent is a whole visit that finds a totally dependent person without a caregiver.
func (w *world) dependent() homecare.VisitBundle {
	in := w.Bundle()
	in.AlertNotes = []homecare.AlertNote{{Code: "sbp", Note: "Obat diberikan"}, {Code: "dbp", Note: "Obat diberikan"},
		{Code: "spo2", Note: "Oksigen diberikan"}}
	in.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 182, "dbp", 112, "spo2", 91, "weight", 41)}
	in.Services = homecare.NewServicesPart(
		&homecare.ElderlyCare{Conditions: []string{"stroke", "bedridden"}, Dependence: "total", Caregiver: "none",
			PressureInjuryStage: new(2)},
		&homecare.Nutrition{WeightKg: 41, Status: "underweight", Oedema: new(true)},
		&homecare.FamilyNursingCare{Diagnoses: []homecare.NursingDiagnosis{{SDKI: "D.0077"}},
			Interventions: []string{"wound_care"}, Outcome: "partly_reached"})
	in.Labs = &homecare.LabsPart{Labs: []homecare.LabResult{{Code: "hb", Value: new(8.2)},
		{Code: "triglycerides", Value: new(240.0)}, {Code: "urine_protein", Finding: "plus_2"}}}
	in.Assessments = &homecare.AssessmentsPart{Assessments: []homecare.Assessment{apitest.Barthel(0)}}
	in.Diagnoses = &homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"},
		{Code: "I69.4", Role: "secondary"}}}
	return in
}

// TestVisitsTellFacts: what a visit measures and finds is a fact of the person at once, and
// the filter, the risks and the rank follow.
func TestVisitsTellFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), w.dependent()))
	has(t, facts(t, w.Nurse, w.PatientID), "sbp=182", "dbp=112", "spo2=91", "weight=41", "hb=8.2", "triglyceride=240",
		"urine_protein=plus_2", "barthel=0", "diagnosis=I10", "diagnosis=I69.4", "nursing_diagnosis=D.0077",
		"dependency_level=total", "caregiver=none", "pressure_injury_stage=2", "elderly_condition=stroke",
		"elderly_condition=bedridden", "nutrition_status=underweight", "oedema", "visited")
	w.CatchUp(t)
	for query, want := range map[string]int{"risk=barthel_total": 1, "risk=hypertension_3": 1,
		"risk=dx_hypertension": 1,
		"risk=barthel_mild":    0} {
		q, _ := url.ParseQuery(query)
		page, err := w.Nurse.Patients(t.Context(), q)
		if err != nil || len(page.Data) != want {
			t.Errorf("%s: %d persons, %v", query, len(page.Data), err)
		}
	}
	list, err := w.Head.Priorities(t.Context(), nil)
	if err != nil || list.Data[0].PatientID != w.PatientID || list.Data[0].Level != "urgent" {
		t.Errorf("%+v, %v", list.Data, err)
	}
}

// TestFactsFollowTheRecord: an amended value is replaced, an older reading does not win, a
// set is that of the latest record, a flag that became no is gone, and a visit of a case
// entered in error tells nothing.
func TestFactsFollowTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.dependent()))
	if _, err := w.Nurse.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Salah ketik",
		VisitParts: homecare.VisitParts{
			Vitals: &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 142, "dbp", 84)}}}); err != nil {
		t.Fatal(err)
	}
	got := facts(t, w.Nurse, w.PatientID)
	has(t, got, "sbp=142", "dbp=84", "hb=8.2")
	hasNot(t, got, "sbp=182", "spo2=91")

	older := w.dependent()
	older.ArrivedAt, older.DepartedAt = older.ArrivedAt.Add(-48*time.Hour), older.DepartedAt.Add(-48*time.Hour)
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, older))
	got = facts(t, w.Nurse, w.PatientID)
	has(t, got, "sbp=142", "spo2=91") // the amended visit no longer has the saturation, the older one has
	hasNot(t, got, "sbp=182")

	newer := w.dependent()
	newer.ArrivedAt, newer.DepartedAt = apitest.Now.Add(-9*time.Minute), apitest.Now.Add(-time.Minute)
	newer.Services = homecare.NewServicesPart(&homecare.ElderlyCare{Conditions: []string{"dementia"},
		Dependence: "mild", Caregiver: "child"}, &homecare.Nutrition{Status: "normal", Oedema: new(false)})
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, newer))
	got = facts(t, w.Nurse, w.PatientID)
	has(t, got, "elderly_condition=dementia", "caregiver=child", "dependency_level=ringan", "nutrition_status=normal",
		"pressure_injury_stage=2", "diagnosis=I69.4")
	hasNot(t, got, "elderly_condition=stroke", "oedema", "caregiver=none")

	series, err := w.Nurse.Measurements(ctx, w.PatientID, url.Values{"code": {"sbp"}})
	if err != nil || len(series.Data) != 1 || series.Data[0].Unit != "mm[Hg]" {
		t.Fatalf("%+v, %v", series, err)
	}
	var read []float64
	for _, p := range series.Data[0].Points {
		read = append(read, *p.Value)
	}
	if !slices.Equal(read, []float64{182, 142, 182}) {
		t.Errorf("readings %v", read)
	}
	w.SQL(`update care_case set state = 'terminated', ending = 'entered_in_error', ended_on = '2026-03-10',
		terminated_at = now() where id = $1`, w.CaseID)
	if got := facts(t, w.Head, w.PatientID); len(got) != 0 {
		t.Errorf("a case entered in error tells %v", got)
	}
}

// TestFactsOfATeam: what a visit found is seen by those who see its case, what a source told
// by everybody; nothing crosses the tenant.
func TestFactsOfATeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.dependent()))
	if _, err := w.Nurse.EnterFact(ctx, w.PatientID, homecare.NewFact{Code: "smoker"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Nurse.EnterFact(ctx, w.PatientID, homecare.NewFact{Code: "diagnosis", Text: "F20.0"}); err != nil {
		t.Fatal(err)
	}
	has(t, facts(t, w.Head, w.PatientID), "diagnosis=F20.0")
	hasNot(t, facts(t, w.Nurse, w.PatientID), "diagnosis=F20.0")
	if got := facts(t, w.Other, w.PatientID); !slices.Equal(got, []string{"smoker"}) {
		t.Errorf("a petugas of another team reads %v", got)
	}
	if series, err := w.Other.Measurements(ctx, w.PatientID, nil); err != nil || len(series.Data) != 0 {
		t.Errorf("a petugas of another team reads %v, %v", series.Data, err)
	}
	_, err := w.Abroad.Facts(ctx, w.PatientID, nil)
	apitest.Wants(t, err, "record.not_found")
	_, err = w.Abroad.Measurements(ctx, w.PatientID, nil)
	apitest.Wants(t, err, "record.not_found")
}

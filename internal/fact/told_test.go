package fact_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestEnter: facts by hand, and each bad one with the member that is wrong.
func TestEnter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for name, c := range map[string]struct {
		in           homecare.NewFact
		pointer, why string
	}{
		"measure":          {in: homecare.NewFact{Code: "sbp", Value: new(150.0)}},
		"its unit":         {in: homecare.NewFact{Code: "weight", Value: new(50.0), Unit: "kg"}},
		"coded":            {in: homecare.NewFact{Code: "caregiver", Text: "none"}},
		"flag":             {in: homecare.NewFact{Code: "smoker"}},
		"event on its day": {in: homecare.NewFact{Code: "delivery", ObservedOn: "2026-03-09"}},
		"diagnosis":        {in: homecare.NewFact{Code: "diagnosis", Text: "I10"}},
		"unknown":          {homecare.NewFact{Code: "colour"}, "/code", "unknown"},
		"only at a visit":  {homecare.NewFact{Code: "visited"}, "/code", "unknown"},
		"other unit":       {homecare.NewFact{Code: "weight", Value: new(50000.0), Unit: "g"}, "/unit", "unit"},
		"no value":         {homecare.NewFact{Code: "sbp"}, "/value", "required"},
		"impossible":       {homecare.NewFact{Code: "sbp", Value: new(1500.0)}, "/value", "impossible"},
		"value of a choice": {homecare.NewFact{Code: "caregiver", Text: "none", Value: new(1.0)},
			"/value", "not_a_number"},
		"text of a number":  {homecare.NewFact{Code: "sbp", Value: new(150.0), Text: "high"}, "/text", "not_a_text"},
		"no such choice":    {homecare.NewFact{Code: "caregiver", Text: "robot"}, "/text", "unknown"},
		"no such diagnosis": {homecare.NewFact{Code: "diagnosis", Text: "Z00.99"}, "/text", "unknown"},
		"two for a flag":    {homecare.NewFact{Code: "smoker", Value: new(2.0)}, "/value", "flag"},
		"tomorrow":          {homecare.NewFact{Code: "smoker", ObservedOn: "2026-03-11"}, "/observed_on", "future"},
		"in an hour": {homecare.NewFact{Code: "smoker", ObservedAt: new(apitest.Now.Add(time.Hour))},
			"/observed_at", "future"},
		"both a day and time": {homecare.NewFact{Code: "smoker", ObservedOn: "2026-03-09", ObservedAt: &apitest.Now},
			"/observed_on", "either"},
	} {
		f, err := w.Other.EnterFact(ctx, w.PatientID, c.in)
		switch {
		case c.pointer == "" && (err != nil || f.ID == "" || f.Label == "" || f.Source != "staff"):
			t.Errorf("%s: %+v, %v", name, f, err)
		case c.pointer != "" && apitest.ToldAt(err, c.pointer) != c.why:
			t.Errorf("%s: %v, want %s at %s", name, err, c.why, c.pointer)
		}
	}
	baby := w.AddPerson("2026-03-05", "male")
	_, err := w.Nurse.EnterFact(ctx, baby, homecare.NewFact{Code: "weight", Value: new(2.9), ObservedOn: "2026-03-04"})
	if apitest.ToldAt(err, "/observed_on") != "before_birth" {
		t.Errorf("before the birth: %v", err)
	}
	_, err = w.Abroad.EnterFact(ctx, w.PatientID, homecare.NewFact{Code: "smoker"})
	apitest.Wants(t, err, "record.not_found")
	w.SQL(`update patient set deceased_on = '2026-03-01' where id = $1`, w.PatientID)
	_, err = w.Nurse.EnterFact(ctx, w.PatientID, homecare.NewFact{Code: "smoker"})
	apitest.Wants(t, err, "fact.deceased")
}

// TestVoid: a voided fact leaves every list, an older one stands again, and a file that
// tells it again changes nothing.
func TestVoid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	enter := func(value float64, day string) homecare.Fact {
		t.Helper()
		f, err := w.Nurse.EnterFact(ctx, w.PatientID, homecare.NewFact{Code: "barthel", Value: &value, ObservedOn: day})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	level := func(risk string) int {
		t.Helper()
		w.CatchUp(t)
		page, err := w.Nurse.Patients(ctx, url.Values{"risk": {risk}})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Data)
	}
	enter(10, "2026-03-01")
	wrong := enter(1, "2026-03-08")
	if level("barthel_total") != 1 {
		t.Error("a fact by hand ranks nobody")
	}
	err := w.Other.VoidFact(ctx, w.PatientID, wrong.ID, homecare.Why{Reason: "Salah orang"})
	apitest.Wants(t, err, "fact.not_own")
	if err := w.Nurse.VoidFact(ctx, w.PatientID, wrong.ID, homecare.Why{Reason: "Salah orang"}); err != nil {
		t.Fatal(err)
	}
	has(t, facts(t, w.Nurse, w.PatientID), "barthel=10")
	if level("barthel_total") != 0 || level("barthel_moderate") != 1 {
		t.Error("a voided fact still ranks")
	}
	series, err := w.Nurse.Measurements(ctx, w.PatientID, nil)
	if err != nil || len(series.Data) != 1 || len(series.Data[0].Points) != 1 {
		t.Errorf("%+v, %v", series, err)
	}
	timeline, err := w.Nurse.PatientTimeline(ctx, w.PatientID, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range timeline.Data {
		if e.ID == wrong.ID {
			t.Error("a voided fact is in the timeline")
		}
	}
	err = w.Nurse.VoidFact(ctx, w.PatientID, wrong.ID, homecare.Why{Reason: "Lagi"})
	apitest.Wants(t, err, "fact.voided")
}

// TestCatalogue: every fact that a file or a visit tells is in the catalogue, and what is
// in it can be read.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page, err := w.Nurse.FactCodes(t.Context())
	if err != nil || len(page.Data) < 90 {
		t.Fatalf("%d codes, %v", len(page.Data), err)
	}
	known := map[string]homecare.FactCode{}
	for _, c := range page.Data {
		if c.Label == "" || (c.Kind == "measure" || c.Kind == "score") != (c.Unit != "") ||
			c.Kind == "coded" && len(c.Values) == 0 {
			t.Errorf("%+v", c)
		}
		known[c.Code] = c
	}
	for _, list := range []string{"vital", "lab_test"} {
		for _, code := range homecare.ListedCodes(list) {
			if code == "triglycerides" {
				code = "triglyceride"
			}
			if known[code].Code == "" {
				t.Errorf("%s %s is no fact", list, code)
			}
		}
	}
	instruments, err := w.Nurse.Instruments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range instruments.Data {
		told := apitest.Ask[bool](w.Home, `select exists (select from fact_code k where k.code = $1 or k.code in
			(select o.code from fact_origin o where o.part = 'instrument' and o.name = $1))`, i.Code)
		if !told {
			t.Errorf("the score of %s is no fact", i.Code)
		}
	}
}

package priority_test

import (
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestAdjustment moves a person by hand and hides what a petugas may not read.
func TestAdjustment(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	sample.Take(t, c, tr.Form(t, "pcare_kunjungan.csv"))
	s.CatchUpAt(t, tr.AsOf)
	list := sample.Ranking(t, c)
	lowest := list[len(list)-1]
	up, err := c.AdjustPriority(t.Context(), lowest.PatientID, homecare.AdjustPriority{Move: "up", Points: 150,
		Reason: "Tinggal sendiri"})
	if err != nil || up.Total != lowest.Total+150 || up.Level != "urgent" || up.Adjustment == nil ||
		up.Adjustment.Reason != "Tinggal sendiri" || up.Points != lowest.Points {
		t.Fatalf("%+v, %v", up, err)
	}
	if now := sample.Ranking(t, c); now[0].PatientID != lowest.PatientID || len(now) != len(list) {
		t.Error("the person moved up is not first")
	}
	if r, err := c.RecomputePriorities(t.Context()); err != nil || r.Changed != 0 {
		t.Errorf("an adjustment outlives a new computation: %+v, %v", r, err)
	}
	down, err := c.AdjustPriority(t.Context(), lowest.PatientID, homecare.AdjustPriority{Move: "down", Points: 0,
		Reason: "Ditarik"})
	if err != nil || down.Total != lowest.Total || down.Adjustment != nil || down.Level != lowest.Level {
		t.Errorf("%+v, %v", down, err)
	}
	events, err := sample.At(t, s, tr, "kepala.tanah-habang").AuditEvents(t.Context(),
		url.Values{"action": {"priority.adjust"}})
	if err != nil || len(events.Data) != 2 || events.Data[1].Reason != "Tinggal sendiri" {
		t.Errorf("%+v, %v", events, err)
	}
	_, err = sample.At(t, s, tr, "petugas1.tanah-habang").AdjustPriority(t.Context(), lowest.PatientID,
		homecare.AdjustPriority{Move: "up", Points: 1, Reason: "x y"})
	sample.Problem(t, err, 403, "auth.forbidden")
	_, err = sample.At(t, s, tr, "koordinator.uren").AdjustPriority(t.Context(), lowest.PatientID,
		homecare.AdjustPriority{Move: "up", Points: 1, Reason: "x y"})
	sample.Problem(t, err, 404, "record.not_found")

	const ill = "dx_schizophrenia"
	nurse := sample.At(t, s, tr, "petugas2.tanah-habang")
	seen, err := c.Priorities(t.Context(), url.Values{"risk": {ill}})
	if err != nil || len(seen.Data) == 0 {
		t.Fatalf("the sample has nobody with %s: %v", ill, err)
	}
	if hidden, err := nurse.Priorities(t.Context(), url.Values{"risk": {ill}}); err != nil || len(hidden.Data) != 0 {
		t.Errorf("a petugas filters by it: %d, %v", len(hidden.Data), err)
	}
	if hidden, err := nurse.Patients(t.Context(), url.Values{"risk": {ill}}); err != nil || len(hidden.Data) != 0 {
		t.Errorf("a petugas lists by it: %d, %v", len(hidden.Data), err)
	}
	for _, p := range sample.Ranking(t, nurse) {
		for _, r := range p.Reasons {
			if r.Code == ill || p.PatientID == seen.Data[0].PatientID && r.Code == "protected" &&
				r.Label != "Kondisi lain yang dilindungi" {
				t.Errorf("a petugas reads %+v", r)
			}
		}
	}
	for _, by := range []string{"source", "village", "risk", "age", "sex", "month"} {
		lines, err := c.Recap(t.Context(), url.Values{"by": {by}})
		if err != nil || len(lines.Data) == 0 || lines.Data[0].Label == "" {
			t.Fatalf("recap by %s: %+v, %v", by, lines, err)
		}
		sum := 0
		for _, l := range lines.Data {
			sum += l.Patients
		}
		if by != "risk" && sum != len(list) {
			t.Errorf("recap by %s counts %d of %d", by, sum, len(list))
		}
	}
	for _, two := range [][2]string{{"village", "sex"}, {"age", "village"}, {"sex", "month"}, {"source", "age"}} {
		lines, err := c.Recap(t.Context(), url.Values{"by": {two[0]}, "and": {two[1]}})
		sum, pairs := 0, map[string]bool{}
		for _, l := range lines.Data {
			sum += l.Patients
			if pairs[l.Code+" "+l.AndCode] || l.AndLabel == "" {
				t.Errorf("%v: %+v", two, l)
			}
			pairs[l.Code+" "+l.AndCode] = true
		}
		if err != nil || sum != len(list) {
			t.Errorf("recap by %v counts %d of %d, %v", two, sum, len(list), err)
		}
	}
	_, err = c.Recap(t.Context(), url.Values{"by": {"sex"}, "and": {"sex"}})
	sample.Problem(t, err, 422, "request.invalid")
	lines, err := nurse.Recap(t.Context(), url.Values{"by": {"risk"}, "and": {"sex"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines.Data {
		if l.Code == ill {
			t.Error("a petugas counts it")
		}
	}
}

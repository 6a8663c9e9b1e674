package alert_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestAlertLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Arrived()
	v = w.Put(v, "anamnesis", anamnesis)
	v = w.Put(v, "services", services)
	v = w.Put(v, "plan", w.NextPlan())
	v = w.Put(v, "vitals", homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 190, "dbp", 80, "hr", 104)})
	// Written again, the same value raises no alert; the alert of a corrected value
	// is closed. The new diastolic has the number that the pulse had.
	v = w.Put(v, "vitals", homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 190, "dbp", 104)})
	open, err := w.Nurse.Alerts(ctx, url.Values{"case_id": {w.CaseID}, "level": {"critical"}})
	if err != nil || len(open.Data) != 1 || open.Data[0].Code != "sbp" || open.Data[0].Level != "critical" {
		t.Fatalf("%+v %v", open, err)
	}
	for name, c := range map[string]struct {
		client *homecare.Client
		q      url.Values
		want   int
	}{
		"mine":                 {w.Nurse, url.Values{"mine": {"true"}}, 2},
		"Kepala is in no team": {w.Head, url.Values{"mine": {"true"}}, 0},
		"of the day":           {w.Head, url.Values{"raised_from": {"2026-03-10"}, "raised_to": {"2026-03-10"}}, 2},
		"of the day before":    {w.Head, url.Values{"raised_to": {"2026-03-09"}}, 0},
		"of the day after":     {w.Head, url.Values{"raised_from": {"2026-03-11"}}, 0},
		"of the person":        {w.Head, url.Values{"patient_id": {w.PatientID}, "expand": {"patient"}}, 2},
	} {
		p, err := c.client.Alerts(ctx, c.q)
		if err != nil || len(p.Data) != c.want {
			t.Errorf("%s: %d, want %d, %v", name, len(p.Data), c.want, err)
		}
		for _, a := range p.Data {
			if a.PatientName != "Ibu Uji" || (a.Patient != nil) != (name == "of the person") {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from alert where state = 'corrected' and code = 'hr'`); n != 1 {
		t.Fatalf("%d corrected", n)
	}
	_, err = w.Nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now})
	if p := apitest.Wants(t, err, "visit.alert_open"); p.Status != 409 || len(p.Errors) != 1 ||
		p.Errors[0].Code != "sbp" {
		t.Fatalf("%+v", p)
	}
	a := open.Data[0]
	for name, c := range map[string]*homecare.Client{"another team": w.Other, "another tenant": w.Abroad} {
		if p, err := c.Alerts(ctx, nil); err != nil || len(p.Data) != 0 {
			t.Errorf("%s sees %d, %v", name, len(p.Data), err)
		}
		_, err := c.AcknowledgeAlert(ctx, a.ID, a.Version, homecare.AcknowledgeAlert{Note: "Ya"})
		apitest.Wants(t, err, "record.not_found")
	}
	_, err = w.Nurse.AcknowledgeAlert(ctx, a.ID, 9, homecare.AcknowledgeAlert{Note: "Ya"})
	apitest.Wants(t, err, "record.stale")
	a, err = w.Nurse.AcknowledgeAlert(ctx, a.ID, a.Version,
		homecare.AcknowledgeAlert{Note: "Dokter dihubungi, dirujuk"})
	if err != nil || a.State != "acknowledged" || a.AcknowledgedBy != w.NurseID {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = w.Nurse.AcknowledgeAlert(ctx, a.ID, a.Version, homecare.AcknowledgeAlert{Note: "Lagi"})
	if p := apitest.Wants(t, err, "record.state"); !slices.Equal(p.Allowed, []string{"close"}) {
		t.Errorf("allowed: %v", p.Allowed)
	}
	if seen, err := w.Nurse.Alerts(ctx, url.Values{"case_id": {w.CaseID}, "state": {"acknowledged"}}); err != nil ||
		len(seen.Data) != 1 || seen.Data[0].ID != a.ID {
		t.Errorf("%+v %v", seen, err)
	}
	for name, c := range map[string]*homecare.Client{"another team": w.Other, "another tenant": w.Abroad} {
		if _, err := c.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Ya"}); apitest.Wants(t, err,
			"record.not_found") == nil {
			t.Errorf("%s closes it", name)
		}
	}
	a, err = w.Nurse.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Tekanan turun"})
	if err != nil || a.State != "closed" || a.ClosedBy != w.NurseID || a.CloseNote != "Tekanan turun" ||
		a.Note != "Dokter dihubungi, dirujuk" {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = w.Nurse.CloseAlert(ctx, a.ID, a.Version, homecare.CloseAlert{Note: "Lagi"})
	if p := apitest.Wants(t, err, "record.state"); len(p.Allowed) != 0 {
		t.Errorf("allowed: %v", p.Allowed)
	}
	// The same value written again raises no alert, though its alert is closed.
	v = w.Put(v, "vitals", homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 190, "dbp", 104)})
	if n := apitest.Ask[int](w.Home, `select count(*) from alert where code = 'sbp'`); n != 1 {
		t.Errorf("%d alerts of one value", n)
	}
	apitest.MustVisit(t)(w.Nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now}))
}

// TestAlertsOfAnEarlierDay: the account that dealt with a value before the office
// did is stored, with the day and with the recorder.
func TestAlertsOfAnEarlierDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Put(w.Arrived(), "vitals", homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 190, "dbp", 125)})
	var as [2]homecare.Alert
	open, err := w.Nurse.Alerts(ctx, url.Values{"case_id": {w.CaseID}})
	if err != nil || copy(as[:], open.Data) != 2 {
		t.Fatalf("%+v, %v", open, err)
	}
	tomorrow := func() time.Time { return now.Add(24 * time.Hour) }
	w.Nurse.Clock, w.Head.Clock = tomorrow, tomorrow
	day := v.CountsOn
	told := homecare.AcknowledgeAlert{Note: "Dokter dihubungi",
		FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-03-01", PerformedBy: w.NurseID}}
	_, err = w.Head.AcknowledgeAlert(ctx, as[0].ID, 1, told)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/happened_on" ||
		p.Errors[0].Code != "before_opened" {
		t.Errorf("%+v", p.Errors)
	}
	told.HappenedOn = day
	a, err := w.Head.AcknowledgeAlert(ctx, as[0].ID, 1, told)
	if err != nil || a.AcknowledgedOn != day || a.AcknowledgedBy != w.NurseID || !a.AcknowledgedAt.Equal(tomorrow()) {
		t.Errorf("%+v, %v", a, err)
	}
	_, err = w.Nurse.CloseAlert(ctx, a.ID, 1, homecare.CloseAlert{Note: "Turun"})
	apitest.Wants(t, err, "record.stale")
	a, err = w.Nurse.CloseAlert(ctx, a.ID, 1,
		homecare.CloseAlert{Note: "Turun", FollowUpDay: homecare.FollowUpDay{HappenedOn: day}})
	if err != nil || a.State != "closed" || a.ClosedOn != day || a.AcknowledgedOn != day {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := w.Head.AcknowledgeAlert(ctx, as[1].ID, 1, homecare.AcknowledgeAlert{Note: "Sudah"}); err != nil {
		t.Fatal(err)
	}
	_, err = w.Nurse.AcknowledgeAlert(ctx, as[1].ID, 1, told)
	if p, err := w.Head.Parked(ctx, apitest.Parked(t, err, "state")); err != nil || p.Contradicts.Kind != "alert" ||
		p.PerformedBy != w.NurseID {
		t.Errorf("%+v, %v", p, err)
	}
}

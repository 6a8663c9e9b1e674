package visit_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// toldAt is the code that an error tells of a field; "" for none.
func toldAt(err error, pointer string) string {
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok {
		return ""
	}
	for _, e := range p.Errors {
		if e.Pointer == pointer {
			return e.Code
		}
	}
	return ""
}

func TestPlanAndLifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.plan(1)
	if v.State != "planned" || v.Version != 1 || len(v.Members) != 2 || !v.Members[0].Lead || v.Village != village || v.Vitals == nil {
		t.Fatalf("%+v", v)
	}
	// 404: another puskesmas, another team; the head sees it.
	for name, c := range map[string]*homecare.Client{"another tenant": w.abroad, "another team": w.other} {
		_, err := c.Visit(ctx, v.ID)
		if p := wants(t, err, "record.not_found"); p.Status != 404 {
			t.Errorf("%s: %v", name, err)
		}
		_, err = c.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: now})
		wants(t, err, "record.not_found")
	}
	must(t)(w.head.Visit(ctx, v.ID))
	_, err := w.nurse.CheckIn(ctx, v.ID, 7, homecare.CheckIn{ArrivedAt: now})
	wants(t, err, "record.stale")
	_, err = w.nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now})
	if p := wants(t, err, "record.state"); p.CurrentState != "planned" || !slices.Equal(p.Allowed, []string{"cancel", "check_in", "miss", "reschedule"}) {
		t.Fatalf("%+v", p)
	}
	_, err = w.nurse.PutVisitPart(ctx, v.ID, "anamnesis", v.Version, anamnesis)
	wants(t, err, "record.state")
	_, err = w.nurse.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: now.Add(time.Hour)})
	wants(t, err, "request.invalid")
	// The case was proposed on 1 January 2026; care may precede it by 45 days.
	proposed := ask[time.Time](w, `select proposed_at from care_case where id = $1`, w.caseID)
	for days, code := range map[int]string{-46: "before_case", -45: ""} {
		_, err := w.nurse.CheckIn(ctx, v.ID, v.Version+100, homecare.CheckIn{ArrivedAt: proposed.AddDate(0, 0, days)})
		wants(t, err, "record.stale") // the version is looked at first
		at := proposed.AddDate(0, 0, days)
		_, err = w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, DurationMinutes: 30, Unplanned: true})
		if told := toldAt(err, "/starts_at"); told != code {
			t.Errorf("an unplanned visit %d days before the proposal: %q %v", -days, told, err)
		}
		if code != "" {
			_, err = w.nurse.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: at})
			if told := toldAt(err, "/arrived_at"); told != code {
				t.Errorf("arrival %d days before the proposal: %q %v", -days, told, err)
			}
			_, err = w.nurse.RecordVisit(ctx, homecare.VisitBundle{VisitID: v.ID, ArrivedAt: at, DepartedAt: at.Add(time.Hour)})
			if told := toldAt(err, "/arrived_at"); told != code {
				t.Errorf("a bundle %d days before the proposal: %q %v", -days, told, err)
			}
		}
	}
	v = must(t)(w.nurse.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: now.Add(-5 * time.Minute), Position: &homecare.Position{Latitude: -2.3, Longitude: 115.4}}))
	if v.State != "in_progress" || v.Version != 2 || !v.ArrivedAt.Equal(now.Add(-5*time.Minute)) || !v.ArrivedRecordedAt.Equal(now) || v.Position.Longitude != 115.4 {
		t.Fatalf("%+v", v)
	}
	v = must(t)(w.nurse.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "refused_at_door", Reason: "Keluarga menolak di pintu"}))
	if v.State != "missed" || v.ReasonCode != "refused_at_door" {
		t.Fatalf("%+v", v)
	}
	if n := ask[int](w, `select count(*) from outbox where kind = 'figures.changed' and body = '{"month": "2026-03", "programme": "kupinang"}'`); n != 3 {
		t.Fatalf("%d events, want those of planning, check-in and missing it", n)
	}
	if n := ask[int](w, `select count(*) from audit_event where subject_id = $1 and not dry_run`, v.ID); n != 3 {
		t.Fatalf("%d audit events, want plan, check-in, miss", n)
	}
}

func TestPlanRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := now.Add(time.Hour)
	long := at.Add(13 * time.Hour)
	for name, c := range map[string]struct {
		in   homecare.PlanVisit
		code string
		at   string
	}{
		"no time":                 {homecare.PlanVisit{CaseID: w.caseID}, "request.invalid", "/starts_at"},
		"too long":                {homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, EndsAt: &long}, "request.invalid", "/ends_at"},
		"member of no team":       {homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, Members: []string{w.account("petugas3.tanah-habang")}}, "request.invalid", "/members/0"},
		"unknown village":         {homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, Village: "9999999999"}, "record.reference", ""},
		"unknown case":            {homecare.PlanVisit{CaseID: w.patient, StartsAt: &at}, "record.not_found", ""},
		"unplanned in the future": {homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, Unplanned: true}, "request.invalid", "/starts_at"},
	} {
		_, err := w.nurse.PlanVisit(t.Context(), c.in)
		p := wants(t, err, c.code)
		if c.at != "" && (len(p.Errors) == 0 || p.Errors[0].Pointer != c.at) {
			t.Errorf("%s: %+v", name, p.Errors)
		}
	}
	w.sql(`update care_case set state = 'approved' where id = $1`, w.caseID)
	_, err := w.nurse.PlanVisit(t.Context(), homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at})
	wants(t, err, "visit.case_not_active")
}

func TestTeamClash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := w.plan(1)
	baby := w.addCase(w.addPatient("2026-02-01", "male"), w.addTeam("petugas2", "petugas3"))
	half := now.Add(90 * time.Minute)
	in := homecare.PlanVisit{CaseID: baby, StartsAt: &half}
	_, err := w.nurse.PlanVisit(ctx, in)
	if p := wants(t, err, "visit.team_clash"); p.Status != 409 {
		t.Fatalf("%+v", p)
	}
	// The database refuses it whoever writes.
	if n := ask[int](w, `select count(*) from stop_member where active and account_id = $1`, w.nurseID); n != 1 {
		t.Fatalf("%d", n)
	}
	// Without the nurse, right after it, or at the same stop it works.
	in.Members = []string{w.account("petugas3.tanah-habang")}
	alone := must(t)(w.other.PlanVisit(ctx, in))
	after := now.Add(2 * time.Hour)
	must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StartsAt: &after, Members: []string{w.nurseID}}))
	joined := must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StopID: first.StopID, Members: []string{w.nurseID}}))
	if joined.StopID != first.StopID || !joined.PlannedFor.Equal(first.PlannedFor) {
		t.Fatalf("%+v", joined)
	}
	// The stop holds its people until its last visit is off.
	must(t)(w.nurse.CancelVisit(ctx, first.ID, first.Version, homecare.CancelVisit{Reason: "Hujan"}))
	if n := ask[int](w, `select count(*) from stop_member where active and stop_id = $1`, first.StopID); n != 2 {
		t.Fatalf("%d still bound, want 2", n)
	}
	must(t)(w.nurse.CancelVisit(ctx, joined.ID, joined.Version, homecare.CancelVisit{Reason: "Hujan"}))
	if n := ask[int](w, `select count(*) from stop_member where active and stop_id = $1`, first.StopID); n != 0 {
		t.Fatalf("%d still bound, want none", n)
	}
	_, err = w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StopID: first.StopID})
	wants(t, err, "visit.stop_over")
	must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.caseID, StartsAt: &first.PlannedFor}))
	_ = alone
}

func TestRescheduleKeepsHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	old := w.plan(1)
	half := now.Add(90 * time.Minute) // overlaps itself: its own people are freed first
	moved := must(t)(w.nurse.RescheduleVisit(ctx, old.ID, old.Version, homecare.RescheduleVisit{StartsAt: &half, Reason: "Jembatan putus"}))
	if moved.State != "planned" || moved.RescheduledFromID != old.ID || !moved.PlannedFor.Equal(half) || len(moved.Members) != 2 {
		t.Fatalf("%+v", moved)
	}
	again := must(t)(w.nurse.Visit(ctx, old.ID))
	if again.State != "rescheduled" || again.RescheduledToID != moved.ID || again.Reason != "Jembatan putus" {
		t.Fatalf("%+v", again)
	}
	_, err := w.nurse.RescheduleVisit(ctx, old.ID, again.Version, homecare.RescheduleVisit{StartsAt: &half, Reason: "Lagi"})
	wants(t, err, "record.state")
}

func TestListFollowsBusinessDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	before := time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC) // 31 March 23:00 WITA
	after := time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)  // 1 April 00:00 WITA
	march := must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.caseID, StartsAt: &before, DurationMinutes: 30}))
	april := must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.caseID, StartsAt: &after, DurationMinutes: 30}))
	for name, c := range map[string]struct {
		q    url.Values
		want []string
	}{
		"march":     {url.Values{"date_to": {"2026-03-31"}}, []string{march.ID}},
		"april":     {url.Values{"date_from": {"2026-04-01"}}, []string{april.ID}},
		"all":       {url.Values{"mine": {"true"}, "state": {"planned"}, "village": {village}, "programme": {"kupinang"}, "patient_id": {w.patient}, "case_id": {w.caseID}}, []string{march.ID, april.ID}},
		"completed": {url.Values{"state": {"completed"}}, nil},
	} {
		p, err := w.nurse.Visits(ctx, c.q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range p.Data {
			got = append(got, v.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	first, err := w.nurse.Visits(ctx, url.Values{"limit": {"1"}})
	if err != nil || len(first.Data) != 1 || first.NextCursor == "" {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := w.nurse.Visits(ctx, url.Values{"limit": {"1"}, "cursor": {first.NextCursor}})
	if err != nil || len(second.Data) != 1 || second.Data[0].ID != april.ID || second.NextCursor != "" {
		t.Fatalf("%+v %v", second, err)
	}
	for name, c := range map[string]*homecare.Client{"another team": w.other, "another tenant": w.abroad} {
		if p, err := c.Visits(ctx, nil); err != nil || len(p.Data) != 0 {
			t.Errorf("%s sees %d, %v", name, len(p.Data), err)
		}
	}
	days, err := w.nurse.Calendar(ctx, "2026-03-31", "2026-04-01")
	if err != nil || len(days.Data) != 2 || days.Data[1].Date != "2026-04-01" || days.Data[0].Stops[0].Visits != 1 {
		t.Fatalf("%+v %v", days, err)
	}
}

func TestChecklist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.plan(1)
	items := func(c homecare.Checklist) (all, ticked []string) {
		for _, i := range c.Items {
			all = append(all, i.Item)
			if i.TickedAt != nil {
				ticked = append(ticked, i.Item)
			}
		}
		return
	}
	c, err := w.nurse.Checklist(ctx, v.ID)
	if all, _ := items(c); err != nil || !slices.Equal(all, []string{"diagnostic_set", "stationery"}) {
		t.Fatalf("%v %v", all, err)
	}
	w.sql(`insert into case_review (puskesmas_id, id, case_id, problems, goals, planned_services, visit_frequency, participants, reviewed_at, reviewed_by)
		values ($1, gen_random_uuid(), $2, '[]', '[]', '[{"type": "limited_laboratory"}]', '{}', '[]', now(), $3)`, w.tenant(), w.caseID, w.nurseID)
	c, err = w.nurse.TickChecklist(ctx, v.ID, v.Version, homecare.TickChecklist{Ticked: []string{"stationery", "sharps_box"}})
	if all, ticked := items(c); err != nil || len(all) != 5 || !slices.Equal(ticked, []string{"sharps_box", "stationery"}) || c.Version != v.Version+1 {
		t.Fatalf("%v %v %v", all, ticked, err)
	}
	c, err = w.nurse.TickChecklist(ctx, v.ID, c.Version, homecare.TickChecklist{Ticked: []string{"stationery"}})
	if _, ticked := items(c); err != nil || !slices.Equal(ticked, []string{"stationery"}) || c.Items[3].TickedBy != w.nurseID {
		t.Fatalf("%v %v", ticked, err)
	}
	_, err = w.nurse.TickChecklist(ctx, v.ID, c.Version, homecare.TickChecklist{Ticked: []string{"car"}})
	wants(t, err, "request.invalid")
	_, err = w.other.Checklist(context.WithoutCancel(ctx), v.ID)
	wants(t, err, "record.not_found")
}

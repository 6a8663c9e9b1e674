package visit_test

import (
	"context"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestPlanAndLifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Plan(1)
	if v.State != "planned" || v.Version != 1 || len(v.Members) != 2 || !v.Members[0].Lead || v.Village != village ||
		v.Vitals == nil {
		t.Fatalf("%+v", v)
	}
	// 404: another puskesmas, another team; the head sees it.
	for name, c := range map[string]*homecare.Client{"another tenant": w.Abroad, "another team": w.Other} {
		_, err := c.Visit(ctx, v.ID)
		if p := apitest.Wants(t, err, "record.not_found"); p.Status != 404 {
			t.Errorf("%s: %v", name, err)
		}
		_, err = c.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: now})
		apitest.Wants(t, err, "record.not_found")
	}
	apitest.MustVisit(t)(w.Head.Visit(ctx, v.ID))
	_, err := w.Nurse.CheckIn(ctx, v.ID, 7, homecare.CheckIn{ArrivedAt: now})
	apitest.Wants(t, err, "record.stale")
	_, err = w.Nurse.CompleteVisit(ctx, v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now})
	if p := apitest.Wants(t, err, "record.state"); p.CurrentState != "planned" ||
		!slices.Equal(p.Allowed, []string{"cancel", "check-in", "miss", "reschedule"}) {
		t.Fatalf("%+v", p)
	}
	_, err = w.Nurse.PutAnamnesis(ctx, v.ID, v.Version, anamnesis)
	apitest.Wants(t, err, "record.state")
	_, err = w.Nurse.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: now.Add(time.Hour)})
	apitest.Wants(t, err, "request.invalid")
	v = apitest.MustVisit(t)(w.Nurse.CheckIn(ctx, v.ID, v.Version,
		homecare.CheckIn{ArrivedAt: now.Add(-5 * time.Minute), Position: &homecare.Position{Latitude: -2.3,
			Longitude: 115.4}}))
	if v.State != "in_progress" || v.Version != 2 || !v.ArrivedAt.Equal(now.Add(-5*time.Minute)) ||
		!v.ArrivedRecordedAt.Equal(now) || v.Position.Longitude != 115.4 {
		t.Fatalf("%+v", v)
	}
	v = apitest.MustVisit(t)(w.Nurse.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "refused_at_door",
		Reason: "Keluarga menolak di pintu"}))
	if v.State != "missed" || v.ReasonCode != "refused_at_door" {
		t.Fatalf("%+v", v)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from outbox where kind = 'figures.changed'
		and body = '{"month": "2026-03", "programme": "kupinang"}'`); n != 3 {
		t.Fatalf("%d events, want one of planning, one of arriving and one of missing it", n)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from audit_event where subject_id = $1 and not dry_run`,
		v.ID); n != 3 {
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
		"no time": {homecare.PlanVisit{CaseID: w.CaseID}, "request.invalid", "/starts_at"},
		"too long": {homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at, EndsAt: &long},
			"request.invalid", "/ends_at"},
		"member of no team": {homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at,
			Members: []string{w.Account("petugas3.tanah-habang")}}, "request.invalid", "/members/0"},
		"unknown village": {homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at, Village: "9999999999"},
			"visit.village_unknown", "/village"},
		"unknown case": {homecare.PlanVisit{CaseID: w.PatientID, StartsAt: &at}, "record.not_found", ""},
		"unplanned in the future": {homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at, Unplanned: true},
			"request.invalid", "/starts_at"},
	} {
		_, err := w.Nurse.PlanVisit(t.Context(), c.in)
		p := apitest.Wants(t, err, c.code)
		if c.at != "" && (len(p.Errors) == 0 || p.Errors[0].Pointer != c.at) {
			t.Errorf("%s: %+v", name, p.Errors)
		}
	}
	w.SQL(`update care_case set state = 'approved' where id = $1`, w.CaseID)
	_, err := w.Nurse.PlanVisit(t.Context(), homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at})
	apitest.Wants(t, err, "visit.case_not_active")
}

func TestTeamClash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := w.Plan(1)
	baby := w.AddCase(w.AddPerson("2026-02-01", "male"), w.AddTeam("petugas2", "petugas3"))
	half := now.Add(90 * time.Minute)
	in := homecare.PlanVisit{CaseID: baby, StartsAt: &half}
	_, err := w.Nurse.PlanVisit(ctx, in)
	if p := apitest.Wants(t, err, "visit.team_clash"); p.Status != 409 || p.StopID != first.StopID {
		t.Fatalf("%+v, want the stop %s", p, first.StopID)
	}
	// The midwife does not see the case of that stop.
	_, err = w.Other.PlanVisit(ctx, in)
	if p := apitest.Wants(t, err, "visit.team_clash"); p.StopID != "" {
		t.Errorf("it tells of a stop that the caller may not see: %s", p.StopID)
	}
	// Neither the visit that moves nor its stop is in its own way.
	moved := apitest.MustVisit(t)(w.Other.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby,
		StartsAt: ptrTime(now.Add(5 * time.Hour))}))
	_, err = w.Nurse.RescheduleVisit(ctx, moved.ID, moved.Version, homecare.RescheduleVisit{StartsAt: &half,
		Members: []string{w.NurseID}, Reason: "x"})
	if p := apitest.Wants(t, err, "visit.team_clash"); p.StopID != first.StopID || p.Errors[0].Pointer != "/members" {
		t.Errorf("%+v, want the stop %s", p, first.StopID)
	}
	apitest.MustVisit(t)(w.Nurse.CancelVisit(ctx, moved.ID, moved.Version, homecare.CancelVisit{Reason: "Hujan"}))
	// The database refuses it for every writer.
	if n := apitest.Ask[int](w.Home, `select count(*) from stop_member where active and account_id = $1`,
		w.NurseID); n != 1 {
		t.Fatalf("%d", n)
	}
	// Without the nurse, right after it, or at the same stop it works.
	in.Members = []string{w.Account("petugas3.tanah-habang")}
	alone := apitest.MustVisit(t)(w.Other.PlanVisit(ctx, in))
	after := now.Add(2 * time.Hour)
	apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StartsAt: &after,
		Members: []string{w.NurseID}}))
	joined := apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StopID: first.StopID,
		Members: []string{w.NurseID}}))
	if joined.StopID != first.StopID || !joined.PlannedFor.Equal(first.PlannedFor) {
		t.Fatalf("%+v", joined)
	}
	// The stop occupies its members until its last visit is cancelled.
	apitest.MustVisit(t)(w.Nurse.CancelVisit(ctx, first.ID, first.Version, homecare.CancelVisit{Reason: "Hujan"}))
	if n := apitest.Ask[int](w.Home, `select count(*) from stop_member where active and stop_id = $1`,
		first.StopID); n != 2 {
		t.Fatalf("%d still bound, want 2", n)
	}
	apitest.MustVisit(t)(w.Nurse.CancelVisit(ctx, joined.ID, joined.Version, homecare.CancelVisit{Reason: "Hujan"}))
	if n := apitest.Ask[int](w.Home, `select count(*) from stop_member where active and stop_id = $1`,
		first.StopID); n != 0 {
		t.Fatalf("%d still bound, want none", n)
	}
	_, err = w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: baby, StopID: first.StopID})
	apitest.Wants(t, err, "visit.stop_over")
	apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &first.PlannedFor}))
	_ = alone
}

func TestRescheduleKeepsHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	old := w.Plan(1)
	half := now.Add(90 * time.Minute) // overlaps itself: its own people are freed first
	moved := apitest.MustVisit(t)(w.Nurse.RescheduleVisit(ctx, old.ID, old.Version,
		homecare.RescheduleVisit{StartsAt: &half, Reason: "Jembatan putus"}))
	if moved.State != "planned" || moved.RescheduledFromID != old.ID || !moved.PlannedFor.Equal(half) ||
		len(moved.Members) != 2 {
		t.Fatalf("%+v", moved)
	}
	again := apitest.MustVisit(t)(w.Nurse.Visit(ctx, old.ID))
	if again.State != "rescheduled" || again.RescheduledToID != moved.ID || again.Reason != "Jembatan putus" {
		t.Fatalf("%+v", again)
	}
	_, err := w.Nurse.RescheduleVisit(ctx, old.ID, again.Version, homecare.RescheduleVisit{StartsAt: &half,
		Reason: "Lagi"})
	apitest.Wants(t, err, "record.state")
}

func TestListFollowsBusinessDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	before := time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC) // 31 March 23:00 WITA
	after := time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)  // 1 April 00:00 WITA
	march := apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &before,
		DurationMinutes: 30}))
	april := apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &after,
		DurationMinutes: 30}))
	for name, c := range map[string]struct {
		q    url.Values
		want []string
	}{
		"march": {url.Values{"date_to": {"2026-03-31"}}, []string{march.ID}},
		"april": {url.Values{"date_from": {"2026-04-01"}}, []string{april.ID}},
		"all": {url.Values{"mine": {"true"}, "state": {"planned"}, "village": {village},
			"programme": {"kupinang"}, "patient_id": {w.PatientID}, "case_id": {w.CaseID}},
			[]string{march.ID, april.ID}},
		"completed": {url.Values{"state": {"completed"}}, nil},
	} {
		p, err := w.Nurse.Visits(ctx, c.q)
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
	first, err := w.Nurse.Visits(ctx, url.Values{"limit": {"1"}})
	if err != nil || len(first.Data) != 1 || first.NextCursor == "" {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := w.Nurse.Visits(ctx, url.Values{"limit": {"1"}, "cursor": {first.NextCursor}})
	if err != nil || len(second.Data) != 1 || second.Data[0].ID != april.ID || second.NextCursor != "" {
		t.Fatalf("%+v %v", second, err)
	}
	for name, c := range map[string]*homecare.Client{"another team": w.Other, "another tenant": w.Abroad} {
		if p, err := c.Visits(ctx, nil); err != nil || len(p.Data) != 0 {
			t.Errorf("%s sees %d, %v", name, len(p.Data), err)
		}
	}
	days, err := w.Nurse.Calendar(ctx, "2026-03-31", "2026-04-01")
	if err != nil || len(days.Data) != 2 || days.Data[1].Date != "2026-04-01" || days.Data[0].Stops[0].Visits != 1 {
		t.Fatalf("%+v %v", days, err)
	}
}

func TestChecklist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Plan(1)
	items := func(c homecare.Checklist) (all, ticked []string) {
		for _, i := range c.Items {
			all = append(all, i.Item)
			if i.TickedAt != nil {
				ticked = append(ticked, i.Item)
			}
		}
		return
	}
	c, err := w.Nurse.Checklist(ctx, v.ID)
	if all, _ := items(c); err != nil || !slices.Equal(all, []string{"diagnostic_set", "stationery"}) {
		t.Fatalf("%v %v", all, err)
	}
	w.SQL(`insert into case_review (puskesmas_id, id, case_id, problems, goals, planned_services, visit_frequency,
		participants, reviewed_at, reviewed_by)
		values ($1, gen_random_uuid(), $2, '[]', '[]', '[{"type": "limited_laboratory"}]', '{}', '[]', now(),
		$3)`, w.Tenant(), w.CaseID, w.NurseID)
	c, err = w.Nurse.TickChecklist(ctx, v.ID, c.Version,
		homecare.TickChecklist{Ticked: []string{"stationery", "sharps_box"}})
	if all, ticked := items(c); err != nil || len(all) != 5 ||
		!slices.Equal(ticked, []string{"sharps_box", "stationery"}) || c.Version != v.Version+1 {
		t.Fatalf("%v %v %v", all, ticked, err)
	}
	c, err = w.Nurse.TickChecklist(ctx, v.ID, c.Version, homecare.TickChecklist{Ticked: []string{"stationery"}})
	if _, ticked := items(c); err != nil || !slices.Equal(ticked, []string{"stationery"}) ||
		c.Items[3].TickedBy != w.NurseID {
		t.Fatalf("%v %v", ticked, err)
	}
	// A colleague with the older list learns who ticked, not who planned the visit.
	_, err = w.Head.TickChecklist(ctx, v.ID, c.Version-1, homecare.TickChecklist{Ticked: []string{}})
	if p := apitest.Wants(t, err, "record.stale"); p.Changed == nil || p.Changed.Action != "visit.checklist" ||
		p.Changed.ByID != w.NurseID {
		t.Errorf("changed: %+v", p.Changed)
	}
	_, err = w.Nurse.TickChecklist(ctx, v.ID, c.Version, homecare.TickChecklist{Ticked: []string{"car"}})
	apitest.Wants(t, err, "request.invalid")
	_, err = w.Other.Checklist(context.WithoutCancel(ctx), v.ID)
	apitest.Wants(t, err, "record.not_found")
}

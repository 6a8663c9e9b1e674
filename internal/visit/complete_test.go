package visit_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestCompletion checks the rule of SOP HS 5e and KP C2: a plan with a next
// visit, or a proposal to stop, and a complete record.
func TestCompletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.NextPlan().FollowUps
	stopping := &homecare.StopProposal{Ending: "goals_reached", Reason: "Mandiri"}
	record := map[string]any{"anamnesis": anamnesis, "vitals": wellness, "services": services}
	without := func(part string) map[string]any {
		m := map[string]any{}
		for k, v := range record {
			if k != part {
				m[k] = v
			}
		}
		return m
	}
	for _, c := range []struct {
		name   string
		record map[string]any
		plan   *homecare.VisitPlan
		want   string
		at     string
	}{
		{"no plan", record, nil, "visit.plan_missing", ""},
		{"tasks alone", record, &homecare.VisitPlan{FollowUps: task}, "visit.plan_missing", ""},
		{"a next visit alone", record, &homecare.VisitPlan{NextVisit: &homecare.NextVisit{Date: "2026-03-17"}},
			"visit.plan_missing", ""},
		{"tasks and a next date", record, &homecare.VisitPlan{FollowUps: task,
			NextVisit: &homecare.NextVisit{Date: "2026-03-17"}}, "", ""},
		{"a proposal to stop", record, &homecare.VisitPlan{StopProposal: stopping}, "", ""},
		{"no anamnesis", without("anamnesis"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete",
			"/anamnesis"},
		{"no vital signs", without("vitals"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete",
			"/vitals"},
		{"no service", without("services"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete",
			"/services"},
		{"a reason for no vital signs", map[string]any{"anamnesis": anamnesis, "services": services,
			"vitals": homecare.VitalsPart{AbsentReason: "Pasien menolak"}},
			&homecare.VisitPlan{StopProposal: stopping}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.SQL(`update stop_member set active = false`)
			v := w.Arrived()
			for part, body := range c.record {
				v = w.Put(v, part, body)
			}
			if c.plan != nil {
				v = w.Put(v, "plan", *c.plan)
			}
			got, err := w.Nurse.CompleteVisit(t.Context(), v.ID, v.Version,
				homecare.CompleteVisit{DepartedAt: now.Add(time.Minute)})
			if c.want != "" {
				p := apitest.Wants(t, err, c.want)
				if c.at != "" && (p.Status != 422 || p.Errors[0].Pointer != c.at) {
					t.Fatalf("%+v", p)
				}
				return
			}
			apitest.MustVisit(t)(got, err)
			if got.State != "completed" || got.CompletedBy != w.NurseID || len(got.FollowUps) != len(c.plan.FollowUps) {
				t.Fatalf("%+v", got)
			}
		})
	}
	if due := apitest.Ask[string](w.Home, `select due_on::text from visit_due where case_id = $1`,
		w.CaseID); due != "2026-03-17" {
		t.Errorf("due %s", due)
	}
}

func TestCompletionMakesTheNextVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.Bundle()))
	if v.State != "completed" || v.NextVisitID == "" || len(v.FollowUps) != 1 || v.FollowUps[0].State != "open" ||
		len(v.Vitals) != 8 {
		t.Fatalf("%+v", v)
	}
	next := apitest.MustVisit(t)(w.Nurse.Visit(ctx, v.NextVisitID))
	if next.State != "planned" || !next.PlannedFor.Equal(now.AddDate(0, 0, 7)) || len(next.Members) != 2 {
		t.Fatalf("%+v", next)
	}
	// The hour of the next visit is taken: the record is accepted, and the
	// appointment stays open and is reported.
	another := w.Bundle()
	another.ArrivedAt = another.ArrivedAt.Add(-time.Hour)
	second := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, another))
	if second.State != "completed" || second.NextVisitID != "" || !apitest.Warns(second, "next_visit_open") {
		t.Fatalf("%+v", second)
	}
	if due := apitest.Ask[int](w.Home, `select count(*) from visit_due where case_id = $1 and due_on = '2026-03-17'`,
		w.CaseID); due != 1 {
		t.Error("the case has no day on which the next visit is due")
	}
	_, err := w.Nurse.CancelVisit(ctx, v.ID, v.Version, homecare.CancelVisit{Reason: "Salah"})
	if p := apitest.Wants(t, err, "record.state"); p.Allowed[0] != "amend" {
		t.Fatalf("%+v", p)
	}
}

// TestBundleIsOfOneVisit: what does not belong to the kind of a bundle, or is missing for
// it, is told once.
func TestBundleIsOfOneVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const id, visit = `"visit_id":"0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"`,
		`"visit":{"case_id":"0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"}`
	for sent, want := range map[string]string{
		`"type":"planned"`:                               "/visit_id required",
		`"type":"unplanned"`:                             "/visit required",
		`"type":"planned",` + id + `,` + visit:           "/visit not_this_kind",
		`"type":"unplanned",` + id + `,` + visit:         "/visit_id not_this_kind",
		`"type":"planned",` + visit:                      "/visit not_this_kind",
		`"type":"unplanned",` + id:                       "/visit_id not_this_kind",
		`"type":"planned","visit":{"case_id":"x"},` + id: "/visit not_this_kind",
		`"type":"both",` + id + `,` + visit:              "/type oneof",
		id + `,` + visit:                                 "/type required",
		id:                                               "/type required",
	} {
		err := w.Nurse.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/visits/bundle",
			Key: homecare.NewKey(), ContentType: "application/json", Raw: strings.NewReader(`{` + sent +
				`,"arrived_at":"2026-03-10T01:00:00Z","departed_at":"2026-03-10T02:00:00Z"}`)})
		var got []string
		for _, e := range apitest.Wants(t, err, "request.invalid").Errors {
			got = append(got, e.Pointer+" "+e.Code)
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%s: %v, want %s", sent, got, want)
		}
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := w.Bundle()
	in.Visit.ID = uuid.Must(uuid.NewV7()).String()
	call := homecare.Call{Method: "POST", Path: "/v1/visits/bundle", Body: in, Key: homecare.NewKey()}
	var first, again homecare.Visit
	call.Out = &first
	if err := w.Nurse.Do(ctx, call); err != nil {
		t.Fatal(err)
	}
	call.Out = &again
	if err := w.Nurse.Do(ctx, call); err != nil || again.ID != in.Visit.ID || again.Version != first.Version {
		t.Fatalf("replay: %+v %v", again, err)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from visit where state = 'completed'`); n != 1 {
		t.Fatalf("%d visits", n)
	}
	call.Key = homecare.NewKey() // the same id under another key is a duplicate, never a second visit
	if err := w.Nurse.Do(ctx, call); err == nil {
		t.Fatal("the same visit was recorded twice")
	}
	// A planned visit made offline, with a critical value.
	planned := w.Plan(1)
	late := w.Bundle()
	late.Visit, late.VisitID, late.Version, late.ArrivedAt, late.DepartedAt = nil, planned.ID, 1, now,
		now.Add(10*time.Minute)
	late.Plan = &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral",
		Reason: "Krisis hipertensi"}}
	late.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 200, "dbp", 100)}
	_, err := w.Nurse.RecordVisit(ctx, late)
	apitest.Wants(t, err, "visit.alert_open")
	late.AlertNotes = []homecare.AlertNote{{Code: "sbp", Note: "Dirujuk segera"}}
	_, err = w.Other.RecordVisit(ctx, late)
	apitest.Wants(t, err, "record.not_found")
	late.Version = 9 // there is no record yet that it could overwrite
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, late))
	if v.State != "completed" || v.Unplanned || len(v.Alerts) != 2 {
		t.Fatalf("%+v", v)
	}
	open := 0
	for _, a := range v.Alerts {
		if a.State == "open" {
			open++
			if a.Code != "dbp" || a.Level != "alert" {
				t.Errorf("%+v", a)
			}
		}
	}
	if open != 1 {
		t.Fatalf("%d open", open)
	}
	late.VisitID = ""
	_, err = w.Nurse.RecordVisit(ctx, late)
	apitest.Wants(t, err, "request.invalid")
	bad := w.Bundle()
	bad.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("hr", 9000)}
	_, err = w.Nurse.RecordVisit(ctx, bad)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/vitals/vitals/0/value" {
		t.Fatalf("%+v", p.Errors)
	}
}

func TestCaseEndCancelsWhatIsPlanned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b, running := w.Plan(2), w.Plan(4), w.Arrived()
	service := visit.NewService(w.App.DB, nil, w.Trail(), nil)
	if _, err := w.AsNurse(func(tx pg.Tx) error { return service.CancelPlannedIn(tx, w.CaseID, "death") }); err != nil {
		t.Fatal(err)
	}
	for _, v := range []homecare.Visit{a, b} {
		got := apitest.MustVisit(t)(w.Nurse.Visit(t.Context(), v.ID))
		if got.State != "cancelled" || got.ReasonCode != "case_ended" || got.Version != v.Version+1 {
			t.Errorf("%+v", got)
		}
	}
	if got := apitest.MustVisit(t)(w.Nurse.Visit(t.Context(), running.ID)); got.State != "in_progress" {
		t.Errorf("%+v", got)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from stop_member where active`); n != 0 {
		t.Errorf("%d still bound: nothing is planned", n)
	}
	// A visit in progress can be completed after the case ended, but plans
	// nothing more.
	for part, body := range map[string]any{"anamnesis": anamnesis, "vitals": wellness, "services": services,
		"plan": w.NextPlan()} {
		running = w.Put(running, part, body)
	}
	w.end("death", "2026-03-10")
	v := apitest.MustVisit(t)(w.Nurse.CompleteVisit(t.Context(), running.ID, running.Version,
		homecare.CompleteVisit{DepartedAt: now}))
	if v.NextVisitID != "" || !apitest.Warns(v, "next_visit_open") || !v.Late {
		t.Errorf("%+v", v)
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from visit_due where case_id = $1`, w.CaseID); n != 0 {
		t.Error("the next visit of a case that ended is due")
	}
}

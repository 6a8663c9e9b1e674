package visit_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestCompletion holds the rule of SOP HS 5e and KP C2: a plan with a next
// visit, or a proposal to stop, and a whole record.
func TestCompletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.nextPlan().FollowUps
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
		{"a next visit alone", record, &homecare.VisitPlan{NextVisit: &homecare.NextVisit{Date: "2026-03-17"}}, "visit.plan_missing", ""},
		{"tasks and a next date", record, &homecare.VisitPlan{FollowUps: task, NextVisit: &homecare.NextVisit{Date: "2026-03-17"}}, "", ""},
		{"a proposal to stop", record, &homecare.VisitPlan{StopProposal: stopping}, "", ""},
		{"no anamnesis", without("anamnesis"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete", "/anamnesis"},
		{"no vital signs", without("vitals"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete", "/vitals"},
		{"no service", without("services"), &homecare.VisitPlan{StopProposal: stopping}, "visit.incomplete", "/services"},
		{"a reason for no vital signs", map[string]any{"anamnesis": anamnesis, "services": services, "vitals": homecare.VitalsPart{AbsentReason: "Pasien menolak"}},
			&homecare.VisitPlan{StopProposal: stopping}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.sql(`update stop_member set active = false`)
			v := w.arrived()
			for part, body := range c.record {
				v = w.put(v, part, body)
			}
			if c.plan != nil {
				v = w.put(v, "plan", *c.plan)
			}
			got, err := w.nurse.CompleteVisit(t.Context(), v.ID, v.Version, homecare.CompleteVisit{DepartedAt: now.Add(time.Minute)})
			if c.want != "" {
				p := wants(t, err, c.want)
				if c.at != "" && (p.Status != 422 || p.Errors[0].Pointer != c.at) {
					t.Fatalf("%+v", p)
				}
				return
			}
			must(t)(got, err)
			if got.State != "completed" || got.CompletedBy != w.nurseID || len(got.FollowUps) != len(c.plan.FollowUps) {
				t.Fatalf("%+v", got)
			}
		})
	}
	if due := ask[string](w, `select due_on::text from visit_due where case_id = $1`, w.caseID); due != "2026-03-17" {
		t.Errorf("due %s", due)
	}
}

func TestCompletionMakesTheNextVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := must(t)(w.nurse.RecordVisit(ctx, w.bundle()))
	if v.State != "completed" || v.NextVisitID == "" || len(v.FollowUps) != 1 || v.FollowUps[0].State != "open" || len(v.Vitals) != 8 {
		t.Fatalf("%+v", v)
	}
	next := must(t)(w.nurse.Visit(ctx, v.NextVisitID))
	if next.State != "planned" || !next.PlannedFor.Equal(now.AddDate(0, 0, 7)) || len(next.Members) != 2 {
		t.Fatalf("%+v", next)
	}
	// The hour of the next one is taken: the record is kept, and the appointment is
	// left open and told.
	another := w.bundle()
	another.ArrivedAt = another.ArrivedAt.Add(-time.Hour)
	second := must(t)(w.nurse.RecordVisit(ctx, another))
	if second.State != "completed" || second.NextVisitID != "" || !warns(second, "next_visit_open") {
		t.Fatalf("%+v", second)
	}
	if due := ask[int](w, `select count(*) from visit_due where case_id = $1 and due_on = '2026-03-17'`, w.caseID); due != 1 {
		t.Error("the case has no day on which the next visit is due")
	}
	_, err := w.nurse.CancelVisit(ctx, v.ID, v.Version, homecare.CancelVisit{Reason: "Salah"})
	if p := wants(t, err, "record.state"); p.Allowed[0] != "amend" {
		t.Fatalf("%+v", p)
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := w.bundle()
	in.Visit.ID = uuid.Must(uuid.NewV7()).String()
	call := homecare.Call{Method: "POST", Path: "/v1/visits/bundle", Body: in, Key: homecare.NewKey()}
	var first, again homecare.Visit
	call.Out = &first
	if err := w.nurse.Do(ctx, call); err != nil {
		t.Fatal(err)
	}
	call.Out = &again
	if err := w.nurse.Do(ctx, call); err != nil || again.ID != in.Visit.ID || again.Version != first.Version {
		t.Fatalf("replay: %+v %v", again, err)
	}
	if n := ask[int](w, `select count(*) from visit where state = 'completed'`); n != 1 {
		t.Fatalf("%d visits", n)
	}
	call.Key = homecare.NewKey() // the same id under another key is a duplicate, never a second visit
	if err := w.nurse.Do(ctx, call); err == nil {
		t.Fatal("the same visit was recorded twice")
	}
	// A planned visit carried out off line, with a critical value.
	planned := w.plan(1)
	late := w.bundle()
	late.Visit, late.VisitID, late.Version, late.ArrivedAt, late.DepartedAt = nil, planned.ID, 1, now, now.Add(10*time.Minute)
	late.Plan = &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Krisis hipertensi"}}
	late.Vitals = &homecare.VitalsPart{Vitals: vitals("sbp", 200, "dbp", 100)}
	_, err := w.nurse.RecordVisit(ctx, late)
	wants(t, err, "visit.alert_open")
	late.AlertNotes = []homecare.AlertNote{{Code: "sbp", Note: "Dirujuk segera"}}
	_, err = w.other.RecordVisit(ctx, late)
	wants(t, err, "record.not_found")
	late.Version = 9 // nothing is recorded yet that it could overwrite
	v := must(t)(w.nurse.RecordVisit(ctx, late))
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
	_, err = w.nurse.RecordVisit(ctx, late)
	wants(t, err, "request.invalid")
	bad := w.bundle()
	bad.Vitals = &homecare.VitalsPart{Vitals: vitals("hr", 9000)}
	_, err = w.nurse.RecordVisit(ctx, bad)
	if p := wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/vitals/vitals/0/value" {
		t.Fatalf("%+v", p.Errors)
	}
}

func TestAmend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := must(t)(w.nurse.RecordVisit(ctx, w.bundle()))
	// Not even the application's role can touch a part of it.
	_, err := w.asNurse(func(tx pg.Tx) error {
		_, err := tx.Exec(`delete from visit_vital where visit_id = $1`, v.ID)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "42501") {
		t.Fatalf("a completed visit was changed: %v", err)
	}
	_, err = w.nurse.PutVisitPart(ctx, v.ID, "anamnesis", v.Version, anamnesis)
	wants(t, err, "record.state")
	r, err := w.nurse.VisitRevisions(ctx, v.ID)
	if err != nil || len(r.Data) != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	change := homecare.AmendVisit{Reason: "Salah tulis tensi", VisitParts: homecare.VisitParts{Vitals: &homecare.VitalsPart{Vitals: vitals("sbp", 130, "dbp", 85)}}}
	_, err = w.nurse.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Kosong"})
	wants(t, err, "request.invalid")
	_, err = w.nurse.AmendVisit(ctx, v.ID, v.Version+1, change)
	wants(t, err, "record.stale")
	_, err = w.other.AmendVisit(ctx, v.ID, v.Version, change)
	wants(t, err, "record.not_found")
	doctor := w.As(t, "petugas1.tanah-habang") // of the team, but not the author
	doctor.Clock = w.nurse.Clock
	_, err = doctor.AmendVisit(ctx, v.ID, v.Version, change)
	wants(t, err, "visit.amend_needs_kepala")
	second := must(t)(w.nurse.AmendVisit(ctx, v.ID, v.Version, change))
	if second.Revision != 2 || len(second.Vitals) != 2 || len(second.Services) != 2 {
		t.Fatalf("%+v", second)
	}
	// Up to 48 hours the author, then Kepala.
	w.nurse.Clock = func() time.Time { return now.Add(48*time.Hour + time.Second) }
	_, err = w.nurse.AmendVisit(ctx, v.ID, second.Version, change)
	if p := wants(t, err, "visit.amend_needs_kepala"); p.Status != 403 {
		t.Fatalf("%+v", p)
	}
	w.nurse.Clock = func() time.Time { return now.Add(48 * time.Hour) }
	third := must(t)(w.nurse.AmendVisit(ctx, v.ID, second.Version, change))
	w.head.Clock = func() time.Time { return now.AddDate(1, 0, 0) }
	change.Anamnesis = &homecare.Anamnesis{ChiefComplaint: "Pusing"}
	fourth := must(t)(w.head.AmendVisit(ctx, v.ID, third.Version, change))
	for n, want := range map[string]struct {
		vitals    int
		complaint string
	}{"1": {8, "Nyeri kepala"}, "2": {2, "Nyeri kepala"}, "4": {2, "Pusing"}} {
		old, err := w.nurse.VisitRevision(ctx, v.ID, n)
		if err != nil || len(old.Vitals) != want.vitals || old.Anamnesis.ChiefComplaint != want.complaint {
			t.Errorf("revision %s: %+v %v", n, old, err)
		}
	}
	r, err = w.nurse.VisitRevisions(ctx, v.ID)
	if err != nil || len(r.Data) != 4 || r.Data[3].Reason != "Salah tulis tensi" || fourth.Revision != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	for name, id := range map[string]string{"5": v.ID, "0": v.ID} {
		if _, err := w.nurse.VisitRevision(ctx, id, name); err == nil {
			t.Errorf("revision %s exists", name)
		}
	}
	_, err = w.other.VisitRevision(ctx, v.ID, "1")
	wants(t, err, "record.not_found")
	_, err = w.abroad.VisitRevision(ctx, v.ID, "1")
	wants(t, err, "record.not_found")
}

// asNurse runs f in a transaction of the nurse's session.
func (w *world) asNurse(f func(pg.Tx) error) (struct{}, error) {
	p, err := w.App.Tokens.Verify(w.t.Context(), w.nurse.Tokens().AccessToken)
	if err != nil {
		w.t.Fatal(err)
	}
	return pg.Tenant(auth.With(w.t.Context(), p), w.App.DB, func(tx pg.Tx) (struct{}, error) { return struct{}{}, f(tx) })
}

func TestFollowUpLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	add := func(due string) homecare.FollowUp {
		f, err := w.nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.caseID, PlannedFollowUp: homecare.PlannedFollowUp{What: "Urus jaminan", OwnerAccountID: w.nurseID, DueOn: due}})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	late, today := add("2026-03-09"), add("2026-03-10")
	if !late.Overdue || today.Overdue {
		t.Fatalf("overdue %t %t", late.Overdue, today.Overdue)
	}
	for name, c := range map[string]struct {
		client *homecare.Client
		q      url.Values
		want   int
	}{
		"all": {w.nurse, nil, 2}, "overdue": {w.nurse, url.Values{"overdue": {"true"}}, 1}, "mine": {w.nurse, url.Values{"mine": {"true"}}, 2}, "Kepala's own": {w.head, url.Values{"mine": {"true"}}, 0},
		"done": {w.nurse, url.Values{"state": {"done"}}, 0}, "of the case": {w.head, url.Values{"case_id": {w.caseID}}, 2}, "another team": {w.other, nil, 0}, "another tenant": {w.abroad, nil, 0},
	} {
		if p, err := c.client.FollowUps(ctx, c.q); err != nil || len(p.Data) != c.want {
			t.Errorf("%s: %d, %v", name, len(p.Data), err)
		}
	}
	_, err := w.nurse.ActFollowUp(ctx, late.ID, "answer", late.Version, homecare.AnswerFollowUp{Answer: "Sudah"})
	wants(t, err, "record.state")
	_, err = w.nurse.ActFollowUp(ctx, late.ID, "hand-over", 5, homecare.HandOver{Unit: "Dinas Sosial"})
	wants(t, err, "record.stale")
	_, err = w.other.ActFollowUp(ctx, late.ID, "hand-over", late.Version, homecare.HandOver{Unit: "Dinas Sosial"})
	wants(t, err, "record.not_found")
	for _, step := range []struct {
		action, state string
		body          any
	}{{"hand-over", "handed_over", homecare.HandOver{Unit: "Dinas Sosial", Note: "Mohon bantuan"}}, {"answer", "answered", homecare.AnswerFollowUp{Answer: "Disetujui"}}, {"done", "done", homecare.CloseFollowUp{Result: "Selesai"}}} {
		if late, err = w.nurse.ActFollowUp(ctx, late.ID, step.action, late.Version, step.body); err != nil || late.State != step.state {
			t.Fatalf("%s: %+v %v", step.action, late, err)
		}
	}
	if late.Unit != "Dinas Sosial" || late.Answer != "Disetujui" || late.Overdue || late.ClosedAt == nil {
		t.Fatalf("%+v", late)
	}
	if today, err = w.nurse.ActFollowUp(ctx, today.ID, "cancel", today.Version, homecare.CloseFollowUp{Result: "Tidak perlu"}); err != nil || today.State != "cancelled" {
		t.Fatalf("%+v %v", today, err)
	}
	_, err = w.nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.caseID, PlannedFollowUp: homecare.PlannedFollowUp{What: "Tanpa siapa", DueOn: "2026-03-12"}})
	wants(t, err, "request.invalid")
}

func TestCaseEndCancelsWhatIsPlanned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b, running := w.plan(2), w.plan(4), w.arrived()
	service := visit.NewService(w.App.DB, nil, w.trail(), nil)
	if _, err := w.asNurse(func(tx pg.Tx) error { return service.CancelPlannedIn(tx, w.caseID, "death") }); err != nil {
		t.Fatal(err)
	}
	for _, v := range []homecare.Visit{a, b} {
		got := must(t)(w.nurse.Visit(t.Context(), v.ID))
		if got.State != "cancelled" || got.ReasonCode != "case_ended" || got.Version != v.Version+1 {
			t.Errorf("%+v", got)
		}
	}
	if got := must(t)(w.nurse.Visit(t.Context(), running.ID)); got.State != "in_progress" {
		t.Errorf("%+v", got)
	}
	if n := ask[int](w, `select count(*) from stop_member where active`); n != 0 {
		t.Errorf("%d still bound: nothing is planned", n)
	}
	// What is under way can be finished when the case is over, but plans no more.
	for part, body := range map[string]any{"anamnesis": anamnesis, "vitals": wellness, "services": services, "plan": w.nextPlan()} {
		running = w.put(running, part, body)
	}
	w.end("death", "2026-03-10")
	v := must(t)(w.nurse.CompleteVisit(t.Context(), running.ID, running.Version, homecare.CompleteVisit{DepartedAt: now}))
	if v.NextVisitID != "" || !warns(v, "next_visit_open") || !v.Late {
		t.Errorf("%+v", v)
	}
	if n := ask[int](w, `select count(*) from visit_due where case_id = $1`, w.caseID); n != 0 {
		t.Error("the next visit of a case that ended is due")
	}
}

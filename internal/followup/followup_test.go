package followup_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// step is the request of an act on a task.
var step = map[followup.Action]struct {
	path string
	body any
}{
	followup.DoHandOver: {"hand-over", homecare.HandOver{Unit: "Dinas Sosial"}},
	followup.DoAnswer:   {"answer", homecare.AnswerFollowUp{Answer: "Diterima"}},
	followup.DoTakeBack: {"take-back", homecare.TakeBack{Reason: "Belum dijawab"}},
	followup.DoFinish:   {"done", homecare.CloseFollowUp{Result: "Sudah"}},
	followup.DoDrop:     {"cancel", homecare.CloseFollowUp{Result: "Tidak perlu"}},
}

// TestFollowUpMachine tries every act in every state through the API: an act in
// the table leads to its state, any other is refused with the allowed ones.
func TestFollowUpMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	way := map[followup.State][]followup.Action{followup.Open: nil, followup.HandedOver: {followup.DoHandOver},
		followup.Answered: {followup.DoHandOver, followup.DoAnswer},
		followup.Done:     {followup.DoFinish}, followup.Dropped: {followup.DoDrop}}
	if len(way) != len(followup.Machine.States()) || len(step) != len(followup.Machine.Acts()) {
		t.Fatalf("states %v, acts %v", followup.Machine.States(), followup.Machine.Acts())
	}
	do := func(f homecare.FollowUp, a followup.Action) (homecare.FollowUp, error) {
		return apitest.ActFollowUp(t.Context(), w.Nurse, f.ID, step[a].path, f.Version, step[a].body)
	}
	for s, acts := range way {
		for a := range step {
			f := w.Task(homecare.NewFollowUp{})
			for _, x := range acts {
				var err error
				if f, err = do(f, x); err != nil {
					t.Fatal(err)
				}
			}
			if f.State != string(s) {
				t.Fatalf("the way to %s ends in %s", s, f.State)
			}
			after, err := do(f, a)
			to, allowed := followup.Machine.After(s, a)
			if allowed != nil {
				before := followup.Machine.Allowed(s, "before_cancelled", "open_before_cancelled")
				if s == followup.Dropped && slices.Contains(before, string(a)) {
					apitest.Wants(t, err, "follow_up.cancelled") // with the last possible day
				} else if p := apitest.Wants(t, err, "record.state"); !slices.Equal(p.Allowed, before) {
					t.Errorf("%s in %s: allowed %v", a, s, p.Allowed)
				}
			} else if err != nil || after.State != string(to) || len(after.Acts) != len(acts)+2 {
				t.Errorf("%s in %s: %v, %s with %d acts, want %s", a, s, err, after.State, len(after.Acts), to)
			}
		}
	}
}

// TestFollowUpDueOn: a task of a visit is not due before that visit's day.
func TestFollowUpDueOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.Bundle()
	b.Plan.FollowUps[0].DueOn = "2026-03-09"
	_, err := w.Nurse.RecordVisit(t.Context(), b)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/plan/follow_ups/0/due_on" ||
		p.Errors[0].Code != "before_visit" || !strings.Contains(p.Errors[0].Message, "2026-03-10") {
		t.Errorf("%+v", p.Errors)
	}
	b.Plan.FollowUps[0].DueOn = "2026-03-10"
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
	in := homecare.NewFollowUp{CaseID: w.CaseID, VisitID: v.ID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: w.NurseID, DueOn: "2026-03-09"}}
	_, err = w.Nurse.AddFollowUp(t.Context(), in)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/due_on" ||
		p.Errors[0].Code != "before_visit" {
		t.Errorf("%+v", p.Errors)
	}
	in.DueOn = "2026-03-10"
	if _, err = w.Nurse.AddFollowUp(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// TestFollowUpDays: an act has the day on which it happened and its performer,
// and the report counts it there, with a visit or without.
func TestFollowUpDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-27",
		PerformedBy: w.Doctor}})
	hand := func(on homecare.FollowUpDay) (homecare.FollowUp, error) {
		return w.Nurse.HandOverFollowUp(t.Context(), f.ID, f.Version, homecare.HandOver{Unit: "Dinas Sosial",
			FollowUpDay: on})
	}
	for code, on := range map[string]homecare.FollowUpDay{"before_opened": {HappenedOn: "2026-02-26"},
		"future":    {HappenedOn: "2026-03-11"},
		"not_staff": {PerformedBy: w.Account("petugas2.paringin")}} {
		_, err := hand(on)
		if p := apitest.Wants(t, err, "request.invalid"); len(p.Errors) != 1 || p.Errors[0].Code != code {
			t.Errorf("%s: %+v", code, p.Errors)
		}
	}
	var err error
	if f, err = hand(homecare.FollowUpDay{HappenedOn: "2026-02-28"}); err != nil {
		t.Fatal(err)
	}
	if f, err = w.Nurse.FinishFollowUp(t.Context(), f.ID, f.Version, homecare.CloseFollowUp{Result: "Sudah",
		FollowUpDay: homecare.FollowUpDay{PerformedBy: w.Doctor}}); err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, a := range f.Acts {
		acts = append(acts, a.Act+" "+a.HappenedOn)
		if by := map[string]string{"handed_over": w.NurseID}[a.Act]; by == "" && a.PerformedBy != w.Doctor ||
			by != "" && a.PerformedBy != by || a.RecordedBy != w.NurseID {
			t.Errorf("%+v", a)
		}
	}
	if !slices.Equal(acts, []string{"opened 2026-02-27", "handed_over 2026-02-28", "done 2026-03-10"}) {
		t.Errorf("%v", acts)
	}
	// A task of a visit's plan has the visit's day, even if it is sent later.
	b := w.Bundle()
	b.ArrivedAt, b.DepartedAt = time.Date(2026, 2, 28, 15, 0, 0, 0, time.UTC), time.Date(2026, 2, 28, 16, 30, 0, 0,
		time.UTC)
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
	if got := apitest.Ask[string](w.Home, `select string_agg(a.act || ' ' || a.happened_on, ',') from follow_up_act a
		join follow_up f on f.id = a.follow_up_id where f.visit_id = $1`, v.ID); got != "opened 2026-02-28" {
		t.Errorf("the task of a visit of February: %s", got)
	}
	koordinator := w.As(t, "koordinator.tanah-habang")
	koordinator.Clock = func() time.Time { return now }
	for month, want := range map[string]map[string]int64{"2026-02": {"opened": 2, "handed_over": 1, "done": 0},
		"2026-03": {"opened": 0, "handed_over": 0, "done": 1}} {
		r, err := koordinator.DraftReport(t.Context(), homecare.DraftReport{Programme: "kupinang", Month: month})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Figures.Sections {
			for _, l := range s.Rows {
				if n, asked := want[l.Code]; asked && s.Figures == "follow_ups" && l.Values[0] != n {
					t.Errorf("%s in %s: %d, want %d", l.Code, month, l.Values[0], n)
				}
			}
		}
	}
}

// TestFollowUpsOfTheDead: a death closes the open tasks of the person's cases on
// its day. A task handed over to an outside unit stays until the unit answered.
func TestFollowUpsOfTheDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	open := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-01"}})
	answered := w.Task(homecare.NewFollowUp{})
	handed := w.Task(homecare.NewFollowUp{})
	for _, s := range []struct {
		f  *homecare.FollowUp
		do followup.Action
	}{{&answered, followup.DoHandOver}, {&answered, followup.DoAnswer}, {&handed, followup.DoHandOver}} {
		f, err := apitest.ActFollowUp(ctx, w.Nurse, s.f.ID, step[s.do].path, s.f.Version, step[s.do].body)
		if err != nil {
			t.Fatal(err)
		}
		*s.f = f
	}
	c, err := w.Head.Case(ctx, w.CaseID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Head.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: "2026-03-08",
		Death: &homecare.Death{Place: "home", Cause: "Gagal jantung"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		f          homecare.FollowUp
		state, day string
	}{{open, "cancelled", "2026-03-08"}, {answered, "cancelled", "2026-03-10"}, {handed, "handed_over", "2026-03-10"}} {
		f, err := w.Head.FollowUp(ctx, want.f.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := f.Acts[len(f.Acts)-1]
		if f.State != want.state || last.HappenedOn != want.day || want.state == "cancelled" &&
			(f.Result != "Pasien meninggal." || last.Act != "cancelled") {
			t.Errorf("%+v, want %s on %s", f, want.state, want.day)
		}
	}
}

// TestTasksAgainstTheCase: no task begins before its case or after its end. An earlier
// one is accepted, and for a person who has died meanwhile it is closed like the
// others.
func TestTasksAgainstTheCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	add := func(day string) (homecare.FollowUp, error) {
		return w.Head.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.CaseID, PlannedFollowUp: homecare.PlannedFollowUp{
			What: "Antar obat", OwnerAccountID: w.NurseID, DueOn: "2026-03-20"},
			FollowUpDay: homecare.FollowUpDay{HappenedOn: day}})
	}
	w.SQL(`update care_case set proposed_on = '2026-02-10', activated_at = '2026-02-11' where id = $1`, w.CaseID)
	_, err := add("2026-02-09")
	if apitest.ToldAt(err, "/happened_on") != "before_case" {
		t.Errorf("before the proposal: %v", err)
	}
	if _, err := add("2026-02-10"); err != nil {
		t.Error(err)
	}
	c, err := w.Head.Case(ctx, w.CaseID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Head.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: "2026-03-08",
		Death: &homecare.Death{Place: "home", Cause: "Gagal jantung"}}); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2026-03-09", ""} {
		_, err = add(day)
		apitest.Wants(t, err, "follow_up.case_ended")
	}
	late, err := add("2026-03-01")
	if err != nil {
		t.Fatal(err)
	}
	if last := late.Acts[len(late.Acts)-1]; late.State != "cancelled" || last.HappenedOn != "2026-03-08" ||
		late.Result != "Pasien meninggal." {
		t.Errorf("%+v", late)
	}
	// After the death is retracted, it is open like the others.
	if c, err = w.Head.Case(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Head.RetractDeath(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Salah orang"}); err != nil {
		t.Fatal(err)
	}
	if late, err = w.Head.FollowUp(ctx, late.ID); err != nil || late.State != "open" {
		t.Errorf("%+v %v", late, err)
	}
}

// TestDoneBeforeItWasCancelled: a task done on or before the day on which the
// office, or a death, cancelled it is done; the cancellation is counted
// nowhere.
func TestDoneBeforeItWasCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-20"}})
	done := func(by *homecare.Client, day string) (homecare.FollowUp, error) {
		return by.FinishFollowUp(ctx, f.ID, f.Version, homecare.CloseFollowUp{Result: "Sudah",
			FollowUpDay: homecare.FollowUpDay{HappenedOn: day}})
	}
	var err error
	if f, err = w.Head.CancelFollowUp(ctx, f.ID, f.Version, homecare.CloseFollowUp{Result: "Batal",
		FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-03-05"}}); err != nil {
		t.Fatal(err)
	}
	_, err = done(w.Nurse, "")
	apitest.Wants(t, err, "follow_up.cancelled")
	_, err = done(w.Head, "2026-03-06")
	apitest.Wants(t, err, "follow_up.cancelled")
	_, err = done(w.Nurse, "2026-03-06")
	apitest.Parked(t, err, "cancelled")
	w.SQL(`delete from outbox`)
	if f, err = done(w.Nurse, "2026-02-27"); err != nil || f.State != "done" || f.Result != "Sudah" {
		t.Fatalf("%+v %v", f, err)
	}
	for _, month := range []string{"2026-02", "2026-03"} {
		if n := apitest.Ask[int](w.Home, `select count(*) from outbox where kind = 'figures.changed'
			and body ->> 'month' = $1`, month); n == 0 {
			t.Errorf("%s is not counted again", month)
		}
	}
	if got := apitest.Ask[string](w.Home, `select string_agg(act || ' ' || happened_on, ', ' order by happened_on)
		from counted_act where follow_up_id = $1`, f.ID); got != "opened 2026-02-20, done 2026-02-27" {
		t.Errorf("counted: %s", got)
	}
}

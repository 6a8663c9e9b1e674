package followup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// onDay is the request of an act on a task, of an earlier day.
func onDay(do followup.Action, day string) any {
	told := homecare.FollowUpDay{HappenedOn: day}
	switch do {
	case followup.DoHandOver:
		return homecare.HandOver{Unit: "Dinas Sosial", Note: "Minta kursi roda", FollowUpDay: told}
	case followup.DoAnswer:
		return homecare.AnswerFollowUp{Answer: "Diterima", FollowUpDay: told}
	case followup.DoDrop:
		return homecare.CloseFollowUp{Result: "Keluarga sudah membeli", FollowUpDay: told}
	}
	return homecare.CloseFollowUp{Result: "Sudah", FollowUpDay: told}
}

// died is the death of 8 March, recorded by the office.
func (w *world) died() homecare.Case {
	w.T.Helper()
	c, err := w.Head.Case(w.T.Context(), w.CaseID)
	if err == nil {
		c, err = w.Head.EndCase(w.T.Context(), c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: "2026-03-08",
			Death: &homecare.Death{Place: "home", Cause: "Gagal jantung"}})
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return c
}

// reread is a task as Kepala sees it.
func (w *world) reread(id string) homecare.FollowUp {
	w.T.Helper()
	f, err := w.Head.FollowUp(w.T.Context(), id)
	if err != nil {
		w.T.Fatal(err)
	}
	return f
}

func (w *world) counted(task string) string {
	return apitest.Ask[string](w.Home, `select string_agg(act || ' ' || happened_on, ', ' order by happened_on)
		from counted_act where follow_up_id = $1`, task)
}

// TestBeforeTheDeath: an act on a task on or before the day of the death that
// cancelled it, sent later, is accepted: the cancellation is counted nowhere, both
// months are recounted, and retracting the death no longer changes the task.
func TestBeforeTheDeath(t *testing.T) {
	t.Parallel()
	for do, want := range map[followup.Action]string{followup.DoHandOver: "handed_over", followup.DoDrop: "cancelled",
		followup.DoFinish: "done"} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			f := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-20"}})
			onDeath := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-20"}})
			c := w.died()
			if got := w.counted(f.ID); got != "opened 2026-02-20, cancelled 2026-03-08" {
				t.Fatalf("the death: %s", got)
			}
			w.SQL(`delete from outbox`)
			got, err := apitest.ActFollowUp(ctx, w.Nurse, f.ID, step[do].path, f.Version, onDay(do, "2026-02-27"))
			if err != nil || got.State != want {
				t.Fatalf("%s %v", got.State, err)
			}
			if got.State == "handed_over" && (got.Unit != "Dinas Sosial" || got.Result != "" || got.ClosedAt != nil ||
				got.HandedOverNote != "Minta kursi roda") {
				t.Errorf("%+v", got)
			}
			for _, month := range []string{"2026-02", "2026-03"} {
				if apitest.Ask[int](w.Home, `select count(*)::int from outbox where kind = 'figures.changed'
					and body ->> 'month' = $1`, month) == 0 {
					t.Errorf("%s is not counted again", month)
				}
			}
			if got := w.counted(f.ID); got != "opened 2026-02-20, "+want+" 2026-02-27" {
				t.Errorf("counted: %s", got)
			}
			if got, err = apitest.ActFollowUp(ctx, w.Nurse, onDeath.ID, step[do].path, onDeath.Version,
				onDay(do, "2026-03-08")); err != nil || got.State != want {
				t.Errorf("on the day of the death: %s %v", got.State, err)
			}
			if _, err := w.Head.RetractDeath(ctx, c.ID, c.Version,
				homecare.Retraction{Reason: "Salah orang"}); err != nil {
				t.Fatal(err)
			}
			if got, err = w.Head.FollowUp(ctx, f.ID); err != nil || got.State != want {
				t.Errorf("after the death was taken back: %s %v", got.State, err)
			}
			if do != followup.DoHandOver {
				return
			}
			if got, err = apitest.ActFollowUp(ctx, w.Head, f.ID, "answer", got.Version,
				onDay(followup.DoAnswer, "2026-03-01")); err != nil || got.State != "answered" {
				t.Errorf("the answer: %s %v", got.State, err)
			}
		})
	}
}

// TestAfterItWasCancelled: an act of a later day, or without a day, is refused with the
// last possible day. An act of field staff of an earlier day is parked for the office,
// which can take it once the day of the death is corrected.
func TestAfterItWasCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-20"}})
	w.died()
	for _, do := range []followup.Action{followup.DoFinish, followup.DoHandOver, followup.DoDrop} {
		f := w.reread(f.ID)
		for _, day := range []string{"2026-03-09", ""} {
			_, err := apitest.ActFollowUp(ctx, w.Head, f.ID, step[do].path, f.Version, onDay(do, day))
			if p := apitest.Wants(t, err, "follow_up.cancelled"); !strings.Contains(p.Detail, "2026-03-08") ||
				!strings.Contains(p.Hint, "happened_on") || len(p.Allowed) != 0 {
				t.Errorf("%s on %q: %q, allowed %v", do, day, p.Detail, p.Allowed)
			}
		}
	}
	_, err := apitest.ActFollowUp(ctx, w.Nurse, f.ID, "hand-over", f.Version, onDay(followup.DoHandOver, "2026-03-09"))
	kept := apitest.Parked(t, err, "cancelled")
	// An impossible act is answered with the open ones, of which none is
	// refused.
	_, err = apitest.ActFollowUp(ctx, w.Nurse, f.ID, "answer", w.reread(f.ID).Version, onDay(followup.DoAnswer, ""))
	if p := apitest.Wants(t, err, "record.state"); !slices.Equal(p.Allowed, []string{"cancel", "done", "hand-over"}) {
		t.Errorf("allowed: %v", p.Allowed)
	}
	p, err := w.Head.Parked(ctx, kept)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Head.TakeParked(ctx, kept, p.Version, homecare.DecideParked{Note: "Benar"})
	apitest.Wants(t, err, "follow_up.cancelled")
	c, err := w.Head.Case(ctx, w.CaseID)
	if err == nil {
		_, err = w.Head.CorrectCaseDays(ctx, c.ID, c.Version, homecare.CorrectCaseDays{EndedOn: "2026-03-09",
			Reason: "Salah tulis"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.Head.TakeParked(ctx, kept, p.Version, homecare.DecideParked{Note: "Benar"}); err != nil ||
		w.reread(f.ID).State != "handed_over" {
		t.Errorf("%s %v", w.reread(f.ID).State, err)
	}
}

// TestHandedOverTwice: a task that was answered when it was cancelled cannot be handed
// over: that is refused on any day, and not offered.
func TestHandedOverTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := w.Task(homecare.NewFollowUp{FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-02-20"}})
	for _, do := range []followup.Action{followup.DoHandOver, followup.DoAnswer} {
		var err error
		if f, err = apitest.ActFollowUp(ctx, w.Nurse, f.ID, step[do].path, f.Version,
			onDay(do, "2026-02-21")); err != nil {
			t.Fatal(err)
		}
	}
	c := w.died()
	if _, err := w.Head.CorrectCaseDays(ctx, c.ID, c.Version, homecare.CorrectCaseDays{EndedOn: "2026-03-09",
		Reason: "Salah tulis"}); err != nil {
		t.Fatal(err)
	}
	f = w.reread(f.ID)
	_, err := apitest.ActFollowUp(ctx, w.Head, f.ID, "hand-over", f.Version, onDay(followup.DoHandOver, "2026-02-27"))
	if p := apitest.Wants(t, err, "record.state"); f.State != "cancelled" ||
		!slices.Equal(p.Allowed, []string{"cancel", "done"}) {
		t.Errorf("%s, allowed: %v", f.State, p.Allowed)
	}
	if f, err = apitest.ActFollowUp(ctx, w.Head, f.ID, "done", f.Version,
		onDay(followup.DoFinish, "2026-02-27")); err != nil || f.State != "done" {
		t.Errorf("%s %v", f.State, err)
	}
}

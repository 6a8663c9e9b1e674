package visit_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestSameVisitIsOne: records of one performer for one case and arrival are one
// visit, planned or not, in any order. The second copy is parked for the office.
func TestSameVisitIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first, second, cancelled := w.Plan(-24), w.Plan(-48), w.Plan(-72)
	apitest.MustVisit(t)(w.Head.CancelVisit(ctx, cancelled.ID, cancelled.Version,
		homecare.CancelVisit{Reason: "Libur"}))
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.Bundle()))
	for name, id := range map[string]string{"planned": first.ID, "cancelled by the office": cancelled.ID} {
		in := w.Bundle()
		in.Visit, in.VisitID = nil, id
		_, err := w.Nurse.RecordVisit(ctx, in)
		p, err := w.Head.Parked(ctx, apitest.Parked(t, err, "already_recorded"))
		if err != nil || p.Contradicts.ID != v.ID {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		_, err = w.Head.TakeParked(ctx, p.ID, p.Version, homecare.DecideParked{Note: "Ambil"})
		apitest.Wants(t, err, "visit.already_recorded")
		_, err = w.Head.RedirectParked(ctx, p.ID, p.Version, homecare.RedirectParked{VisitID: second.ID,
			Note: "Ke rencana lain"})
		apitest.Wants(t, err, "visit.already_recorded")
	}
	_, err := w.Nurse.CheckIn(ctx, first.ID, first.Version, homecare.CheckIn{ArrivedAt: *v.ArrivedAt})
	apitest.Parked(t, err, "already_recorded")
	if n := apitest.Ask[int](w.Home, `select count(*) from visit where state in ('in_progress', 'completed')`); n != 1 {
		t.Errorf("%d visits of one", n)
	}
	at := v.ArrivedAt.Add(-3 * time.Hour) // another time is another visit
	in := w.Bundle()
	in.Visit, in.VisitID, in.ArrivedAt, in.DepartedAt = nil, first.ID, at, at.Add(time.Hour)
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
}

// TestSameVisitAtOnce: two concurrent copies of a visit are one.
func TestSameVisitAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 4 {
		in := w.Bundle()
		in.ArrivedAt, in.DepartedAt = now.Add(-time.Duration(10+2*i)*time.Hour),
			now.Add(-time.Duration(9+2*i)*time.Hour)
		in.Plan.FollowUps[0].DueOn = "2026-03-12"
		results := make([]error, 2)
		var both sync.WaitGroup
		for j := range results {
			both.Go(func() { _, results[j] = w.Nurse.RecordVisit(t.Context(), in) })
		}
		both.Wait()
		taken, waits := 0, 0
		for _, err := range results {
			if p, is := errors.AsType[*homecare.ParkedError](err); is && p.Reason == "already_recorded" {
				waits++
			} else if err == nil {
				taken++
			} else {
				t.Error(err)
			}
		}
		if taken != 1 || waits != 1 {
			t.Errorf("%d taken, %d parked", taken, waits)
		}
	}
}

// TestBundleGoesOn: a bundle completes its visit after a separate check-in,
// identified by its id or by performer and arrival.
func TestBundleGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	at := now.Add(-30 * time.Minute)
	begun := apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{ID: "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e61",
		CaseID: w.CaseID, StartsAt: &at, Unplanned: true}))
	in := w.Bundle()
	in.Visit.ID, in.ArrivedAt = begun.ID, at.Add(20*time.Second)
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	if v.ID != begun.ID || v.State != "completed" || !v.ArrivedAt.Equal(at) {
		t.Errorf("%+v", v)
	}
	at = now.Add(-26 * time.Hour)
	begun = apitest.MustVisit(t)(w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at,
		Unplanned: true}))
	in = w.Bundle()
	in.ArrivedAt, in.DepartedAt = at, at.Add(time.Hour)
	if v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in)); v.ID != begun.ID || v.State != "completed" {
		t.Errorf("%+v", v)
	}
	in.Visit.ID = begun.ID
	_, err := w.Nurse.RecordVisit(ctx, in)
	apitest.Wants(t, err, "record.duplicate")
}

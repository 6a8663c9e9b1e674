package visit_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// TestSameVisitIsOne: what the same person sends of the same case and arrival is one
// visit, planned or not, in whatever order; the second copy waits for the office.
func TestSameVisitIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first, second, cancelled := w.plan(-24), w.plan(-48), w.plan(-72)
	must(t)(w.head.CancelVisit(ctx, cancelled.ID, cancelled.Version, homecare.CancelVisit{Reason: "Libur"}))
	v := must(t)(w.nurse.RecordVisit(ctx, w.bundle()))
	for name, id := range map[string]string{"planned": first.ID, "cancelled by the office": cancelled.ID} {
		in := w.bundle()
		in.Visit, in.VisitID = nil, id
		_, err := w.nurse.RecordVisit(ctx, in)
		p, err := w.head.Parked(ctx, parked(t, err, "already_recorded"))
		if err != nil || p.Contradicts.ID != v.ID {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		_, err = w.head.TakeParked(ctx, p.ID, p.Version, homecare.DecideParked{Note: "Ambil"})
		wants(t, err, "visit.already_recorded")
		_, err = w.head.RedirectParked(ctx, p.ID, p.Version, homecare.RedirectParked{VisitID: second.ID, Note: "Ke rencana lain"})
		wants(t, err, "visit.already_recorded")
	}
	_, err := w.nurse.CheckIn(ctx, first.ID, first.Version, homecare.CheckIn{ArrivedAt: *v.ArrivedAt})
	parked(t, err, "already_recorded")
	if n := ask[int](w, `select count(*) from visit where state in ('in_progress', 'completed')`); n != 1 {
		t.Errorf("%d visits of one", n)
	}
	at := v.ArrivedAt.Add(-3 * time.Hour) // another time is another visit
	in := w.bundle()
	in.Visit, in.VisitID, in.ArrivedAt, in.DepartedAt = nil, first.ID, at, at.Add(time.Hour)
	must(t)(w.nurse.RecordVisit(ctx, in))
}

// TestSameVisitAtOnce: two copies of a visit that come at the same moment are one.
func TestSameVisitAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 4 {
		in := w.bundle()
		in.ArrivedAt, in.DepartedAt = now.Add(-time.Duration(10+2*i)*time.Hour), now.Add(-time.Duration(9+2*i)*time.Hour)
		in.Plan.FollowUps[0].DueOn = "2026-03-12"
		results := make([]error, 2)
		var both sync.WaitGroup
		for j := range results {
			both.Go(func() { _, results[j] = w.nurse.RecordVisit(t.Context(), in) })
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

// TestBundleGoesOn: a visit that was begun by itself is completed by the bundle of
// the same visit, told by its id or by who arrived when.
func TestBundleGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	at := now.Add(-30 * time.Minute)
	begun := must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{ID: "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e61", CaseID: w.caseID, StartsAt: &at, Unplanned: true}))
	in := w.bundle()
	in.Visit.ID, in.ArrivedAt = begun.ID, at.Add(20*time.Second)
	v := must(t)(w.nurse.RecordVisit(ctx, in))
	if v.ID != begun.ID || v.State != "completed" || !v.ArrivedAt.Equal(at) {
		t.Errorf("%+v", v)
	}
	at = now.Add(-26 * time.Hour)
	begun = must(t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.caseID, StartsAt: &at, Unplanned: true}))
	in = w.bundle()
	in.ArrivedAt, in.DepartedAt = at, at.Add(time.Hour)
	if v := must(t)(w.nurse.RecordVisit(ctx, in)); v.ID != begun.ID || v.State != "completed" {
		t.Errorf("%+v", v)
	}
	in.Visit.ID = begun.ID
	_, err := w.nurse.RecordVisit(ctx, in)
	wants(t, err, "record.duplicate")
}

// TestPerformerAmends: who made a visit amends it as who wrote it down; nobody else of
// the team does.
func TestPerformerAmends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	doctor := w.client("petugas1.tanah-habang")
	in := w.bundle()
	in.PerformedBy = w.nurseID
	v := must(t)(doctor.RecordVisit(ctx, in))
	fix := homecare.AmendVisit{Reason: "Salah tulis", VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Pusing"}}}
	v = must(t)(w.nurse.AmendVisit(ctx, v.ID, v.Version, fix))
	v = must(t)(doctor.AmendVisit(ctx, v.ID, v.Version, fix))
	w.sql(`update visit set completed_by = performed_by where id = $1`, v.ID)
	_, err := doctor.AmendVisit(ctx, v.ID, v.Version, fix)
	wants(t, err, "visit.amend_needs_kepala")
}

package record_test

import (
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestAmend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, w.Bundle()))
	// Not even the application's role can change a part of it.
	_, err := w.AsNurse(func(tx pg.Tx) error {
		_, err := tx.Exec(`delete from visit_vital where visit_id = $1`, v.ID)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "42501") {
		t.Fatalf("a completed visit was changed: %v", err)
	}
	_, err = w.Nurse.PutAnamnesis(ctx, v.ID, v.Version, anamnesis)
	apitest.Wants(t, err, "record.state")
	r, err := w.Nurse.VisitRevisions(ctx, v.ID)
	if err != nil || len(r.Data) != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	change := homecare.AmendVisit{Reason: "Salah tulis tensi",
		VisitParts: homecare.VisitParts{Vitals: &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 130, "dbp", 85)}}}
	_, err = w.Nurse.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Kosong"})
	apitest.Wants(t, err, "request.invalid")
	_, err = w.Nurse.AmendVisit(ctx, v.ID, v.Version+1, change)
	apitest.Wants(t, err, "record.stale")
	_, err = w.Other.AmendVisit(ctx, v.ID, v.Version, change)
	apitest.Wants(t, err, "record.not_found")
	doctor := w.As(t, "petugas1.tanah-habang") // of the team, but not the author
	doctor.Clock = w.Nurse.Clock
	_, err = doctor.AmendVisit(ctx, v.ID, v.Version, change)
	apitest.Wants(t, err, "visit.amend_needs_kepala")
	second := apitest.MustVisit(t)(w.Nurse.AmendVisit(ctx, v.ID, v.Version, change))
	if second.Revision != 2 || len(second.Vitals) != 2 || len(second.Services) != 2 {
		t.Fatalf("%+v", second)
	}
	// The author until 48 hours, then Kepala.
	w.Nurse.Clock = func() time.Time { return now.Add(48*time.Hour + time.Second) }
	_, err = w.Nurse.AmendVisit(ctx, v.ID, second.Version, change)
	if p := apitest.Wants(t, err, "visit.amend_needs_kepala"); p.Status != 403 {
		t.Fatalf("%+v", p)
	}
	w.Nurse.Clock = func() time.Time { return now.Add(48 * time.Hour) }
	third := apitest.MustVisit(t)(w.Nurse.AmendVisit(ctx, v.ID, second.Version, change))
	w.Head.Clock = func() time.Time { return now.AddDate(1, 0, 0) }
	change.Anamnesis = &homecare.Anamnesis{ChiefComplaint: "Pusing"}
	fourth := apitest.MustVisit(t)(w.Head.AmendVisit(ctx, v.ID, third.Version, change))
	for n, want := range map[int]struct {
		vitals    int
		complaint string
	}{1: {8, "Nyeri kepala"}, 2: {2, "Nyeri kepala"}, 4: {2, "Pusing"}} {
		old, err := w.Nurse.VisitRevision(ctx, v.ID, n)
		if err != nil || len(old.Vitals) != want.vitals || old.Anamnesis.ChiefComplaint != want.complaint {
			t.Errorf("revision %d: %+v %v", n, old, err)
		}
	}
	r, err = w.Nurse.VisitRevisions(ctx, v.ID)
	if err != nil || len(r.Data) != 4 || r.Data[3].Reason != "Salah tulis tensi" || fourth.Revision != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	for _, n := range []int{5, 0} {
		if _, err := w.Nurse.VisitRevision(ctx, v.ID, n); err == nil {
			t.Errorf("revision %d exists", n)
		}
	}
	_, err = w.Other.VisitRevision(ctx, v.ID, 1)
	apitest.Wants(t, err, "record.not_found")
	_, err = w.Abroad.VisitRevision(ctx, v.ID, 1)
	apitest.Wants(t, err, "record.not_found")
}

// TestPerformerAmends: the performer and the recorder of a visit may amend it; other
// members of the team may not.
func TestPerformerAmends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	doctor := w.Staff("petugas1.tanah-habang")
	in := w.Bundle()
	in.PerformedBy = w.NurseID
	v := apitest.MustVisit(t)(doctor.RecordVisit(ctx, in))
	fix := homecare.AmendVisit{Reason: "Salah tulis",
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Pusing"}}}
	v = apitest.MustVisit(t)(w.Nurse.AmendVisit(ctx, v.ID, v.Version, fix))
	v = apitest.MustVisit(t)(doctor.AmendVisit(ctx, v.ID, v.Version, fix))
	w.SQL(`update visit set completed_by = performed_by where id = $1`, v.ID)
	_, err := doctor.AmendVisit(ctx, v.ID, v.Version, fix)
	apitest.Wants(t, err, "visit.amend_needs_kepala")
}

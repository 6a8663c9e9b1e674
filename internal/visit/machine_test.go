package visit_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestMachineNamesWho: a machine makes no visits: it names the performer, and sees
// and withdraws what it sent.
func TestMachineNamesWho(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	issued, err := w.As(t, "kepala.tanah-habang").CreateClient(ctx, homecare.NewMachineClient{Name: "SIMPUS",
		Scopes:    []string{"visits.write"},
		ExpiresOn: clock.Day(time.Now().AddDate(0, 0, 30)), Auth: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	m := w.Visitor(t)
	if _, err := m.ClientCredentials(ctx, homecare.Credentials{ID: issued.Client.ID,
		Secret: issued.ClientSecret}); err != nil {
		t.Fatal(err)
	}
	m.Clock = func() time.Time { return now }
	v, begun := w.Plan(1), w.Arrived()
	at := now.Add(-time.Hour)
	for name, f := range map[string]func(by string) error{
		"bundle": func(by string) error {
			b := w.at(0)
			b.PerformedBy = by
			_,
				err := m.RecordVisit(ctx, b)
			return err
		},
		"unplanned": func(by string) error {
			_, err := m.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, Unplanned: true, StartsAt: &at,
				PerformedBy: by})
			return err
		},
		"check-in": func(by string) error {
			_, err := m.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: at, PerformedBy: by})
			return err
		},
		"complete": func(by string) error {
			_, err := m.CompleteVisit(ctx, begun.ID, begun.Version, homecare.CompleteVisit{DepartedAt: now,
				PerformedBy: by})
			return err
		},
		"miss": func(by string) error {
			_, err := m.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home", Reason: "Kosong",
				PerformedBy: by})
			return err
		},
	} {
		for _, by := range []string{"", issued.Client.ID} {
			if got := apitest.ToldAt(f(by), "/performed_by"); got != "required" {
				t.Errorf("%s by %q: %q", name, by, got)
			}
		}
	}
	b := w.at(0)
	b.PerformedBy = w.NurseID
	if got, err := m.RecordVisit(ctx, b); err != nil || got.PerformedBy != w.NurseID {
		t.Errorf("%s %v", got.PerformedBy, err)
	}

	w.end("referral", "2026-03-08")
	_, err = w.Nurse.RecordVisit(ctx, w.at(-1))
	foreign := apitest.Parked(t, err, "case_ended")
	b = w.at(-1)
	b.PerformedBy = w.Doctor
	_, err = m.RecordVisit(ctx, b)
	own := apitest.Parked(t, err, "case_ended")
	if l, err := m.ParkedActs(ctx, nil); err != nil || len(l.Data) != 1 || l.Data[0].ID != own {
		t.Errorf("%+v %v", l, err)
	}
	_, err = m.Parked(ctx, foreign)
	apitest.Wants(t, err, "record.not_found")
	p, err := m.Parked(ctx, own)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = m.WithdrawParked(ctx, own, p.Version, homecare.DecideParked{Note: "Salah kirim"}); err != nil ||
		p.State != "withdrawn" {
		t.Errorf("%+v %v", p, err)
	}
}

// TestSuccessorCountsNowhere: a rescheduled visit took place after all. The visit
// planned in its place is neither a second plan nor a cancellation, and stays in the
// list.
func TestSuccessorCountsNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.Plan(2)
	to := now.AddDate(0, 1, 0)
	next := apitest.MustVisit(t)(w.Nurse.RescheduleVisit(t.Context(), v.ID, v.Version,
		homecare.RescheduleVisit{StartsAt: &to, Reason: "Hujan"}))
	counted := func() int {
		return apitest.Ask[int](w.Home, `select count(*)::int from counted_visit where id = $1`, next.ID)
	}
	if counted() != 1 {
		t.Error("before: the plan does not count")
	}
	b := w.at(0)
	b.VisitID, b.Version, b.Visit = v.ID, 1, nil
	apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
	if got := apitest.MustVisit(t)(w.Nurse.Visit(t.Context(), next.ID)); got.State != "cancelled" ||
		got.ReasonCode != "took_place" || counted() != 0 {
		t.Errorf("%s %s, counted %d", got.State, got.ReasonCode, counted())
	}
	if apitest.Ask[int](w.Home, `select count(*)::int from counted_visit where id = $1`, v.ID) != 1 {
		t.Error("the visit that took place does not count")
	}
}

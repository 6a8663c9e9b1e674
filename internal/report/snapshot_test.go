package report_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// visits completes visits of one service, one after the other, until stop. It
// returns their number.
func visits(t *testing.T, s *apitest.Server, tenant int16, stop <-chan struct{}) int {
	c, err := pgx.Connect(context.Background(), s.Database.Admin())
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = c.Close(context.Background()) }()
	// Only the rows, without a team: the counting is tested.
	place, person, care := uuid.NewString(), s.AddPatient(t, "uren", apitest.Person{Name: "Galuh"}), uuid.NewString()
	_, err = c.Exec(context.Background(), `set session_replication_role = replica`)
	if err == nil {
		_, err = c.Exec(context.Background(), `insert into stop (puskesmas_id, id, programme_code, village_code,
			starts_at, ends_at, created_by)
			select $1, $2, 'homecare_sanggam', min(code), '2026-03-10 01:00Z', '2026-03-10 02:00Z', gen_random_uuid()
			from village`, tenant, place)
	}
	if err == nil {
		_, err = c.Exec(context.Background(), `insert into care_case (puskesmas_id, id, patient_id, programme_code,
			sop_version_id, state, origin, reason, proposed_at, proposed_on, proposed_by)
			select $1, $2, $3, 'homecare_sanggam', min(id::text)::uuid, 'active', 'walk_in', 'Uji', '2026-02-10 01:00Z',
			'2026-02-10', gen_random_uuid() from sop_version`, tenant, care, person)
	}
	for n := 0; ; n++ {
		if err != nil {
			t.Error(err)
			return n
		}
		select {
		case <-stop:
			return n
		default:
		}
		_, err = c.Exec(context.Background(), `with v as (insert into visit (puskesmas_id, id, stop_id, case_id,
			patient_id, programme_code, state, planned_for, arrived_at, departed_at, completed_at, created_by)
				values ($1, gen_random_uuid(), $2, $3, $4, 'homecare_sanggam', 'completed', '2026-03-10 01:00Z',
				'2026-03-10 01:00Z', '2026-03-10 01:30Z', now(), gen_random_uuid())
				returning puskesmas_id, id)
			insert into visit_service (puskesmas_id, visit_id, type, data) select puskesmas_id, id, 'nutrition', '{}'
			from v`, tenant, place, care, person)
	}
}

// sum adds a column of a section.
func sum(t *testing.T, f *homecare.ReportFigures, figures string, column int) (n int64) {
	t.Helper()
	if f == nil {
		t.Fatal("no figures")
	}
	for _, sec := range f.Sections {
		if sec.Figures == figures {
			for _, r := range sec.Rows {
				n += r.Values[column]
			}
			return n
		}
	}
	t.Fatalf("no section %s", figures)
	return 0
}

// TestOneSnapshot: visits are completed while a report is drafted, read and
// submitted. Every one counts in all sections or in none.
func TestOneSnapshot(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	stop, done := make(chan struct{}), make(chan int)
	go func() { done <- visits(t, s, s.PuskesmasID(t, "uren"), stop) }()
	agree := func(step string, r homecare.Report) int64 {
		byVillage, byService := sum(t, r.Figures, "visits_by_village", 1), sum(t, r.Figures, "visits_by_service", 0)
		if byVillage != byService {
			t.Errorf("%s: %d visits by village, %d by service", step, byVillage, byService)
		}
		return byVillage
	}
	r := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	agree("drafted", r)
	var first, last int64
	for round := range 20 {
		agree("read", ok(o.koordinator.Report(ctx, r.ID)))
		r = ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}))
		last = agree("submitted", ok(o.koordinator.Report(ctx, r.ID)))
		if round == 0 {
			first = last
		}
		r = ok(o.kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Ulangi"}))
	}
	close(stop)
	if n := <-done; n < 100 || last == first {
		t.Fatalf("only %d visits were completed meanwhile, %d to %d counted", n, first, last)
	}
}

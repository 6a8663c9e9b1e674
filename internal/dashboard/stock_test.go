package dashboard_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestStockOfEveryMonth: a month without an event shows who is in care, for the
// puskesmas and for Dinkes, and what changes an early month changes the later ones.
func TestStockOfEveryMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	dinkes := w.As(t, "dinkes.analis")
	dinkes.Clock = func() time.Time { return w.now }
	for range 6 {
		w.care(row{})
	}
	own := func(month string) homecare.DistrictMonth {
		t.Helper()
		m, err := w.koordinator.PuskesmasDashboard(t.Context(), month, programme)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	district := func(month string) homecare.DistrictMonth {
		t.Helper()
		all, err := dinkes.DistrictDashboard(t.Context(), month, programme)
		if err != nil || len(all.Data) != 12 {
			t.Fatalf("%d, %v", len(all.Data), err)
		}
		for _, m := range all.Data {
			if m.Figures == nil || (m.ComputedAt == nil) != (len(m.Figures) == 0) {
				t.Errorf("%s: %d figures, computed at %v", m.Puskesmas, len(m.Figures), m.ComputedAt)
			}
		}
		return all.Data[11]
	}
	if m := own("2026-08"); value(m.Figures, "cases_in_care") != 6 || m.ComputedAt == nil ||
		time.Since(*m.ComputedAt) > time.Hour {
		t.Errorf("August without an event: %+v", m)
	}
	if m := district("2026-07"); value(m.Figures, "cases_in_care") != 6 || m.ComputedAt == nil {
		t.Errorf("July without an event, for Dinkes: %+v", m)
	}
	for _, month := range []string{"2026-10", "2021-12"} {
		if m := own(month); len(m.Figures) != 0 || m.ComputedAt != nil {
			t.Errorf("%s has figures: %+v", month, m)
		}
		if m := district(month); len(m.Figures) != 0 {
			t.Errorf("%s has figures for Dinkes: %+v", month, m)
		}
	}
	// The seventh was in care since June: recomputing June tells July and August.
	w.care(row{})
	if w.figure("2026-06", "cases_in_care") != 7 {
		t.Error("June")
	}
	for _, month := range []string{"2026-07", "2026-08"} {
		if got := value(own(month).Figures, "cases_in_care"); got != 7 {
			t.Errorf("%s after a change in June: %d in care, want 7", month, got)
		}
	}
}

// TestCheck: each month since the programme began has figures after the daily
// check, and one that was stored otherwise than it counts is named and mended,
// but for what waits to be worked off.
func TestCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	check := func() []dashboard.Difference {
		t.Helper()
		found, err := dashboard.Check(t.Context(), w.App.DB, w.now)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := check(); len(found) != 0 {
		t.Fatalf("nothing was stored, and differs: %+v", found)
	}
	var months int
	first := ""
	w.Database.Row(t, `select count(distinct month), min(month) from rollup_month where puskesmas_id = $1
		and programme_code = $2`, []any{w.tenant, programme}, &months, &first)
	if months != 4*12+9 || first != "2022-01" {
		t.Errorf("%d months since %s", months, first)
	}
	w.sql(`alter table care_case disable trigger care_case_made_months`)
	w.care(row{})
	if found := check(); len(found) != 6 || found[0] != (dashboard.Difference{Puskesmas: w.tenant, Programme: programme,
		Month: "2026-06", Figure: "cases_begun", Stored: 0, Counted: 1}) {
		t.Errorf("a case that nobody told: %+v", found)
	}
	if found := check(); len(found) != 0 {
		t.Errorf("mended before: %+v", found)
	}
	w.sql(`alter table care_case enable trigger care_case_made_months`)
	w.care(row{})
	if found := check(); len(found) != 0 {
		t.Errorf("a case that was told and waits: %+v", found)
	}
}

// TestMonthFilledMeanwhile: a month that was just being filled when an earlier one is
// computed anew is computed with it.
func TestMonthFilledMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "2026-09-02")
	ctx := t.Context()
	w.care(row{})
	w.Database.Exec(t, `delete from rollup_month where programme_code = $1`, programme)
	db, err := pgx.Connect(ctx, w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	tx, err := db.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// Somebody fills August from what was true before the case.
	for _, sql := range []string{fmt.Sprintf(`select pg_advisory_xact_lock(hashtextextended('rollup/%d/%s', 0))`,
		w.tenant, programme),
		fmt.Sprintf(`insert into rollup_month (puskesmas_id, programme_code, month, figure, value)
			values (%d, '%s', '2026-08', 'cases_in_care', 0)`, w.tenant, programme)} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() {
		done <- dashboard.Recompute(context.WithoutCancel(ctx), w.App.DB, w.tenant, programme, "2026-07")
	}()
	for waiting := 0; waiting == 0; {
		w.Database.Row(t, `select count(*) from pg_locks where locktype = 'advisory' and not granted
			and database = (select oid from pg_database where datname = current_database())`, nil, &waiting)
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var in int
	w.Database.Row(t, `select value from rollup_month where puskesmas_id = $1 and programme_code = $2
		and month = '2026-08' and figure = 'cases_in_care'`,
		[]any{w.tenant, programme}, &in)
	if in != 1 {
		t.Errorf("%d in care in August, want 1", in)
	}
}

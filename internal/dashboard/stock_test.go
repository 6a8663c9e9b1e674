package dashboard_test

import (
	"testing"
	"time"

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
	if m := own("2026-08"); value(m.Figures, "cases_in_care") != 6 || m.ComputedAt == nil || time.Since(*m.ComputedAt) > time.Hour {
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
	w.Database.Row(t, `select count(distinct month), min(month) from rollup_month where puskesmas_id = $1 and programme_code = $2`, []any{w.tenant, programme}, &months, &first)
	if months != 4*12+9 || first != "2022-01" {
		t.Errorf("%d months since %s", months, first)
	}
	w.sql(`alter table care_case disable trigger care_case_made_months`)
	w.care(row{})
	if found := check(); len(found) != 6 || found[0] != (dashboard.Difference{Puskesmas: w.tenant, Programme: programme, Month: "2026-06", Figure: "cases_begun", Stored: 0, Counted: 1}) {
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

package dashboard_test

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestSuppression: Dinkes sees acts as they are and counts of persons from 1 to
// 4 not at all; the puskesmas sees its own.
func TestSuppression(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	if err := dashboard.Recompute(t.Context(), s.App.DB, 12, "homecare_sanggam", "2026-03"); err != nil {
		t.Fatal(err)
	}
	s.Database.Exec(t, `update rollup_month set value = case figure when 'visits_completed' then 3 when
		'patients_served' then 3 when 'cases_in_care' then 5 when 'ended_death' then 1 else value end`)
	analis := s.As(t, "dinkes.analis")
	all, err := analis.DistrictDashboard(t.Context(), "2026-03", "homecare_sanggam")
	if err != nil || len(all.Data) != 12 {
		t.Fatalf("%d, %v", len(all.Data), err)
	}
	own, err := s.As(t, "petugas1.uren").PuskesmasDashboard(t.Context(), "2026-03", "homecare_sanggam")
	if err != nil {
		t.Fatal(err)
	}
	const hidden = -1
	for _, c := range []struct {
		figure        string
		district, own int64
	}{
		{"visits_completed", 3, 3}, {"patients_served", hidden, 3}, {"cases_in_care", 5, 5}, {"ended_death", hidden, 1},
		{"ended_refusal", 0, 0},
	} {
		if got := value(all.Data[11].Figures, c.figure); got != c.district {
			t.Errorf("Dinkes sees %s = %d, want %d", c.figure, got, c.district)
		}
		if got := value(own.Figures, c.figure); got != c.own {
			t.Errorf("the puskesmas sees %s = %d, want %d", c.figure, got, c.own)
		}
	}
	_, err = s.As(t, "kepala.uren").DistrictDashboard(t.Context(), "2026-03", "homecare_sanggam")
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "auth.forbidden" {
		t.Errorf("a kepala looks at the district: %v", err)
	}
}

// value is a figure; -1 when suppressed, -2 when missing.
func value(figures []homecare.RollupFigure, name string) int64 {
	for _, f := range figures {
		switch {
		case f.Figure == name && f.Status == "below_5" && f.Value == nil:
			return -1
		case f.Figure == name && f.Value != nil:
			return *f.Value
		}
	}
	return -2
}

//go:build sabotage

package day_borders

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/pkg/homecare"
)

// months from the one before the first midnight to the one after the last.
func months() []string {
	var out []string
	for m := time.Date(2027, 11, 1, 0, 0, 0, 0, time.UTC); m.Year() < 2029; m = m.AddDate(0, 1, 0) {
		out = append(out, m.Format("2006-01"))
	}
	return out
}

// draft opens the report of every month and programme.
func (w *world) draft() {
	for _, programme := range programmes {
		for _, month := range months() {
			r, err := w.clients["koordinator"].DraftReport(w.t.Context(), homecare.DraftReport{Programme: programme,
				Month: month})
			if err != nil {
				w.t.Fatal(err)
			}
			w.reports[programme+month] = r
		}
	}
}

// cell is a figure of a report; 0 where the row is missing.
func cell(r homecare.Report, figures, row string, column int) int64 {
	for _, s := range r.Figures.Sections {
		if s.Figures != figures {
			continue
		}
		for _, l := range s.Rows {
			if l.Code == row {
				return l.Values[column]
			}
		}
	}
	return 0
}

// report checks that the case's village, which no other case has, is in the
// month's report and in no other, both planned and carried out.
func (w *world) report(i instant) bool {
	for _, month := range months() {
		want := int64(0)
		if month == i.month() {
			want = 1
		}
		for column := range 2 {
			if got := cell(w.reports[i.programme+month], "visits_by_village", i.village, column); got != want {
				return w.fault("%s: %d in the report of %s", i.at.Format(time.RFC3339Nano), got, month)
			}
		}
	}
	return true
}

// rollups compares the roll-ups and the report's totals of cases with a count
// by hand.
func (w *world) rollups() (cells, right int) {
	tenant := w.PuskesmasID(w.t, "tanah-habang")
	for _, programme := range programmes {
		for _, month := range months() {
			if err := dashboard.Recompute(context.WithoutCancel(w.t.Context()), w.App.DB, tenant, programme,
				month); err != nil {
				w.t.Fatal(err)
			}
			shown, err := w.clients["koordinator"].PuskesmasDashboard(w.t.Context(), month, programme)
			if err != nil {
				w.t.Fatal(err)
			}
			got, want := map[string]int64{}, int64(0)
			for _, f := range shown.Figures {
				got[f.Figure] = *f.Value
			}
			for _, i := range w.instants {
				if i.programme == programme && i.month() == month {
					want++
				}
			}
			r := w.reports[programme+month]
			for name, value := range map[string]int64{"visits_planned": got["visits_planned"],
				"visits_completed": got["visits_completed"], "cases_proposed": got["cases_proposed"],
				"cases_begun": got["cases_begun"], "report: proposed": cell(r, "cases", "proposed", 0),
				"report: activated": cell(r, "cases", "activated", 0)} {
				cells++
				if value == want {
					right++
				} else {
					w.fault("%s %s %s: %d, by hand %d", programme, month, name, value, want)
				}
			}
		}
	}
	return cells, right
}

// submits submits the report of each month one second too early, which is
// refused, and in the first second of the next month.
func (w *world) submits() (tried, right int) {
	c := w.As(w.t, "koordinator.tanah-habang")
	for n, m := range midnights {
		at, err := time.Parse(time.RFC3339, m)
		if err != nil {
			w.t.Fatal(err)
		}
		ended := instant{at: at.Add(-time.Second)}
		if (instant{at: at}).month() == ended.month() {
			continue // the leap day ends no month
		}
		tried++
		r := w.reports[programmes[n%2]+ended.month()]
		c.Clock = func() time.Time { return at.Add(-time.Second) }
		_, early := c.SubmitReport(w.t.Context(), r.ID, r.Version, homecare.Decision{})
		c.Clock = func() time.Time { return at }
		_, onTime := c.SubmitReport(w.t.Context(), r.ID, r.Version, homecare.Decision{})
		if p, ok := errors.AsType[*homecare.Problem](early); ok && p.Code == "report.month_open" && onTime == nil {
			right++
		} else {
			w.fault("report of %s: a second before its end %v, at its end %v", ended.month(), early, onTime)
		}
	}
	return tried, right
}

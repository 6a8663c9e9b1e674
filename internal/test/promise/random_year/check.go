//go:build sabotage

package random_year

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/test/promise/recount"
	"github.com/balangan/homecare/pkg/homecare"
)

// dashboard is a month as the puskesmas sees it.
func (y *year) dashboard(programme, month string) recount.Figures {
	out := recount.Figures{}
	for _, f := range must[homecare.DistrictMonth]("dashboard")(y.kepala.PuskesmasDashboard(y.t.Context(), month,
		programme)).Figures {
		out[f.Figure] = *f.Value
	}
	return out
}

// unlike lists the cells in which two counts differ.
func unlike(said, counted recount.Figures) (out []string) {
	cells := map[string]bool{}
	for c := range said {
		cells[c] = true
	}
	for c := range counted {
		cells[c] = true
	}
	for _, c := range slices.Sorted(maps.Keys(cells)) {
		if said[c] != counted[c] {
			out = append(out, fmt.Sprintf("%s: %d, recounted %d", c, said[c], counted[c]))
		}
	}
	return out
}

// months are the months that have begun.
func (y *year) months() (out []string) {
	for m := first; !m.After(y.now); m = m.AddDate(0, 1, 0) {
		out = append(out, m.Format("2006-01"))
	}
	return out
}

// rollups waits until the dashboards show the recounted figures, and keeps the
// lag of the oldest act that they had not shown.
func (y *year) rollups(months []string) {
	for _, programme := range y.programmes {
		for _, month := range months {
			want, _ := y.book.Count(programme, month)
			for {
				differs := unlike(y.dashboard(programme, month), want)
				if len(differs) == 0 {
					break
				}
				if time.Since(y.since) > y.patience {
					y.report(programme, month, "dashboard", differs)
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			y.compared += 25
		}
	}
	if lag := time.Since(y.since); y.unseen > 0 && lag > y.lag {
		y.lag = lag
	}
	y.unseen = 0
}

// report keeps a difference with the data for finding its cause.
func (y *year) report(programme, month, where string, cells []string) {
	y.differ = append(y.differ, fmt.Sprintf("seed %d act %d (%s) %s %s %s: %s\n  last acts:\n  %s", y.seed, y.n,
		y.now.Format(time.RFC3339), programme, month, where,
		strings.Join(cells, "; "), strings.Join(y.lately(month), "\n  ")))
	y.stop = y.hasty || len(y.differ) >= 4
}

// lately are the last acts, those of the month first.
func (y *year) lately(month string) (out []string) {
	for i := len(y.log) - 1; i >= 0 && len(out) < 16; i-- {
		if strings.Contains(y.log[i], month) || i >= len(y.log)-6 {
			out = append(out, y.log[i])
		}
	}
	return out
}

// reports compares drafts, and for sent reports the frozen figures with the
// delta.
func (y *year) reports(months []string) {
	for _, programme := range y.programmes {
		for _, month := range months {
			id := y.drafts[programme+month]
			if id == "" {
				continue
			}
			r := must[homecare.Report]("report")(y.kepala.Report(y.t.Context(), id))
			_, want := y.book.Count(programme, month)
			if r.State == "submitted" {
				continue // frozen, and no delta until it is sent
			}
			said := cells(r)
			for _, d := range r.Delta {
				cell := fmt.Sprintf("%s/%s/%d", d.Figures, d.Code, slices.Index(columns(r, d.Figures), d.Column))
				if said[cell] != d.Frozen {
					y.report(programme, month, "delta",
						[]string{fmt.Sprintf("%s: frozen %d, the delta says %d", cell, said[cell], d.Frozen)})
				}
				said[cell] = d.Live
			}
			for cell := range want { // a template may omit a table
				if figures, _, _ := strings.Cut(cell, "/"); columns(r, figures) == nil {
					delete(want, cell)
				}
			}
			y.compared += len(want)
			if differs := unlike(said, want); len(differs) > 0 {
				y.report(programme, month, "report "+r.State, differs)
			}
		}
	}
}

func cells(r homecare.Report) recount.Figures {
	out := recount.Figures{}
	for _, sec := range r.Figures.Sections {
		for _, row := range sec.Rows {
			for i, v := range row.Values {
				out[fmt.Sprintf("%s/%s/%d", sec.Figures, row.Code, i)] = v
			}
		}
	}
	return out
}

func columns(r homecare.Report, figures string) []string {
	for _, sec := range r.Figures.Sections {
		if sec.Figures == figures {
			return sec.Columns
		}
	}
	return nil
}

// monthEnd drafts the month that ended, checks everything, and moves its report
// on by a random number of steps.
func (y *year) monthEnd(month string) {
	y.rollups(y.months())
	for _, programme := range y.programmes {
		d, err := y.koordinator.DraftReport(y.t.Context(), homecare.DraftReport{Programme: programme, Month: month})
		if err == nil {
			y.drafts[programme+month] = d.ID
		} else {
			y.answered("draft", err)
		}
	}
	y.reports(y.months())
	for _, programme := range y.programmes {
		if y.r.IntN(4) > 0 {
			y.send(programme, month)
		}
	}
	y.reports(y.months())
}

// send closes the open visits of the month, submits and sends.
func (y *year) send(programme, month string) {
	for _, id := range sorted(y.book.Visits) {
		if v := y.book.Visits[id]; v.Programme == programme && v.State == "planned" &&
			strings.HasPrefix(v.Planned, month) {
			y.try("miss", func() error { return y.missVisit(id) })
		}
	}
	ctx := y.t.Context()
	y.try("submit", func() error {
		r, err := y.koordinator.Report(ctx, y.drafts[programme+month])
		if err == nil {
			r, err = y.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})
		}
		if err == nil {
			_, err = y.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: "Lengkap"})
		}
		return err
	})
}

// reviseReport moves a report one step on: accepted, archived, corrected,
// reopened.
func (y *year) reviseReport() error {
	keys := sorted(y.drafts)
	if len(keys) == 0 {
		return errNothing
	}
	key := pick(y.r, keys)
	ctx := y.t.Context()
	r, err := y.kepala.Report(ctx, y.drafts[key])
	if err != nil {
		return err
	}
	switch r.State {
	case "draft": // of an earlier month's second revision
		if r, err = y.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}); err == nil {
			_, err = y.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: "Lengkap"})
		}
		return err
	case "sent":
		if r, err = y.dinkes.Report(ctx, r.ID); err == nil {
			_, err = y.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: "Diterima"})
		}
		return err
	case "accepted":
		if y.r.IntN(2) == 0 {
			_, err = y.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{})
			return err
		}
		_, err = y.kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Kunjungan terlambat"})
	case "archived":
		if r, err = y.dinkes.Report(ctx, r.ID); err == nil {
			_, err = y.dinkes.ReopenReport(ctx, r.ID, r.Version, homecare.Return{Note: "Kunjungan terlambat"})
		}
	default:
		return errNothing
	}
	if err != nil {
		return err
	}
	// The next revision has the live figures.
	all, err := y.kepala.Reports(ctx, url.Values{"month": {r.Month}, "programme": {r.Programme}})
	for _, n := range all.Data {
		if n.State == "draft" {
			y.drafts[key] = n.ID
		}
	}
	return err
}

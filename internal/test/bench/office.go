package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// letterDay is a day in the month with visits of every puskesmas.
const letterDay = month + "-20"

// The rows of the office.
const (
	draft  = "draft the report of a month"
	asPDF  = "report of a month as PDF"
	asXLSX = "report of a month as XLSX"
	letter = "letter: issued and fetched as PDF"
)

// office is what a puskesmas writes once in a while: reports and letters, one after the
// other, at each puskesmas in turn. The first round of the twelve is the warm-up.
func (o Options) office(ctx context.Context, w *world, product *child) ([]Latency, error) {
	if !o.wants(draft, asPDF, asXLSX, letter) {
		return nil, nil
	}
	if err := w.signIn(ctx, product.url); err != nil {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, letterDay)
	if err != nil {
		return nil, err
	}
	months := 1 + min(o.Rounds, 5) // there are visits from March to August
	reports := make([]string, len(w.tenants)*months)
	var out []Latency
	for _, x := range []struct {
		work    string
		promise float64
		do      func(c *homecare.Client, n, month int) error
	}{
		{draft, 100, func(c *homecare.Client, n, month int) error {
			r, err := c.DraftReport(ctx, homecare.DraftReport{Programme: programme,
				Month: fmt.Sprintf("2026-%02d", 3+month)})
			reports[n] = r.ID
			return err
		}},
		{asPDF, 0, func(c *homecare.Client, n, _ int) error { _, err := c.ReportPDF(ctx, reports[n]); return err }},
		{asXLSX, 0, func(c *homecare.Client, n, _ int) error { _, err := c.ReportXLSX(ctx, reports[n]); return err }},
		{letter, 50, func(c *homecare.Client, _, month int) error {
			d, err := c.IssueActivityReport(ctx, homecare.NewActivityReport{Programme: programme,
				Date: day.AddDate(0, 0, month).Format(time.DateOnly)})
			if err == nil {
				_, err = c.DocumentPDF(ctx, d.ID)
			}
			return err
		}},
	} {
		took, err := repeat(len(reports), func(n int) error {
			return x.do(sdk(product, w.tenants[n%len(w.tenants)]), n, n/len(w.tenants))
		})
		if err != nil {
			return out, fmt.Errorf("%s: %w", x.work, err)
		}
		out = append(out, latency(x.work, w.scale, x.promise, took[len(w.tenants):]))
	}
	return out, nil
}

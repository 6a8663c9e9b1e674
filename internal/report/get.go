package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// byID is the id of a report.
type byID struct {
	ID string `param:"id" json:"-"`
}

// Get returns a report with its figures: live in a draft, frozen afterwards.
func (s *Service) Get(ctx context.Context, in byID) (homecare.Report, error) {
	return pg.Reference(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		r, err := rowByID(tx, in.ID, false)
		if err != nil {
			return homecare.Report{}, err
		}
		delta, err := r.delta(tx)
		if err != nil {
			return homecare.Report{}, err
		}
		if r.Figures == nil {
			figures, err := compute(tx, r.template, r.ProgrammeCode, r.Month, call.Of(ctx).Language)
			if err != nil {
				return homecare.Report{}, err
			}
			r.Figures = &figures
		}
		w := r.wire(tx.Now())
		w.Delta = delta
		return w, nil
	})
}

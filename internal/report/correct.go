package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Correct opens the next revision of an accepted or archived report. The report
// stays official until Dinkes accepts the revision. The answer is the new draft,
// with live figures. Error: ErrUnderWay.
func (s *Service) Correct(ctx context.Context, in returnParams) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		var opened row
		if _, err := changeIn(tx, in.ID, func(tx pg.Tx, r row) (row, error) {
			to, err := r.after(tx, DoCorrect)
			if err != nil {
				return r, err
			}
			if err := noteIn(tx, in.Note); err != nil {
				return r, err
			}
			if opened, err = s.openNext(tx, r, in.Note); err != nil {
				return r, err
			}
			return s.moved(tx, r, to, DoCorrect, in.Note)
		}); err != nil {
			return homecare.Report{}, err
		}
		figures, err := compute(tx, opened.template, opened.ProgrammeCode, opened.Month, "id")
		opened.Figures = &figures
		return opened.wire(tx.Now()), err
	})
}

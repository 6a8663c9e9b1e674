package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Redraft returns a submitted report to draft for Kepala, with the reason.
func (s *Service) Redraft(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoRedraft)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, figures = null, figures_hash = null,
			submitted_at = null, submitted_by = null, coordinator = null, version = version + 1
			where id = $1`, r.ID, to); err != nil {
			return r, err
		}
		r.FiguresHash, r.SubmittedAt, r.Differs, r.DiffersAt = nil, nil, nil, nil
		return s.moved(tx, r, to, DoRedraft, in.Note)
	})
}

package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Withdraw withdraws a draft, with the reason. The month can be opened again.
func (s *Service) Withdraw(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoWithdraw)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, version = version + 1 where id = $1`, r.ID,
			to); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoWithdraw, in.Note)
	})
}

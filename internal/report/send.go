package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Send signs the report for Kepala and sends it to Dinkes. The account that
// submitted it may not sign it. Errors: ErrMaker.
func (s *Service) Send(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoSend)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if r.SubmittedBy != nil && *r.SubmittedBy == tx.Principal().UserID {
			return r, ErrMaker
		}
		by, err := signatoryIn(tx)
		if err != nil {
			return r, err
		}
		// Dinkes learns with the report what changed since the submission.
		delta, err := r.delta(tx)
		if err != nil {
			return r, err
		}
		if err := r.countIn(tx, len(delta)); err != nil {
			return r, err
		}
		now := tx.Now()
		r.SentAt = &now
		if _, err := tx.Exec(`update monthly_report set state = $2, sent_at = $3, sent_by = $4, head = $5,
			version = version + 1 where id = $1`, r.ID, to, now, tx.Principal().UserID, by); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoSend, in.Note)
	})
}

package retention

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Propose proposes the destruction of a record; another person carries it out.
// Errors: fault.ErrNotFound, fault.ErrStale, ErrNotDue, ErrHeld, ErrProposed,
// ErrDestroyed.
func (s *Service) Propose(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		switch {
		case err != nil:
			return before, err
		case before.Hold != nil:
			return before, ErrHeld
		case before.LastContact == nil || before.LastContact.AddDate(before.Years, 0, 0).After(tx.Now()):
			return before, ErrNotDue.Extend("due_on", before.DueOn)
		}
		p := tx.Principal()
		if _, err := tx.Exec(`insert into record_destruction (puskesmas_id, patient_id, reason, proposed_at,
			proposed_by) values ($1, $2, $3, $4, $5)`,
			p.PuskesmasID, in.ID, in.Reason, tx.Now(), p.UserID); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.propose", in.Reason)
	})
}

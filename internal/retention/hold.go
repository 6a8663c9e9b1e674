package retention

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Hold prevents the destruction of a record. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrHeld, ErrDestroyed.
func (s *Service) Hold(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		if before.Hold != nil { // includes a hold of a record merged into this one
			return before, ErrHeld
		}
		p := tx.Principal()
		if _, err := tx.Exec(`insert into legal_hold (puskesmas_id, id, patient_id, reason, placed_at, placed_by)
			values ($1, $2, $3, $4, $5, $6)`,
			p.PuskesmasID, uuid.Must(uuid.NewV7()).String(), in.ID, in.Reason, tx.Now(), p.UserID); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.hold", in.Reason)
	})
}

package retention

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Release ends every open hold of the person. Errors: fault.ErrNotFound, fault.ErrStale, ErrNoHold,
// ErrDestroyed.
func (s *Service) Release(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		tag, err := tx.Exec(`update legal_hold set released_at = $2, released_by = $3, release_reason = $4
			where patient_id = any (same_person($1)) and released_at is null`,
			in.ID, tx.Now(), tx.Principal().UserID, in.Reason)
		if err != nil {
			return before, err
		}
		if tag.RowsAffected() == 0 {
			return before, ErrNoHold
		}
		return s.done(tx, before, "retention.release", in.Reason)
	})
}

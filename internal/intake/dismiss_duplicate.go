package intake

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// DismissDuplicate records that the two are different people. The pair is not
// proposed again. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) DismissDuplicate(ctx context.Context, in whyParams) (homecare.Duplicate, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Duplicate, error) {
		c, err := lockPair(tx, in.ID)
		if err != nil {
			return homecare.Duplicate{}, err
		}
		if _, err := tx.Exec(`update duplicate_candidate set state = 'dismissed', reason = $2, decided_at = $3,
			decided_by = $4, version = version + 1 where id = $1`,
			c.ID, in.Reason, tx.Now(), tx.Principal().UserID); err != nil {
			return homecare.Duplicate{}, err
		}
		out, err := pairIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "duplicate.dismiss", SubjectKind: "duplicate",
			SubjectID: c.ID, Reason: in.Reason,
			Before: map[string]any{"state": c.State}, After: map[string]any{"state": out.State}})
	})
}

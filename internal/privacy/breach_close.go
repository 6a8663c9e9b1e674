package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type closeBreachParams struct {
	ID string `param:"id" json:"-"`
	homecare.CloseBreach
}

// CloseBreach closes a breach once persons and agency are notified, or when no person
// was touched. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState,
// patient.ErrIdentifies.
func (s *Service) CloseBreach(ctx context.Context, in closeBreachParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		b, err := lockBreach(tx, in.ID)
		if err != nil {
			return b, err
		}
		nobody := b.Persons != nil && *b.Persons == 0
		if b.ClosedAt != nil || b.State != "notified" && !nobody {
			return b, fault.State(b.State, access.Allowed(tx, "/v1/breaches/{id}", allowedOnBreach(b)...)...)
		}
		if err := s.anonymousIn(tx, b.Puskesmas, "/conclusion", in.Conclusion); err != nil {
			return b, err
		}
		return s.changeBreach(tx, "breach.close", b, map[string]any{"closed_at": tx.Now(),
			"closed_by": tx.Principal().UserID, "conclusion": in.Conclusion})
	})
}

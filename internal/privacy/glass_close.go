package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Close ends a break-glass early, for the account that opened it or Kepala. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Close(ctx context.Context, in idParams) (homecare.BreakGlass, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		g, err := lockGlass(tx, in.ID)
		if err != nil {
			return g, err
		}
		if g.State != "open" {
			return g, fault.State(g.State, access.Allowed(tx, "/v1/break-glass/{id}", allowedOn(g, tx)...)...)
		}
		return s.changeGlass(tx, "break_glass.close", g, `closed_at = clock_timestamp(), closed_by = $2`,
			tx.Principal().UserID)
	})
}

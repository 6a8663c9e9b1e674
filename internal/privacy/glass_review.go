package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type reviewParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReviewBreakGlass
}

// Review records the finding of Kepala on a break-glass that is over. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Review(ctx context.Context, in reviewParams) (homecare.BreakGlass, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		g, err := lockGlass(tx, in.ID)
		if err != nil {
			return g, err
		}
		if g.State == "open" || g.State == "reviewed" {
			return g, fault.State(g.State, access.Allowed(tx, "/v1/break-glass/{id}", allowedOn(g, tx)...)...)
		}
		return s.changeGlass(tx, "break_glass.review", g, `reviewed_at = $2, reviewed_by = $3, finding = $4`, tx.Now(),
			tx.Principal().UserID, in.Finding)
	})
}

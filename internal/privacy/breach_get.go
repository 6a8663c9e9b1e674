package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Breach returns one breach. Error: fault.ErrNotFound.
func (s *Service) Breach(ctx context.Context, in idParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) { return breachIn(tx, in.ID) })
}

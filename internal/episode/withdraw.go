package episode

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Withdraw withdraws a proposal with a reason.
func (s *Service) Withdraw(ctx context.Context, in whyParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, withdraw, in.Reason, func(pg.Tx, *row, *deed) error { return nil })
}

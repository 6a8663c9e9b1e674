package late

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Withdraw withdraws a parked act by its author. Errors: those of decide.
func (s *Service) Withdraw(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoWithdraw, in.Note, nil)
}

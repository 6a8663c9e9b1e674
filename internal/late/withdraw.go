package late

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Withdraw is the author taking a parked act back. Errors: those of decide.
func (s *Service) Withdraw(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoWithdraw, in.Note, nil)
}

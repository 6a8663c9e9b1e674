package late

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Return gives a parked act back to its author, with why. Errors: those of decide.
func (s *Service) Return(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoReturn, in.Note, nil)
}

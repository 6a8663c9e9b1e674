package late

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Return returns a parked act to its author, with the reason. Errors: those of
// decide.
func (s *Service) Return(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoReturn, in.Note, nil)
}

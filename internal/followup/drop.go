package followup

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Drop cancels a task that is no longer needed, with the reason.
func (s *Service) Drop(ctx context.Context, id string, in homecare.CloseFollowUp) (homecare.FollowUp, error) {
	return s.close(ctx, id, DoDrop, in)
}

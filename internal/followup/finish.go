package followup

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Finish closes a task with its result.
func (s *Service) Finish(ctx context.Context, id string, in homecare.CloseFollowUp) (homecare.FollowUp, error) {
	return s.close(ctx, id, DoFinish, in)
}

package followup

import (
	"context"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// Answer records the answer of the unit.
func (s *Service) Answer(ctx context.Context, id string, in homecare.AnswerFollowUp) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoAnswer, in.FollowUpDay, in.Answer, `answer = $3, answered_at = $4`, in.Answer,
		clock.Now(ctx))
}

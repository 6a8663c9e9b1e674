package followup

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// TakeBack brings a task back to the team, with why: the unit does not answer,
// or its answer did not settle it. What was handed over and answered stays in its acts.
func (s *Service) TakeBack(ctx context.Context, id string, in homecare.TakeBack) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoTakeBack, in.FollowUpDay, in.Reason, `handed_over_at = null, handed_over_note = null, answered_at = null, answer = null`)
}

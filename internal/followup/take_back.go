package followup

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// TakeBack returns a task to the team, with the reason: the unit does not answer, or
// its answer does not settle the task. The earlier hand-over and answer stay in the
// task's acts.
func (s *Service) TakeBack(ctx context.Context, id string, in homecare.TakeBack) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoTakeBack, in.FollowUpDay, in.Reason,
		`handed_over_at = null, handed_over_note = null, answered_at = null, answer = null`)
}

package followup

import (
	"context"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// HandOver hands a task over to a unit outside the team. The task is tracked until
// that unit answered (SOP KP 3, step 20). It reverses a cancellation of a later
// day.
func (s *Service) HandOver(ctx context.Context, id string, in homecare.HandOver) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoHandOver, in.FollowUpDay, in.Note, `unit = $3, handed_over_note = $4, handed_over_at = $5,
		answered_at = null, answer = null, result = null, closed_at = null, closed_by = null`,
		in.Unit, pg.Null(in.Note), clock.Now(ctx))
}

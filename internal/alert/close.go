package alert

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Close records how an acknowledged alert ended, and when. Errors: those of
// Acknowledge.
func (s *Service) Close(ctx context.Context, id string, in homecare.CloseAlert) (homecare.Alert, error) {
	return s.onAlert(ctx, id, "close", in.Note, in.FollowUpDay, `update alert set state = $5, closed_at = $2,
		closed_by = $3, close_note = $4,
		closed_on = $6::text::date, version = version + 1 where id = $1`)
}

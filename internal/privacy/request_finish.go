package privacy

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Done closes a request as done; a restriction takes effect now. Errors: as Start.
func (s *Service) Done(ctx context.Context, in outcomeParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "done", "done", in.ID, in.Outcome)
}

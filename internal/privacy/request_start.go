package privacy

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Start marks a request as started. Errors: fault.ErrNotFound, fault.ErrStale,
// fault.ErrState.
func (s *Service) Start(ctx context.Context, in idParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "start", "started", in.ID, "")
}

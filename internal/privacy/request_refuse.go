package privacy

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Refuse closes a request as refused, with the reason. Errors: as Start.
func (s *Service) Refuse(ctx context.Context, in outcomeParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "refuse", "refused", in.ID, in.Outcome)
}

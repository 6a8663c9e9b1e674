package episode

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// Reject rejects a proposal with a reason. A caller cannot reject their own.
func (s *Service) Reject(ctx context.Context, in whyParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, reject, in.Reason, decide)
}

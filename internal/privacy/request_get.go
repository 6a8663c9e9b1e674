package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Request returns one request. Error: fault.ErrNotFound.
func (s *Service) Request(ctx context.Context, in idParams) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) { return requestIn(tx, in.ID) })
}

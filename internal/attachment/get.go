package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Get returns the description of a file. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Attachment, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Attachment, error) { return In(tx, in.ID) })
}

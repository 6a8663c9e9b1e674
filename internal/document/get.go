package document

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Get returns one document. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) { return documentIn(tx, in.ID) })
}

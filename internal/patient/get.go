package patient

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns one person. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Patient, error) {
	return first(s.views(ctx, 1, selectViews+`where p.id = $1`, in.ID))
}

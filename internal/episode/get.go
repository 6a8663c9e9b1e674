package episode

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type getParams struct {
	ID string `param:"id" json:"-"`
	// Records to include in full: patient, team (as team_record), separated by
	// commas.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient team"`
}

// Get returns one case. Errors: fault.ErrNotFound; pg.ErrWithheld for an
// expanded record.
func (s *Service) Get(ctx context.Context, in getParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		c, err := CaseIn(tx, in.ID)
		if err != nil || in.Expand == "" {
			return c, err
		}
		one := []homecare.Case{c}
		err = expand(tx, in.Expand, one)
		return one[0], err
	})
}

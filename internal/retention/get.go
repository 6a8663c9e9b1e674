package retention

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Get answers how long a record is kept, and what remains of a destroyed one.
// Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Retention{}, err
		}
		return retentionIn(tx, id)
	})
}

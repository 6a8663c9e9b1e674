package followup

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Get returns one task.
func (s *Service) Get(ctx context.Context, id string) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		return pg.Row[homecare.FollowUp](tx, `select `+columns("$2")+from+`where f.id = $1
			and `+access.Case("c"), id, tx.Today())
	})
}

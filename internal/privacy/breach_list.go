package privacy

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Breaches lists the register, newest first; for Dinkes that of the district.
func (s *Service) Breaches(ctx context.Context, in page.Request) (homecare.Page[homecare.Breach], error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Breach], error) {
		var w pg.Where
		return breaches.Read(tx, s.sealer, in, `select `+breachColumns(tx, w.Arg(tx.Now()))+breachFrom, &w)
	})
}

var breaches = list.List[homecare.Breach, breachKey]{
	Name: "breaches", Key: func(b homecare.Breach) breachKey { return breachKey{b.FoundAt, b.ID} },
}

type breachKey struct {
	At time.Time `list:"b.found_at desc"`
	ID string    `list:"b.id uuid desc"`
}

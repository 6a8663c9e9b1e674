package privacy

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// List returns break-glasses, newest first: for Kepala those of their puskesmas, for
// Dinkes those that the caller opened.
func (s *Service) List(ctx context.Context, in page.Request) (homecare.Page[homecare.BreakGlass], error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.BreakGlass], error) {
		return glasses.Read(tx, s.sealer, in, selectGlass(tx), &pg.Where{})
	})
}

var glasses = list.List[homecare.BreakGlass, glassKey]{
	Name: "break-glass", Key: func(g homecare.BreakGlass) glassKey { return glassKey{g.OpenedAt, g.ID} },
}

type glassKey struct {
	At time.Time `list:"g.opened_at desc"`
	ID string    `list:"g.id uuid desc"`
}

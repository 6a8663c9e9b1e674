package machine

import (
	"context"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// clientFilter narrows the list of clients.
type clientFilter struct {
	// Only revoked clients, instead of only the others.
	Revoked bool `query:"revoked" json:"-"`
	page.Request
}

// List lists the owner's clients by id, oldest first.
func (s *Service) List(ctx context.Context, f clientFilter) (homecare.Page[homecare.MachineClient], error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.Page[homecare.MachineClient], error) {
		var w pg.Where
		w.And(`(c.revoked_at is not null) = ` + w.Arg(f.Revoked))
		return clients.Read(tx, s.sealer, f, clientView, &w)
	})
}

var clients = list.List[homecare.MachineClient, listKey]{
	Name: "clients", Key: func(c homecare.MachineClient) listKey { return listKey{c.ID} },
}

type listKey struct {
	ID string `list:"c.id uuid"`
}

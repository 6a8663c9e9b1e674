package machine

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// clientFilter narrows the list of clients.
type clientFilter struct {
	// Those that were revoked instead of the others.
	Revoked bool `query:"revoked" json:"-"`
	page.Request
}

// List lists the owner's clients by id, oldest first.
func (s *Service) List(ctx context.Context, f clientFilter) (homecare.Page[homecare.MachineClient], error) {
	list := "clients"
	if f.Revoked {
		list += "?revoked"
	}
	after := uuid.Nil.String()
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.MachineClient]{}, err
	}
	p, err := ownedBy(ctx, s, func(tx pg.Tx) (page.Page[homecare.MachineClient], error) {
		rows, err := listClients(tx, f, after)
		if err != nil {
			return page.Page[homecare.MachineClient]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(c homecare.MachineClient) any { return c.ID })
	})
	return homecare.Page[homecare.MachineClient]{Data: p.Items, NextCursor: p.Next}, err
}

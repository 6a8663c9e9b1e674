package machine

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Client returns one client. Error: fault.ErrNotFound.
func (s *Service) Client(ctx context.Context, in clientID) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) { return clientIn(tx, in.ID) })
}

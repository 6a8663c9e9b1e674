package machine

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type clientRotationParams struct {
	ID string `param:"id" json:"-"`
	homecare.ClientRotation
}

// Rotate gives a client a new secret or new keys. The previous ones stay valid
// for the overlap. Errors: fault.ErrNotFound, fault.ErrStale, ErrClientRevoked,
// fault.ErrInvalid.
func (s *Service) Rotate(ctx context.Context, in clientRotationParams) (homecare.IssuedClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.IssuedClient, error) {
		var none homecare.IssuedClient
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return none, err
		}
		var check fault.Check
		end := checkExpiry(&check, before.ExpiresOn) // an expired client needs a new last day first
		made := s.credential(&check, before.Auth, in.ClientKeys)
		if err := check.Err(); err != nil {
			return none, err
		}
		if err := endCredentials(tx, in.ID, min(time.Duration(in.OverlapHours)*time.Hour, maxOverlap)); err != nil {
			return none, err
		}
		if err := insertCredential(tx, in.ID, made, end); err != nil {
			return none, err
		}
		if err := pg.Update[machineClient](tx, in.ID, nil); err != nil {
			return none, err
		}
		c, err := s.recorded(tx, in.ID, audit.Event{Action: "client.rotate", Before: before})
		return homecare.IssuedClient{Client: c, ClientSecret: made.secret}, err
	})
}

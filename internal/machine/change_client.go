package machine

import (
	"context"
	"slices"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type clientChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MachineClientChange
}

// Change changes name, scopes, networks or last day. A change of scopes or
// networks invalidates the tokens issued before. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrClientRevoked, fault.ErrInvalid, ErrClientName.
func (s *Service) Change(ctx context.Context, in clientChangeParams) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) {
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return before, err
		}
		after := before
		var check fault.Check
		if in.Name != "" {
			after.Name = in.Name
		}
		if in.Scopes != nil {
			s.checkScopes(&check, tx.Principal().Role, in.Scopes)
			after.Scopes = in.Scopes
		}
		if in.IPs != nil {
			after.IPs = networks(&check, *in.IPs)
		}
		if in.ExpiresOn != "" {
			checkExpiry(&check, in.ExpiresOn)
			after.ExpiresOn = in.ExpiresOn
		}
		if err := check.Err(); err != nil {
			return before, err
		}
		if err := updateClient(tx, after); err != nil {
			return before, err
		}
		if !slices.Equal(before.Scopes, after.Scopes) || !slices.Equal(before.IPs, after.IPs) {
			if err := renewSessions(tx, in.ID); err != nil {
				return before, err
			}
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "client.change", Before: before})
	})
}

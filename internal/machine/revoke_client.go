package machine

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type clientRevokeParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Revoke revokes a client permanently. Its next request is refused. Errors:
// fault.ErrNotFound, fault.ErrStale, ErrClientRevoked.
func (s *Service) Revoke(ctx context.Context, in clientRevokeParams) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) {
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(`update machine_client set revoked_at = now(), revoked_reason = $2, version = version + 1
			where id = $1`, in.ID, in.Reason); err != nil {
			return before, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "client.revoke", Reason: in.Reason, Before: before})
	})
}

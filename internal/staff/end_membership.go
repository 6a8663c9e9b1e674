package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type membershipEndParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// EndMembership ends a membership and the sessions opened with it. Errors: as
// lockMembership, ErrLastAdmin.
func (s *Service) EndMembership(ctx context.Context, in membershipEndParams) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		before, err := lockMembership(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(
			`update membership set ended_at = greatest($2, since), version = version + 1 where id = $1`, in.ID,
			tx.Now()); err != nil {
			return before, err
		}
		if err := oneAdminLeft(tx); err != nil {
			return before, err
		}
		m, err := s.recorded(tx, in.ID, audit.Event{Action: "membership.end", Reason: in.Reason, Before: before})
		if err != nil {
			return m, err
		}
		m.LeftBehind, err = s.leftBehind(tx, m.AccountID)
		return m, err
	})
}

// leftBehind counts what waits for an account that leaves. It is nil for
// Dinkes, whose role reads no table with persons.
func (s *Service) leftBehind(tx pg.Tx, accountID string) (*homecare.LeftBehind, error) {
	if s.LeftBehind == nil || tx.Principal().District() {
		return nil, nil
	}
	n, err := s.LeftBehind(tx, accountID)
	return &n, err
}

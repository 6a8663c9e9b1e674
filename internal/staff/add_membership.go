package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// AddMembership gives an account a role at a place. Kepala can give it to
// current and former staff of their own puskesmas; other accounts are unknown
// to Kepala. Errors: fault.ErrNotFound, ErrBeyond, ErrMembershipExists,
// fault.ErrInvalid.
func (s *Service) AddMembership(ctx context.Context, in homecare.NewMembership) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		var none homecare.Membership
		known := `select exists (select from account where id = $1)`
		if !tx.Principal().District() {
			known = `select account_may_join($1)`
		}
		ok, err := pg.Scalar[bool](tx, known, in.AccountID)
		if err == nil && !ok {
			err = fault.NotFoundAt(fault.ErrNotFound, "/account_id")
		}
		if err != nil {
			return none, err
		}
		tenant, err := grant(tx, auth.Role(in.Role), in.Puskesmas)
		if err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := insertMembership(tx, membership{ID: in.ID, AccountID: in.AccountID, PuskesmasID: tenant,
			Role: in.Role, Profession: in.Profession}, in.StartsOn); err != nil {
			return none, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "membership.add"})
	})
}

// insertMembership adds a membership from the start of a business day
// (YYYY-MM-DD; "" for today). Error: fault.ErrInvalid.
func insertMembership(tx pg.Tx, m membership, startsOn string) error {
	today := clock.Day(tx.Now())
	if startsOn == "" {
		startsOn = today
	}
	var check fault.Check
	check.That(startsOn <= today, "/starts_on", "future", "Tanggal tidak boleh di masa depan.",
		"The date must not be in the future.")
	if err := check.Err(); err != nil {
		return err
	}
	var err error
	if m.Since, _, err = clock.DayBounds(startsOn); err != nil {
		return err
	}
	existing, err := pg.Scalar[string](tx, `select coalesce((select id::text from membership where account_id = $1
		and coalesce(puskesmas_id, 0) = coalesce($2::smallint, 0) and role = $3 and ended_at is null
		and id <> $4), '')`,
		m.AccountID, m.PuskesmasID, m.Role, m.ID)
	if err != nil {
		return err
	}
	if existing != "" {
		return ErrMembershipExists.Extend("membership_id", existing)
	}
	return pg.Insert(tx, m)
}

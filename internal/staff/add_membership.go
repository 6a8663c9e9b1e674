package staff

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// AddMembership gives an account a role at a place. Kepala gives it to staff,
// present and former, of the own puskesmas; any other account is unknown.
// Errors: fault.ErrNotFound, ErrBeyond, ErrMembershipExists, fault.ErrInvalid.
func (s *Service) AddMembership(ctx context.Context, in homecare.NewMembership) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		var none homecare.Membership
		known := `select exists (select from account where id = $1)`
		if !tx.Principal().District() {
			known = `select account_may_join($1)`
		}
		ok, err := pg.Scalar[bool](tx, known, in.AccountID)
		if err == nil && !ok {
			err = fault.ErrNotFound
		}
		if err != nil {
			return none, err
		}
		tenant, err := grant(tx, auth.Role(in.Role), in.Puskesmas)
		if err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if err := insertMembership(tx, in.ID, in.AccountID, tenant, in.Role, in.Profession, in.StartsOn); err != nil {
			return none, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "membership.add"})
	})
}

// insertMembership adds a membership from the begin of a business day
// (YYYY-MM-DD; "" for today). Error: fault.ErrInvalid.
func insertMembership(tx pg.Tx, id, accountID string, puskesmas *int16, role, profession, startsOn string) error {
	today := clock.Day(tx.Now())
	if startsOn == "" {
		startsOn = today
	}
	var check fault.Check
	check.That(startsOn <= today, "/starts_on", "future", "Tanggal tidak boleh di masa depan.", "The date must not be in the future.")
	if err := check.Err(); err != nil {
		return err
	}
	since, _, err := clock.DayBounds(startsOn)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into membership (id, account_id, puskesmas_id, role, profession, since) values ($1, $2, $3, $4, $5, $6)`,
		id, accountID, puskesmas, role, profession, since)
	return err
}

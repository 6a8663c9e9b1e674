package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
)

// RemoveTOTP removes the caller's second factor. Errors: ErrNotEnrolled,
// ErrDemanded where one of the caller's roles requires it, pg.ErrStepUp.
func (s *Service) RemoveTOTP(ctx context.Context) error {
	p, _ := auth.From(ctx)
	_, err := pg.SystemOnce(ctx, s.db, "second factor", p, checksOf(p), func(tx pg.Tx) (call.None, error) {
		var none call.None
		st, err := standingOf(tx, p)
		if err != nil {
			return none, err
		}
		ms, err := membershipsOf(tx, p.UserID)
		if err != nil {
			return none, err
		}
		for _, m := range ms {
			if DemandsSecondFactor(m.Role) {
				return none, ErrDemanded
			}
		}
		if st.TOTPSealed == nil {
			return none, ErrNotEnrolled
		}
		if err := DropSecondFactor(tx, p.UserID); err != nil {
			return none, err
		}
		// A sign-in that still owes a code could never be completed.
		if _, err := tx.Exec(`update session set ended_at = now(), ended_reason = 'second factor removed'
			where account_id = $1 and pending and ended_at is null`, p.UserID); err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "second_factor.remove", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	return err
}

// DropSecondFactor removes an account's authenticator and recovery codes.
func DropSecondFactor(tx pg.Tx, accountID string) error {
	if _, err := tx.Exec(`update account set totp_sealed = null, totp_offered = null where id = $1`,
		accountID); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from recovery_code where account_id = $1`, accountID)
	return err
}

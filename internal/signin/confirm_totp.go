package signin

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ConfirmTOTP enrols the offered secret with one of its codes, completes a
// session that required it, and returns new recovery codes. Errors:
// ErrNotOffered, ErrCode, ErrTooMany, pg.ErrSecondFactor, pg.ErrStepUp.
func (s *Service) ConfirmTOTP(ctx context.Context, in homecare.TOTPConfirm) (homecare.RecoveryCodes, error) {
	var none homecare.RecoveryCodes
	p, _ := auth.From(ctx)
	type opened struct {
		standing standing
		attempt  string
	}
	o, err := pg.System(ctx, s.db, "second factor", func(tx pg.Tx) (opened, error) {
		st, err := standingOf(tx, p)
		if err != nil {
			return opened{}, err
		}
		if err := mayEnrol(st); err != nil {
			return opened{}, err
		}
		if st.TOTPOffered == nil {
			return opened{}, ErrNotOffered
		}
		attempt, err := s.beginProof(tx, p, st)
		return opened{st, attempt}, err
	})
	if err != nil {
		return none, s.attempts.Locked(ctx, s.db, s.trail, p, OfAccount("second_factor.locked", p), err)
	}
	codes, err := pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.RecoveryCodes, error) {
		secret, err := crypt.Open(s.totp, TotpPlace(p.UserID), o.standing.TOTPOffered)
		if err != nil {
			return none, err
		}
		step, ok := stepOf(secret, in.Code, time.Now())
		if !ok {
			return none, ErrCode
		}
		// The enrolment must not have changed since the check: of two
		// concurrent first enrolments, one succeeds.
		tag, err := tx.Exec(`update account set totp_sealed = totp_offered, totp_offered = null, totp_step = $2
			where id = $1 and totp_offered = $3 and totp_sealed is not distinct
			from $4`, p.UserID, step, o.standing.TOTPOffered, o.standing.TOTPSealed)
		if err != nil {
			return none, err
		}
		if tag.RowsAffected() == 0 {
			return none, ErrNotOffered
		}
		if err := s.complete(tx, p, o.standing, o.attempt); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.enrol", SubjectKind: "account",
			SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return s.renewRecovery(tx, p.UserID)
	})
	return codes, s.refuse(ctx, p, o.attempt, "second_factor.refused", err)
}

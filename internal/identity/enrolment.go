package identity

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// mayEnrol says whether the session may enrol an authenticator: one that owes
// its first may, one that owes a code of the enrolled one may not, and any
// other wants a recent proof.
func mayEnrol(st standing) error {
	switch {
	case st.Pending && st.TOTPSealed != nil:
		return pg.ErrSecondFactor
	case !st.Pending && !st.Proved:
		return pg.ErrStepUp
	}
	return nil
}

// OfferTOTP makes a secret for the caller's authenticator; it counts once a
// code of it is confirmed. Errors: pg.ErrSecondFactor, pg.ErrStepUp.
func (s *Service) OfferTOTP(ctx context.Context) (homecare.TOTPOffer, error) {
	p, _ := auth.From(ctx)
	return pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.TOTPOffer, error) {
		var none homecare.TOTPOffer
		st, err := standingOf(tx, p)
		if err != nil {
			return none, err
		}
		if err := mayEnrol(st); err != nil {
			return none, err
		}
		secret := newSecret()
		address, err := otpauth(st.Username, secret)
		if err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update account set totp_offered = $2 where id = $1`, p.UserID, crypt.Seal(s.totp, totpPlace(p.UserID), secret)); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.offer", SubjectKind: "account", SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return homecare.TOTPOffer{Secret: secretText.EncodeToString(secret), OTPAuth: address}, nil
	})
}

// ConfirmTOTP enrols the offered secret by a code of it, completes a session
// that owed it, and returns new recovery codes. Errors: ErrNotOffered, ErrCode,
// ErrTooMany, pg.ErrSecondFactor, pg.ErrStepUp.
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
		return none, s.attempts.locked(ctx, s.db, s.trail, p, ofAccount("second_factor.locked", p), err)
	}
	codes, err := pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.RecoveryCodes, error) {
		secret, err := crypt.Open(s.totp, totpPlace(p.UserID), o.standing.TOTPOffered)
		if err != nil {
			return none, err
		}
		step, ok := stepOf(secret, in.Code, time.Now())
		if !ok {
			return none, ErrCode
		}
		// What was enrolled when the right to enrol was checked must still be:
		// of two who owe their first authenticator, one wins.
		tag, err := tx.Exec(`update account set totp_sealed = totp_offered, totp_offered = null, totp_step = $2
			where id = $1 and totp_offered = $3 and totp_sealed is not distinct from $4`, p.UserID, step, o.standing.TOTPOffered, o.standing.TOTPSealed)
		if err != nil {
			return none, err
		}
		if tag.RowsAffected() == 0 {
			return none, ErrNotOffered
		}
		if err := s.complete(tx, p, o.standing, o.attempt); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.enrol", SubjectKind: "account", SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return s.renewRecovery(tx, p.UserID)
	})
	return codes, s.refuse(ctx, p, o.attempt, "second_factor.refused", err)
}

// NewRecoveryCodes replaces the caller's recovery codes; those before no longer
// work. Errors: ErrNotEnrolled, pg.ErrStepUp.
func (s *Service) NewRecoveryCodes(ctx context.Context) (homecare.RecoveryCodes, error) {
	p, _ := auth.From(ctx)
	return pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.RecoveryCodes, error) {
		var none homecare.RecoveryCodes
		if err := checkSession(tx, p); err != nil {
			return none, err
		}
		st, err := standingOf(tx, p)
		if err != nil {
			return none, err
		}
		if st.TOTPSealed == nil {
			return none, ErrNotEnrolled
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.recovery_codes", SubjectKind: "account", SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return s.renewRecovery(tx, p.UserID)
	})
}

// RemoveTOTP takes the caller's second factor away. Errors: ErrNotEnrolled,
// ErrDemanded where one of the caller's roles demands it, pg.ErrStepUp.
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
			if demandsSecondFactor(m.Role) {
				return none, ErrDemanded
			}
		}
		if st.TOTPSealed == nil {
			return none, ErrNotEnrolled
		}
		if err := dropSecondFactor(tx, p.UserID); err != nil {
			return none, err
		}
		// A sign-in that still owes a code could never be completed.
		if _, err := tx.Exec(`update session set ended_at = now(), ended_reason = 'second factor removed' where account_id = $1 and pending and ended_at is null`, p.UserID); err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "second_factor.remove", SubjectKind: "account", SubjectID: p.UserID})
	})
	return err
}

// renewRecovery replaces an account's recovery codes and returns the new ones,
// of which only hashes are kept.
func (s *Service) renewRecovery(tx pg.Tx, accountID string) (homecare.RecoveryCodes, error) {
	out := homecare.RecoveryCodes{Codes: make([]string, recoveryCodes)}
	hashes := make([][]byte, recoveryCodes)
	for i := range recoveryCodes {
		out.Codes[i] = newRecoveryCode()
		hashes[i] = hashRecovery(s.recovery, accountID, out.Codes[i])
	}
	if _, err := tx.Exec(`delete from recovery_code where account_id = $1`, accountID); err != nil {
		return out, err
	}
	_, err := tx.Exec(`insert into recovery_code (account_id, code) select $1, unnest($2::bytea[])`, accountID, hashes)
	return out, err
}

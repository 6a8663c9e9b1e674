package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// OfferTOTP makes a secret for the caller's authenticator. It takes effect once
// one of its codes is confirmed. Errors: pg.ErrSecondFactor, pg.ErrStepUp.
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
		address, err := Otpauth(st.Username, secret)
		if err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update account set totp_offered = $2 where id = $1`, p.UserID,
			crypt.Seal(s.totp, TotpPlace(p.UserID), secret)); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.offer", SubjectKind: "account",
			SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return homecare.TOTPOffer{Secret: secretText.EncodeToString(secret), OTPAuth: address}, nil
	})
}

// mayEnrol says whether the session may enrol an authenticator. A session that
// requires its first enrolment may; one that owes a code may not; any other
// needs a recent proof.
func mayEnrol(st standing) error {
	switch {
	case st.Pending && st.TOTPSealed != nil:
		return pg.ErrSecondFactor
	case !st.Pending && !st.Proved:
		return pg.ErrStepUp
	}
	return nil
}

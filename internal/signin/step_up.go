package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// StepUp proves the caller's identity again: by a code where the account has an
// authenticator, otherwise by the password. The proof is valid for ten minutes,
// like that of a completed sign-in. Errors: ErrCode, ErrCodeUsed, ErrPassword,
// ErrTooMany.
func (s *Service) StepUp(ctx context.Context, in homecare.StepUp) error {
	p, _ := auth.From(ctx)
	type opened struct {
		standing standing
		attempt  string
	}
	o, err := pg.System(ctx, s.db, "step-up", func(tx pg.Tx) (opened, error) {
		st, err := standingOf(tx, p)
		if err != nil {
			return opened{}, err
		}
		if st.Pending {
			return opened{}, pg.ErrSecondFactor
		}
		if err := proofAsked(st, in); err != nil {
			return opened{}, err
		}
		attempt, err := s.beginProof(tx, p, st)
		return opened{st, attempt}, err
	})
	if err != nil {
		return s.attempts.Locked(ctx, s.db, s.trail, p, OfAccount("session.step_up_locked", p), err)
	}
	if in.Password != "" {
		ok, err := s.hasher.Check(ctx, o.standing.PasswordHash, in.Password)
		if err == nil && !ok {
			err = ErrPassword
		}
		if err != nil {
			return s.refuse(ctx, p, o.attempt, "session.step_up_refused", err)
		}
	}
	_, err = pg.SystemAs(ctx, s.db, "step-up", p, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		if in.Code != "" {
			if err := s.spendCode(tx, p, o.standing.TOTPSealed, in.Code); err != nil {
				return none, err
			}
		}
		if _, err := tx.Exec(`update session set stepped_up_at = now() where id = $1`, p.SessionID); err != nil {
			return none, err
		}
		if err := ForgiveIn(tx, o.attempt); err != nil {
			return none, err
		}
		return none, s.trail.Record(tx, audit.Event{Action: "session.step_up", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	return s.refuse(ctx, p, o.attempt, "session.step_up_refused", err)
}

// ErrPassword is the fault of a wrong password of a signed-in caller.
var ErrPassword = fault.Define(fault.Invalid, "auth.password_wrong", "Kata sandi salah.", "The password is wrong.")

// proofAsked requires exactly the proof that this account uses.
func proofAsked(st standing, in homecare.StepUp) error {
	var check fault.Check
	if st.TOTPSealed != nil {
		check.That(in.Code != "", "/code", "required", "Kirim kode dari aplikasi autentikator.",
			"Send the code of your authenticator app.")
		check.That(in.Password == "", "/password", "unexpected", "Akun ini memakai autentikator; kirim kodenya saja.",
			"This account has an authenticator; send its code only.")
	} else {
		check.That(in.Password != "", "/password", "required", "Kirim kata sandi Anda.", "Send your password.")
		check.That(in.Code == "", "/code", "unexpected", "Akun ini belum memakai autentikator; kirim kata sandi saja.",
			"This account has no authenticator; send the password only.")
	}
	return check.Err()
}

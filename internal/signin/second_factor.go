package signin

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// The faults of the second factor.
var (
	ErrCode = fault.Define(fault.Invalid, "auth.code_wrong",
		"Kode salah. Periksa jam HP Anda dan kirim kode yang sedang tampil.",
		"The code is wrong. Check the clock of your phone and send the code shown now.")
	ErrCodeUsed = fault.Define(fault.Invalid, "auth.code_used",
		"Kode ini sudah dipakai. Tunggu kode berikutnya (paling lama 30 detik).",
		"This code was used already. Wait for the next one (30 seconds at most).")
	ErrNotOffered = fault.Define(fault.Conflict, "totp.not_offered",
		"Belum ada autentikator yang menunggu konfirmasi. Mulai pendaftarannya dulu.",
		"There is no authenticator to confirm. Begin to enrol one first.").Hint("POST /v1/me/totp")
	ErrNotEnrolled = fault.Define(fault.Conflict, "totp.not_enrolled",
		"Akun ini belum memakai autentikator. Daftarkan dulu.",
		"This account has no authenticator. Enrol one first.")
	ErrDemanded = fault.Define(fault.Conflict, "totp.demanded",
		"Peran Anda mewajibkan autentikator, jadi tidak dapat dilepas. Untuk mengganti HP, daftarkan yang baru.",
		"Your role requires an authenticator, so it cannot be removed. To change phones, enrol the new one.").
		Hint("POST /v1/me/totp")
)

// SecondFactor completes a sign-in with a code or a recovery code. A session
// that owes nothing gets the same answer again, because answers get lost.
// Errors: ErrCode, ErrCodeUsed, ErrTooMany; pg.ErrSecondFactor while nothing is
// enrolled.
func (s *Service) SecondFactor(ctx context.Context, in homecare.SecondFactor) (homecare.SecondFactorPassed, error) {
	var none homecare.SecondFactorPassed
	var check fault.Check
	check.That((in.Code == "") != (in.RecoveryCode == ""), "/code", "one_of",
		"Isi salah satu: kode dari aplikasi, atau kode pemulihan.",
		"Give one of the two: the code of the application, or a recovery code.").
		Hint("code or recovery_code")
	if err := check.Err(); err != nil {
		return none, err
	}
	p, _ := auth.From(ctx)
	st, attempt, err := s.challenge(ctx, p, func(st standing) error {
		if st.Pending && st.TOTPSealed == nil {
			return pg.ErrSecondFactor
		}
		return nil
	})
	if err != nil {
		return none, err
	}
	if attempt == "" { // nothing is owed
		return pg.System(ctx, s.db, "second factor", func(tx pg.Tx) (homecare.SecondFactorPassed, error) {
			return recoveryLeft(tx, p.UserID)
		})
	}
	passed, err := pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.SecondFactorPassed, error) {
		action, err := s.spend(tx, p, st, in)
		if err != nil {
			return none, err
		}
		if err := s.complete(tx, p, st, attempt); err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: action, SubjectKind: "account", SubjectID: p.UserID}); err !=
			nil {
			return none, err
		}
		return recoveryLeft(tx, p.UserID)
	})
	return passed, s.refuse(ctx, p, attempt, "second_factor.refused", err)
}

// spend uses up a code or recovery code in one conditional statement: of
// concurrent uses, one succeeds. It returns the name of the method for the
// audit trail.
func (s *Service) spend(tx pg.Tx, p auth.Principal, st standing, in homecare.SecondFactor) (string, error) {
	if in.Code != "" {
		return "session.sign_in", s.spendCode(tx, p, st.TOTPSealed, in.Code)
	}
	tag, err := tx.Exec(`update recovery_code set used_at = now()
		where account_id = $1 and code = $2 and used_at is null`,
		p.UserID, hashRecovery(s.recovery, p.UserID, in.RecoveryCode))
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrCode
	}
	return "second_factor.recovery_used", err
}

func (s *Service) spendCode(tx pg.Tx, p auth.Principal, sealed []byte, code string) error {
	secret, err := crypt.Open(s.totp, TotpPlace(p.UserID), sealed)
	if err != nil {
		return err
	}
	step, ok := stepOf(secret, code, time.Now())
	if !ok {
		return ErrCode
	}
	tag, err := tx.Exec(`update account set totp_step = $2 where id = $1 and totp_step < $2 and totp_sealed = $3`,
		p.UserID, step, sealed)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrCodeUsed
	}
	return err
}

// complete makes a pending session a full one, with a proof as of now.
func (s *Service) complete(tx pg.Tx, p auth.Principal, st standing, attempt string) error {
	if _, err := tx.Exec(
		`update session set pending = false, second_factor = true, stepped_up_at = now() where id = $1`,
		p.SessionID); err != nil {
		return err
	}
	if err := rememberDevice(tx, p.UserID, s.attempts.device(p.UserID, st.DeviceID)); err != nil {
		return err
	}
	return ForgiveIn(tx, attempt)
}

// challenge counts an attempt of the caller to prove something, unless the
// session owes nothing (attempt is ""). allowed may refuse by the state of the
// session.
func (s *Service) challenge(ctx context.Context, p auth.Principal, allowed func(standing) error) (standing, string,
	error) {
	type opened struct {
		standing standing
		attempt  string
	}
	o, err := pg.System(ctx, s.db, "second factor", func(tx pg.Tx) (opened, error) {
		st, err := standingOf(tx, p)
		if err != nil {
			return opened{}, err
		}
		if err := allowed(st); err != nil || !st.Pending {
			return opened{standing: st}, err
		}
		attempt, err := s.beginProof(tx, p, st)
		return opened{st, attempt}, err
	})
	return o.standing, o.attempt, s.attempts.Locked(ctx, s.db, s.trail, p, OfAccount("second_factor.locked", p), err)
}

func (s *Service) beginProof(tx pg.Tx, p auth.Principal, st standing) (string, error) {
	known, err := deviceKnown(tx, p.UserID, s.attempts.device(p.UserID, st.DeviceID))
	if err != nil {
		return "", err
	}
	return s.attempts.Begin(tx, s.attempts.proofs(p.UserID, st.DeviceID, known))
}

// refuse returns err after its consequences: a wrong proof of a known account
// is written to the audit trail and stays counted; any other attempt is
// forgiven.
func (s *Service) refuse(ctx context.Context, p auth.Principal, attempt, action string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrCode) || errors.Is(err, ErrPassword):
		_, terr := pg.SystemAs(context.WithoutCancel(ctx), s.db, "second factor", p, func(tx pg.Tx) (struct{}, error) {
			return struct{}{}, s.trail.Record(tx, audit.Event{Action: action, SubjectKind: "account",
				SubjectID: p.UserID})
		})
		return errors.Join(err, terr)
	default:
		return errors.Join(err, s.forgive(ctx, attempt))
	}
}

func recoveryLeft(tx pg.Tx, accountID string) (homecare.SecondFactorPassed, error) {
	n, err := pg.Scalar[int](tx, `select count(*) from recovery_code where account_id = $1 and used_at is null`,
		accountID)
	return homecare.SecondFactorPassed{RecoveryCodesLeft: n}, err
}

package signin

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// NewRecoveryCodes replaces the caller's recovery codes. The previous ones no
// longer work. Errors: ErrNotEnrolled, pg.ErrStepUp.
func (s *Service) NewRecoveryCodes(ctx context.Context) (homecare.RecoveryCodes, error) {
	p, _ := auth.From(ctx)
	return pg.SystemAs(ctx, s.db, "second factor", p, func(tx pg.Tx) (homecare.RecoveryCodes, error) {
		var none homecare.RecoveryCodes
		if err := CheckSession(tx, p); err != nil {
			return none, err
		}
		st, err := standingOf(tx, p)
		if err != nil {
			return none, err
		}
		if st.TOTPSealed == nil {
			return none, ErrNotEnrolled
		}
		if err := s.trail.Record(tx, audit.Event{Action: "second_factor.recovery_codes", SubjectKind: "account",
			SubjectID: p.UserID}); err != nil {
			return none, err
		}
		return s.renewRecovery(tx, p.UserID)
	})
}

// renewRecovery replaces an account's recovery codes and returns the new ones.
// Only hashes are stored.
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

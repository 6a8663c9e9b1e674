package signin

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// standing is the state of the caller's session and account, for requests about
// the caller's own account, which run as the system role.
type standing struct {
	Pending      bool // the second factor is owed
	Proved       bool // identity proved in the last ten minutes
	DeviceID     string
	Username     string
	PasswordHash string
	TOTPSealed   []byte
	TOTPOffered  []byte
}

// standingOf makes the checks of enter() and returns the state of the session.
// Errors: pg.ErrSessionEnded.
func standingOf(tx pg.Tx, p auth.Principal) (standing, error) {
	st, err := pg.Row[standing](tx, `select s.pending, s.stepped_up_at > now() - interval '10 minutes' as proved,
		s.device_id,
			a.username, a.password_hash, a.totp_sealed, a.totp_offered
		from session s join account a on a.id = s.account_id join membership m on m.id = s.membership_id
		where s.id = $1 and s.account_id = $2 and s.ended_at is null and s.expires_at > now() and a.disabled_at is null
		and m.id = $3 and m.account_id = $2 and m.ended_at is null and m.role = $4
		and coalesce(m.puskesmas_id, 0) = $5`,
		p.SessionID, p.UserID, p.MembershipID, string(p.Role), p.PuskesmasID)
	if errors.Is(err, fault.ErrNotFound) {
		err = pg.ErrSessionEnded
	}
	return st, err
}

// CheckSession makes the checks of enter(): the session is valid, owes no
// second factor, and has a recent proof where the route requires it.
func CheckSession(tx pg.Tx, p auth.Principal) error {
	st, err := standingOf(tx, p)
	switch {
	case err != nil:
		return err
	case st.Pending:
		return pg.ErrSecondFactor
	case pg.DemandOf(tx.Context()).StepUp && !st.Proved:
		return pg.ErrStepUp
	}
	return nil
}

// checksOf is CheckSession for a caller.
func checksOf(p auth.Principal) func(pg.Tx) error {
	return func(tx pg.Tx) error { return CheckSession(tx, p) }
}

const sessionColumns = `select id, device_id, device_name, created_at, rotated_at as renewed_at, expires_at,
	id = $2 as current, second_factor, version
	from session where account_id = $1 and ended_at is null and expires_at > now() `

func sessionsOf(tx pg.Tx, p auth.Principal) ([]homecare.Session, error) {
	return pg.Rows[homecare.Session](tx, sessionColumns+`order by created_at desc, id`, p.UserID, p.SessionID)
}

// Sessions lists the caller's open sessions.
func (s *Service) Sessions(ctx context.Context) ([]homecare.Session, error) {
	p, _ := auth.From(ctx)
	return pg.System(ctx, s.db, "sessions", func(tx pg.Tx) ([]homecare.Session, error) {
		if err := CheckSession(tx, p); err != nil {
			return nil, err
		}
		return sessionsOf(tx, p)
	})
}

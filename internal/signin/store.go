package signin

import (
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

const (
	accountColumns    = `id, username, name, password_hash, totp_sealed is not null as totp, disabled_at`
	membershipColumns = `m.id, m.account_id, m.puskesmas_id, p.slug as puskesmas, m.role, m.profession, m.since,
		m.version`
	membershipFrom = ` from membership m left join puskesmas p on p.id = m.puskesmas_id where m.ended_at is null `
)

// accountToSignIn returns the account of a username. For an unknown username it
// returns an account without a password and with an unused id, so both cases do
// the same work.
func accountToSignIn(tx pg.Tx, username string) (account, error) {
	return pg.Row[account](tx, `select coalesce(a.id, '00000000-0000-0000-0000-000000000000') as id,
		coalesce(a.username, '') as username, coalesce(a.name, '') as name,
		coalesce(a.password_hash, '') as password_hash, a.totp_sealed is not null as totp, a.disabled_at,
		a.password_changed_at
		from (values ($1::text)) asked (username) left join account a on a.username = asked.username`, username)
}

func accountByID(tx pg.Tx, id string) (account, error) {
	return pg.Row[account](tx, `select `+accountColumns+` from account where id = $1`, id)
}

func membershipsOf(tx pg.Tx, accountID string) ([]membership, error) {
	return pg.Rows[membership](tx, `select `+membershipColumns+membershipFrom+`and m.account_id = $1
		order by m.created_at, m.id`, accountID)
}

func membershipByID(tx pg.Tx, id string) (membership, error) {
	return pg.Row[membership](tx, `select `+membershipColumns+membershipFrom+`and m.id = $1`, id)
}

func insertSession(tx pg.Tx, s session, deviceName string, lifetime time.Duration) error {
	_, err := tx.Exec(`insert into session (id, account_id, membership_id, device_id, device_name, pending, expires_at)
		values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
		s.ID, s.AccountID, s.MembershipID, s.DeviceID, deviceName, s.Pending, lifetime.Seconds())
	return err
}

func lockSession(tx pg.Tx, id string) (session, error) {
	return pg.Row[session](tx, `select s.id, s.account_id, s.membership_id, s.device_id, s.counter, s.rotated_at,
		s.expires_at, coalesce(s.ended_at, a.disabled_at) as ended_at,
		s.pending, s.second_factor, a.totp_sealed is not null as totp
		from session s join account a on a.id = s.account_id where s.id = $1 for update of s`, id)
}

func rotateSession(tx pg.Tx, s session, now time.Time) error {
	_, err := tx.Exec(`update session set counter = $2, rotated_at = $3, pending = $4 where id = $1`, s.ID, s.Counter,
		now, s.Pending)
	return err
}

// endSession says whether the session was open.
func endSession(tx pg.Tx, id, reason string) (bool, error) {
	tag, err := tx.Exec(`update session set ended_at = now(), ended_reason = $2 where id = $1
		and ended_at is null`, id, reason)
	return err == nil && tag.RowsAffected() == 1, err
}

// ownSession says whether the session is, or was, one of the caller's in that
// puskesmas. Errors: pg.ErrSessionEnded.
func ownSession(tx pg.Tx, p auth.Principal) error {
	_, err := pg.Scalar[string](tx, `select s.id::text from session s join membership m on m.id = s.membership_id
		where s.id = $1 and s.account_id = $2 and m.id = $3
			and coalesce(m.puskesmas_id, 0) = $4`, p.SessionID, p.UserID, p.MembershipID, p.PuskesmasID)
	if errors.Is(err, fault.ErrNotFound) {
		err = pg.ErrSessionEnded
	}
	return err
}

func EndSessions(tx pg.Tx, accountID, reason string) error {
	_, err := tx.Exec(`update session set ended_at = now(), ended_reason = $2 where account_id = $1
		and ended_at is null`, accountID, reason)
	return err
}

func endOwnSession(tx pg.Tx, accountID, id string) error {
	tag, err := tx.Exec(`update session set ended_at = now(), ended_reason = 'ended by owner' where id = $1
		and account_id = $2 and ended_at is null`, id, accountID)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.ErrNotFound
	}
	return err
}

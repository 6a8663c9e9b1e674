package identity

import (
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	accountColumns    = `id, username, name, password_hash, disabled_at`
	membershipColumns = `m.id, m.account_id, m.puskesmas_id, p.slug as puskesmas, m.role, m.profession, m.version`
	membershipFrom    = ` from membership m left join puskesmas p on p.id = m.puskesmas_id where m.ended_at is null `
)

func accountByUsername(tx pg.Tx, username string) (account, error) {
	return pg.Row[account](tx, `select `+accountColumns+` from account where username = $1`, username)
}

func accountByID(tx pg.Tx, id string) (account, error) {
	return pg.Row[account](tx, `select `+accountColumns+` from account where id = $1`, id)
}

func membershipsOf(tx pg.Tx, accountID string) ([]membership, error) {
	return pg.Rows[membership](tx, `select `+membershipColumns+membershipFrom+`and m.account_id = $1 order by m.created_at, m.id`, accountID)
}

func membershipByID(tx pg.Tx, id string) (membership, error) {
	return pg.Row[membership](tx, `select `+membershipColumns+membershipFrom+`and m.id = $1`, id)
}

func insertSession(tx pg.Tx, s session, deviceName string, lifetime time.Duration) error {
	_, err := tx.Exec(`insert into session (id, account_id, membership_id, device_id, device_name, expires_at)
		values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
		s.ID, s.AccountID, s.MembershipID, s.DeviceID, deviceName, lifetime.Seconds())
	return err
}

func lockSession(tx pg.Tx, id string) (session, error) {
	return pg.Row[session](tx, `select s.id, s.account_id, s.membership_id, s.device_id, s.counter, s.rotated_at, s.expires_at, coalesce(s.ended_at, a.disabled_at) as ended_at
		from session s join account a on a.id = s.account_id where s.id = $1 for update of s`, id)
}

func rotateSession(tx pg.Tx, s session, now time.Time) error {
	_, err := tx.Exec(`update session set counter = $2, rotated_at = $3 where id = $1`, s.ID, s.Counter, now)
	return err
}

func endSession(tx pg.Tx, id, reason string) error {
	_, err := tx.Exec(`update session set ended_at = now(), ended_reason = $2 where id = $1 and ended_at is null`, id, reason)
	return err
}

func endSessions(tx pg.Tx, accountID, reason string) error {
	_, err := tx.Exec(`update session set ended_at = now(), ended_reason = $2 where account_id = $1 and ended_at is null`, accountID, reason)
	return err
}

func endOwnSession(tx pg.Tx, accountID, id string) error {
	tag, err := tx.Exec(`update session set ended_at = now(), ended_reason = 'ended by owner' where id = $1 and account_id = $2 and ended_at is null`, id, accountID)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.ErrNotFound
	}
	return err
}

// checkSession is what enter() does, for the few requests that concern the
// caller's own account and run as the system role.
func checkSession(tx pg.Tx, p auth.Principal) error {
	var good bool
	err := tx.QueryRow(`select exists (select from session s join account a on a.id = s.account_id join membership m on m.id = s.membership_id
		where s.id = $1 and s.account_id = $2 and s.ended_at is null and s.expires_at > now() and a.disabled_at is null
		and m.id = $3 and m.account_id = $2 and m.ended_at is null and m.role = $4 and coalesce(m.puskesmas_id, 0) = $5)`,
		p.SessionID, p.UserID, p.MembershipID, string(p.Role), p.PuskesmasID).Scan(&good)
	if err == nil && !good {
		err = pg.ErrSessionEnded
	}
	return err
}

func sessionsOf(tx pg.Tx, p auth.Principal) ([]homecare.Session, error) {
	return pg.Rows[homecare.Session](tx, `select id, device_id, device_name, created_at, rotated_at as renewed_at, expires_at, id = $2 as current
		from session where account_id = $1 and ended_at is null and expires_at > now() order by created_at desc, id`, p.UserID, p.SessionID)
}

// StaffIn lists the staff of the transaction's puskesmas by name.
func StaffIn(tx pg.Tx) ([]homecare.StaffMember, error) {
	return pg.Rows[homecare.StaffMember](tx, `select account_id, membership_id, username, name, coalesce(nip, '') as nip, rank, position, role, profession
		from staff_of_puskesmas() where ended_at is null order by name, membership_id`)
}

package staff

import (
	"context"
	netmail "net/mail"
	"regexp"
	"unicode/utf8"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const userColumns = `a.id, a.username, a.name, coalesce(a.nip, '') as nip, a.rank, a.position,
	coalesce(a.email, '') as email, a.disabled_at, a.created_at, a.version,
	(select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'account_id', m.account_id, 'puskesmas',
	coalesce(p.slug, ''), 'role', m.role,
			'profession', m.profession, 'since', to_char(m.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			'history', ` + past + `, 'version', m.version) order by m.created_at, m.id), '[]')
		from membership m left join puskesmas p on p.id = m.puskesmas_id where m.account_id = a.id
		and m.ended_at is null) as memberships`

var (
	usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,59}$`)
	nipForm      = regexp.MustCompile(`^[0-9]{18}$`)
)

func userIn(tx pg.Tx, id string) (homecare.User, error) {
	return pg.Row[homecare.User](tx, `select `+userColumns+` from account a where a.id = $1 and not a.machine`, id)
}

// trace is the part of an account that the audit trail keeps: rights, not
// personal details.
func trace(u homecare.User) map[string]any {
	return map[string]any{"username": u.Username, "disabled": u.DisabledAt != nil, "memberships": u.Memberships}
}

func checkEmail(check *fault.Check, address string) {
	a, err := netmail.ParseAddress(address)
	check.That(err == nil && a.Address == address && utf8.RuneCountInString(address) <= 200, "/email", "email",
		"Harus alamat surel.", "This must be an e-mail address.")
}

type accountID struct {
	ID string `param:"id" json:"-"`
}

// User returns one account. Error: fault.ErrNotFound.
func (s *Service) User(ctx context.Context, in accountID) (homecare.User, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) { return userIn(tx, in.ID) })
}

// ours returns the account that the caller wants to change. Errors:
// fault.ErrNotFound, ErrShared.
func ours(tx pg.Tx, id string) (homecare.User, error) {
	u, err := userIn(tx, id)
	if err != nil || tx.Principal().District() {
		return u, err
	}
	mine, err := pg.Scalar[bool](tx, `select account_is_ours($1)`, id)
	if err == nil && !mine {
		err = ErrShared
	}
	return u, err
}

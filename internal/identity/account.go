package identity

import (
	"context"
	netmail "net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

const userColumns = `a.id, a.username, a.name, coalesce(a.nip, '') as nip, a.rank, a.position, coalesce(a.email, '') as email, a.disabled_at, a.created_at, a.version,
	(select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'account_id', m.account_id, 'puskesmas', coalesce(p.slug, ''), 'role', m.role,
			'profession', m.profession, 'since', to_char(m.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			'history', ` + past + `, 'version', m.version) order by m.created_at, m.id), '[]')
		from membership m left join puskesmas p on p.id = m.puskesmas_id where m.account_id = a.id and m.ended_at is null) as memberships`

var (
	usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,59}$`)
	nipForm      = regexp.MustCompile(`^[0-9]{18}$`)
)

func userIn(tx pg.Tx, id string) (homecare.User, error) {
	return pg.Row[homecare.User](tx, `select `+userColumns+` from account a where a.id = $1 and not a.machine`, id)
}

// CreateUser makes an account with its first membership and invites the person
// by mail. Errors: ErrBeyond, ErrUsernameTaken, ErrNoMail, fault.ErrInvalid.
func (s *Accounts) CreateUser(ctx context.Context, in homecare.NewUser) (homecare.User, error) {
	if s.Mail == nil {
		return homecare.User{}, ErrNoMail
	}
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) {
		var none homecare.User
		tenant, err := grant(tx, auth.Role(in.Role), in.Puskesmas)
		if err != nil {
			return none, err
		}
		var check fault.Check
		check.That(usernameForm.MatchString(in.Username), "/username", "form", "Huruf kecil, angka, titik, garis; diawali huruf atau angka.",
			"Small letters, digits, dots, dashes; begins with a letter or digit.")
		checkEmail(&check, in.Email)
		if err := check.Err(); err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if tx.Principal().District() {
			_, err = tx.Exec(`insert into account (id, username, name, nip, rank, position, email) values ($1, $2, $3, nullif($4, ''), $5, $6, $7)`,
				in.ID, in.Username, in.Name, in.NIP, in.Rank, in.Position, in.Email)
		} else {
			_, err = tx.Exec(`insert into account (id, username, name, nip, rank, position, email, made_in) values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8)`,
				in.ID, in.Username, in.Name, in.NIP, in.Rank, in.Position, in.Email, tenant)
		}
		if err != nil {
			return none, err
		}
		if err := insertMembership(tx, uuid.Must(uuid.NewV7()).String(), in.ID, tenant, in.Role, in.Profession, in.StartsOn); err != nil {
			return none, err
		}
		if err := emitLink(tx, in.ID, invitation); err != nil {
			return none, err
		}
		u, err := userIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return u, s.trail.Record(tx, audit.Event{Action: "account.create", SubjectKind: "account", SubjectID: u.ID, After: trace(u)})
	})
}

// trace is what the trail keeps of an account: rights, not the person's details.
func trace(u homecare.User) map[string]any {
	return map[string]any{"username": u.Username, "disabled": u.DisabledAt != nil, "memberships": u.Memberships}
}

func checkEmail(check *fault.Check, address string) {
	a, err := netmail.ParseAddress(address)
	check.That(err == nil && a.Address == address && utf8.RuneCountInString(address) <= 200, "/email", "email", "Harus alamat surel.", "This must be an e-mail address.")
}

// userFilter narrows the list of accounts; empty fields narrow nothing.
type userFilter struct {
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	Role      string `query:"role" json:"-" validate:"omitempty,code,max=30"`
	page.Request
}

// ofStaff begins a list of Kepala's at the memberships of the puskesmas, the only
// accounts that row-level security shows: it asks a function for each account.
const ofStaff = ` and a.id in (select m.account_id from membership m where m.ended_at is null)`

// Users lists accounts by username: all for Dinkes, for Kepala those with an
// open membership in the own puskesmas.
func (s *Accounts) Users(ctx context.Context, f userFilter) (homecare.Page[homecare.User], error) {
	list := "users?" + f.Puskesmas + "&" + f.Role
	var after string
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.User]{}, err
	}
	p, err := managed(ctx, s, func(tx pg.Tx) (page.Page[homecare.User], error) {
		whose := ""
		if !tx.Principal().District() {
			whose = ofStaff
		}
		rows, err := pg.Rows[homecare.User](tx, `select `+userColumns+` from account a where a.username > $1 and not a.machine`+whose+`
				and ($2 = '' and $3 = '' or exists (select from membership m left join puskesmas p on p.id = m.puskesmas_id
					where m.account_id = a.id and m.ended_at is null and ($2 = '' or p.slug = $2) and ($3 = '' or m.role = $3)))
			order by a.username limit $4`, after, f.Puskesmas, f.Role, f.Rows())
		if err != nil {
			return page.Page[homecare.User]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(u homecare.User) any { return u.Username })
	})
	return homecare.Page[homecare.User]{Data: p.Items, NextCursor: p.Next}, err
}

type accountID struct {
	ID string `param:"id" json:"-"`
}

// User returns one account. Error: fault.ErrNotFound.
func (s *Accounts) User(ctx context.Context, in accountID) (homecare.User, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) { return userIn(tx, in.ID) })
}

// ours returns the account that the caller is about to change. Errors:
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

type userChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.UserChange
}

// ChangeUser changes an account; disabling it ends its sessions at once.
// Errors: fault.ErrNotFound, ErrShared, fault.ErrStale, ErrLastAdmin,
// fault.ErrInvalid.
func (s *Accounts) ChangeUser(ctx context.Context, in userChangeParams) (homecare.User, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.User, error) {
		var none homecare.User
		before, err := ours(tx, in.ID)
		if err != nil {
			return none, err
		}
		version, err := pg.Scalar[int64](tx, `select version from account where id = $1 for update`, in.ID)
		if err != nil {
			return none, err
		}
		if err := pg.Stale(rest.IfMatch(ctx), version); err != nil {
			return none, err
		}
		after, changed := before, []string{}
		for name, f := range map[string]struct {
			to *string
			o  homecare.Opt[string]
		}{"name": {&after.Name, in.Name}, "nip": {&after.NIP, in.NIP}, "rank": {&after.Rank, in.Rank}, "position": {&after.Position, in.Position}, "email": {&after.Email, in.Email}} {
			if f.o.Set && *f.to != f.o.V {
				*f.to = f.o.V // empty for null
				changed = append(changed, name)
			}
		}
		if err := checkUser(after, changed); err != nil {
			return none, err
		}
		disabled := before.DisabledAt != nil
		if in.Disabled.Set {
			disabled = in.Disabled.V
		}
		if _, err := tx.Exec(`update account set name = $2, nip = nullif($3, ''), rank = $4, position = $5, email = nullif($6, ''),
			disabled_at = case when $7 then coalesce(disabled_at, $8) end, version = version + 1 where id = $1`,
			in.ID, after.Name, after.NIP, after.Rank, after.Position, after.Email, disabled, tx.Now()); err != nil {
			return none, err
		}
		if disabled {
			if err := oneAdminLeft(tx); err != nil {
				return none, err
			}
		}
		u, err := userIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		if disabled && before.DisabledAt == nil {
			if u.LeftBehind, err = s.leftBehind(tx, u.ID); err != nil {
				return none, err
			}
		}
		return u, s.trail.Record(tx, audit.Event{Action: "account.change", SubjectKind: "account", SubjectID: u.ID,
			Before: trace(before), After: map[string]any{"username": u.Username, "disabled": u.DisabledAt != nil, "changed": strings.Join(changed, ", ")}})
	})
}

func checkUser(u homecare.User, changed []string) error {
	var check fault.Check
	for _, name := range changed {
		switch name {
		case "name":
			check.That(strings.TrimSpace(u.Name) != "" && fits(u.Name, 120), "/name", "text", "Isi nama, paling banyak 120 karakter.", "Write the name, 120 characters at most.")
		case "nip":
			check.That(u.NIP == "" || nipForm.MatchString(u.NIP), "/nip", "form", "NIP terdiri dari 18 angka.", "A NIP has 18 digits.")
		case "rank":
			check.That(fits(u.Rank, 60), "/rank", "max", "Paling banyak 60 karakter.", "At most 60 characters.")
		case "position":
			check.That(fits(u.Position, 120), "/position", "max", "Paling banyak 120 karakter.", "At most 120 characters.")
		case "email":
			checkEmail(&check, u.Email)
		}
	}
	return check.Err()
}

// fits says whether a text has at most n characters, none of them a control.
func fits(s string, n int) bool {
	return utf8.RuneCountInString(s) <= n && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}

// Invite sends the person a new link to set a password; the one before dies.
// Errors: fault.ErrNotFound, ErrShared, ErrNoAddress, ErrNoMail.
func (s *Accounts) Invite(ctx context.Context, in accountID) (homecare.Accepted, error) {
	var none homecare.Accepted
	if s.Mail == nil {
		return none, ErrNoMail
	}
	return managed(ctx, s, func(tx pg.Tx) (homecare.Accepted, error) {
		u, err := ours(tx, in.ID)
		if err != nil {
			return none, err
		}
		if u.Email == "" || u.DisabledAt != nil {
			return none, ErrNoAddress
		}
		if err := emitLink(tx, u.ID, invitation); err != nil {
			return none, err
		}
		return homecare.Accepted{Message: sent.In(rest.LanguageOf(ctx), nil)}, s.trail.Record(tx, audit.Event{Action: "account.invite", SubjectKind: "account", SubjectID: u.ID})
	})
}

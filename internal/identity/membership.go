package identity

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const membershipView = `select m.id, m.account_id, coalesce(p.slug, '') as puskesmas, m.role, m.profession, m.since, m.ended_at, m.version, ` + past + ` as history
	from membership m left join puskesmas p on p.id = m.puskesmas_id `

// past is what a membership was before, newest first.
const past = `(select jsonb_agg(jsonb_build_object('role', h.role, 'profession', h.profession,
		'from', to_char(h.from_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'until', to_char(h.until_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by h.until_at desc)
	from membership_past h where h.membership_id = m.id)`

func membershipIn(tx pg.Tx, id string) (homecare.Membership, error) {
	return pg.Row[homecare.Membership](tx, membershipView+`where m.id = $1`, id)
}

// insertMembership adds a membership from the begin of a business day
// (YYYY-MM-DD; "" for today). Error: fault.ErrInvalid.
func insertMembership(tx pg.Tx, id, accountID string, puskesmas *int16, role, profession, startsOn string) error {
	today := clock.Day(tx.Now())
	if startsOn == "" {
		startsOn = today
	}
	var check fault.Check
	check.That(startsOn <= today, "/starts_on", "future", "Tanggal tidak boleh di masa depan.", "The date must not be in the future.")
	if err := check.Err(); err != nil {
		return err
	}
	since, _, err := clock.DayBounds(startsOn)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into membership (id, account_id, puskesmas_id, role, profession, since) values ($1, $2, $3, $4, $5, $6)`,
		id, accountID, puskesmas, role, profession, since)
	return err
}

// WasStaffIn says whether an account served in the transaction's puskesmas on a
// business day (YYYY-MM-DD).
func WasStaffIn(tx pg.Tx, accountID, day string) (bool, error) {
	from, to, err := clock.DayBounds(day)
	if err != nil {
		return false, err
	}
	return pg.Scalar[bool](tx, `select exists (select from staff_at($1, $2) where role <> 'integrator')
		or exists (select from staff_at($1, $3) where role <> 'integrator')`, accountID, from, to.Add(-time.Microsecond))
}

// NotStaff is said of an account that was not of the staff when an act took place:
// at the member that names it, or at the act's time where that is the caller.
func NotStaff(pointer string) fault.Field {
	return fault.Field{Pointer: pointer, Code: "not_staff", Text: fault.Text{
		ID: "Pada waktu itu bukan petugas puskesmas ini. Periksa tanggal dan jam, atau isi performed_by dengan petugas yang melakukannya (GET /v1/staff).",
		EN: "Not of the staff of this puskesmas at that time. Check the date and the clock, or name in performed_by who did it (GET /v1/staff)."}}
}

// NotServing is said of an account that is not of the staff now.
func NotServing(pointer string) fault.Field {
	return fault.Field{Pointer: pointer, Code: "not_staff", Text: fault.Text{
		ID: "Bukan petugas aktif puskesmas ini. Lihat GET /v1/staff.", EN: "Not active staff of this puskesmas. See GET /v1/staff."}}
}

// PerformedIn wants the account that performed an act to have been of the staff on
// that business day (YYYY-MM-DD). Error: fault.ErrInvalid.
func PerformedIn(tx pg.Tx, accountID, day string) error {
	was, err := WasStaffIn(tx, accountID, day)
	if err == nil && !was {
		err = fault.ErrInvalid.At(NotStaff("/performed_by"))
	}
	return err
}

// CheckStaffOn looks that an account which an act names was of the staff on that
// business day (YYYY-MM-DD).
func CheckStaffOn(tx pg.Tx, check *fault.Check, pointer, code, accountID, day string) error {
	was, err := WasStaffIn(tx, accountID, day)
	check.That(was, pointer, code, "Bukan petugas puskesmas ini pada tanggal itu. Lihat GET /v1/staff.",
		"Not of this puskesmas's staff on that day. See GET /v1/staff.")
	return err
}

// StaffOnIn lists who served in the transaction's puskesmas on a business day
// (YYYY-MM-DD), each as of then.
func StaffOnIn(tx pg.Tx, day string) ([]homecare.StaffMember, error) {
	from, to, err := clock.DayBounds(day)
	if err != nil {
		return nil, err
	}
	return pg.Rows[homecare.StaffMember](tx, `select s.account_id, s.membership_id, s.username, s.name, coalesce(s.nip, '') as nip, s.rank, s.position,
			t.role, t.profession
		from staff_of_puskesmas() s cross join lateral (select x.role, x.profession from (
			select 1 as n, a.* from staff_at(s.account_id, $2) a union all select 2, a.* from staff_at(s.account_id, $1) a) x
			where x.role <> 'integrator' order by x.n limit 1) t
		where s.role <> 'integrator' order by s.ended_at nulls first, s.name, s.membership_id`, from, to.Add(-time.Microsecond))
}

// AddMembership gives an account a role at a place. Kepala gives it to staff,
// present and former, of the own puskesmas; any other account is unknown.
// Errors: fault.ErrNotFound, ErrBeyond, ErrMembershipExists, fault.ErrInvalid.
func (s *Accounts) AddMembership(ctx context.Context, in homecare.NewMembership) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		var none homecare.Membership
		known := `select exists (select from account where id = $1)`
		if !tx.Principal().District() {
			known = `select account_may_join($1)`
		}
		ok, err := pg.Scalar[bool](tx, known, in.AccountID)
		if err == nil && !ok {
			err = fault.ErrNotFound
		}
		if err != nil {
			return none, err
		}
		tenant, err := grant(tx, auth.Role(in.Role), in.Puskesmas)
		if err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if err := insertMembership(tx, in.ID, in.AccountID, tenant, in.Role, in.Profession, in.StartsOn); err != nil {
			return none, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "membership.add"})
	})
}

// recorded reads a membership and records the event about it.
func (s *Accounts) recorded(tx pg.Tx, id string, e audit.Event) (homecare.Membership, error) {
	m, err := membershipIn(tx, id)
	if err != nil {
		return m, err
	}
	e.SubjectKind, e.SubjectID, e.After = "membership", id, m
	return m, s.trail.Record(tx, e)
}

// membershipFilter narrows the list of memberships; empty fields narrow nothing.
type membershipFilter struct {
	AccountID string `query:"account_id" json:"-" validate:"omitempty,uuid"`
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	// Ended lists those that have ended instead of the open ones.
	Ended bool `query:"ended" json:"-"`
	page.Request
}

// Memberships lists memberships by id: all for Dinkes, those of the own
// puskesmas for Kepala.
func (s *Accounts) Memberships(ctx context.Context, f membershipFilter) (homecare.Page[homecare.Membership], error) {
	list := "memberships?" + f.AccountID + "&" + f.Puskesmas
	if f.Ended {
		list += "&ended"
	}
	after := uuid.Nil.String()
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.Membership]{}, err
	}
	p, err := managed(ctx, s, func(tx pg.Tx) (page.Page[homecare.Membership], error) {
		rows, err := pg.Rows[homecare.Membership](tx, membershipView+`where m.id > $1 and ($2 = '' or m.account_id::text = $2) and ($3 = '' or p.slug = $3)
			and (m.ended_at is not null) = $4 order by m.id limit $5`, after, f.AccountID, f.Puskesmas, f.Ended, f.Rows())
		if err != nil {
			return page.Page[homecare.Membership]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(m homecare.Membership) any { return m.ID })
	})
	return homecare.Page[homecare.Membership]{Data: p.Items, NextCursor: p.Next}, err
}

// lockMembership returns an open membership that If-Match names and that the
// caller may change. Errors: fault.ErrNotFound, ErrBeyond, fault.ErrStale,
// ErrMembershipEnded.
func lockMembership(tx pg.Tx, id string) (homecare.Membership, error) {
	m, err := membershipIn(tx, id)
	if err != nil {
		return m, err
	}
	if !tx.Principal().District() && !slices.Contains(kepalaGrants, auth.Role(m.Role)) {
		return m, ErrBeyond
	}
	if m.Version, err = pg.Scalar[int64](tx, `select version from membership where id = $1 for update`, id); err != nil {
		return m, err
	}
	if err := tx.Stale(m.Version); err != nil {
		return m, err
	}
	if m.EndedAt != nil {
		return m, ErrMembershipEnded
	}
	return m, nil
}

type membershipChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MembershipChange
}

// ChangeMembership changes role or profession; tokens of the old role end at
// once. The place stays. Errors: as lockMembership, ErrMembershipExists,
// ErrLastAdmin, fault.ErrInvalid.
func (s *Accounts) ChangeMembership(ctx context.Context, in membershipChangeParams) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		before, err := lockMembership(tx, in.ID)
		if err != nil {
			return before, err
		}
		role, profession := before.Role, before.Profession
		if in.Role != "" {
			role = in.Role
		}
		if in.Profession.Set {
			profession = in.Profession.V // empty for null
		}
		if role != before.Role {
			if _, err := grant(tx, auth.Role(role), before.Puskesmas); err != nil {
				return before, err
			}
		}
		var check fault.Check
		check.That(profession == "" || slices.Contains(professions, profession), "/profession", "oneof", "Profesi ini tidak dikenal.", "This profession is not known.")
		if err := check.Err(); err != nil {
			return before, err
		}
		if _, err := tx.Exec(`update membership set role = $2, profession = $3, version = version + 1,
			since = case when (role, profession) = ($2, $3) then since else greatest($4, since) end where id = $1`, in.ID, role, profession, tx.Now()); err != nil {
			return before, err
		}
		if err := oneAdminLeft(tx); err != nil {
			return before, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "membership.change", Before: before})
	})
}

// leftBehind counts what waits for somebody who leaves; nil for Dinkes, whose
// role reaches no table that holds a person.
func (s *Accounts) leftBehind(tx pg.Tx, accountID string) (*homecare.LeftBehind, error) {
	if s.LeftBehind == nil || tx.Principal().District() {
		return nil, nil
	}
	n, err := s.LeftBehind(tx, accountID)
	return &n, err
}

var professions = []string{"physician", "nurse", "midwife", "nutritionist", "lab_analyst", "other"}

type membershipEndParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// EndMembership ends a membership and the sessions opened with it. Errors: as
// lockMembership, ErrLastAdmin.
func (s *Accounts) EndMembership(ctx context.Context, in membershipEndParams) (homecare.Membership, error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Membership, error) {
		before, err := lockMembership(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(`update membership set ended_at = greatest($2, since), version = version + 1 where id = $1`, in.ID, tx.Now()); err != nil {
			return before, err
		}
		if err := oneAdminLeft(tx); err != nil {
			return before, err
		}
		m, err := s.recorded(tx, in.ID, audit.Event{Action: "membership.end", Reason: in.Reason, Before: before})
		if err != nil {
			return m, err
		}
		m.LeftBehind, err = s.leftBehind(tx, m.AccountID)
		return m, err
	})
}

// Package staff knows who works where: accounts, memberships with their periods, the
// links that set passwords, and what Kepala withholds from a role.
//
//	Staff             staff.go               who serves in the caller's puskesmas
//	CreateUser        create_user.go         ErrUsernameTaken, ErrBeyond
//	Invite            invite.go              ErrNoMail, ErrNoAddress, ErrShared
//	SetPassword       set_password.go        ErrLink, signin.ErrPasswordRefused
//	ChangePassword    change_password.go     signin.ErrPassword, signin.ErrTooMany
//	RequestReset      request_reset.go       ErrNoMail, signin.ErrTooMany
//	Users, User       list_users.go, user.go fault.ErrNotFound
//	ChangeUser        change_user.go         ErrShared, ErrLastAdmin
//	AddMembership     add_membership.go      ErrBeyond, ErrMembershipExists
//	Memberships       list_memberships.go
//	ChangeMembership  change_membership.go   ErrMembershipEnded, ErrLastAdmin
//	EndMembership     end_membership.go      ErrMembershipEnded, ErrLastAdmin
//	Permissions       permission.go
//	Withhold, Restore withhold.go            ErrWithheldAlready
//	Explain           explain.go
//
// From the operator's shell: CreateAccount (admin.go), ResetSecondFactor
// (reset_second_factor.go), SeedDemo (demo.go).
package staff

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Staff lists the staff of the caller's puskesmas by name.
func (s *Service) Staff(ctx context.Context) ([]homecare.StaffMember, error) {
	return pg.Tenant(ctx, s.db, ServingIn)
}

// ServingIn lists the staff of the transaction's puskesmas by name.
func ServingIn(tx pg.Tx) ([]homecare.StaffMember, error) {
	return pg.Rows[homecare.StaffMember](tx, `select account_id, membership_id, username, name,
		coalesce(nip, '') as nip, rank, position, role, profession
		from staff_of_puskesmas() where ended_at is null and role <> 'integrator' order by name, membership_id`)
}

// Present is the SQL array of the accounts that currently serve in the
// puskesmas.
const Present = `array(select account_id from staff_of_puskesmas() where ended_at is null and role <> 'integrator')`

// Office is the SQL array of the accounts that currently see every case of the
// puskesmas.
const Office = `array(select account_id from staff_of_puskesmas() where ended_at is null
	and role in ('koordinator', 'kepala_puskesmas'))`

// WasStaffIn says whether an account served in the transaction's puskesmas on a
// business day (YYYY-MM-DD).
func WasStaffIn(tx pg.Tx, accountID, day string) (bool, error) {
	from, to, err := clock.DayBounds(day)
	if err != nil {
		return false, err
	}
	return pg.Scalar[bool](tx, `select exists (select from staff_at($1, $2) where role <> 'integrator')
		or exists (select from staff_at($1, $3)
		where role <> 'integrator')`, accountID, from, to.Add(-time.Microsecond))
}

// NotStaff refuses an account that was not on the staff when an act took place: at
// the member that names it, or at the act's time where the account is the caller.
func NotStaff(pointer string) fault.Field {
	return fault.Field{Pointer: pointer, Code: "not_staff", Text: fault.Text{
		ID: "Pada waktu itu bukan petugas puskesmas ini. Periksa tanggal dan jam, atau sebutkan petugas yang melakukannya.",
		EN: "Not a member of staff of this puskesmas at that time. Check the date and the clock, or name the " +
			"member of staff who did it."},
		Advice: "GET /v1/staff, performed_by"}
}

// NotServing refuses an account that is not on the staff now.
func NotServing(pointer string) fault.Field {
	return fault.Field{Pointer: pointer, Code: "not_staff", Text: fault.Text{
		ID: "Bukan petugas aktif puskesmas ini. Pilih dari daftar petugas.",
		EN: "Not an active member of staff of this puskesmas. Choose one from the list."},
		Advice: "GET /v1/staff"}
}

// PerformedIn checks that the performer of an act was on the staff on that
// business day (YYYY-MM-DD). Error: fault.ErrInvalid.
func PerformedIn(tx pg.Tx, accountID, day string) error {
	was, err := WasStaffIn(tx, accountID, day)
	if err == nil && !was {
		err = fault.ErrInvalid.At(NotStaff("/performed_by"))
	}
	return err
}

// CheckStaffOn checks that an account named in an act was on the staff on that
// business day (YYYY-MM-DD).
func CheckStaffOn(tx pg.Tx, check *fault.Check, pointer, code, accountID, day string) error {
	was, err := WasStaffIn(tx, accountID, day)
	check.That(was, pointer, code,
		"Bukan petugas puskesmas ini pada tanggal itu. Pilih dari daftar petugas, atau periksa tanggalnya.",
		"Not a member of staff of this puskesmas on that day. Choose one from the list, or check the date.").
		Hint("GET /v1/staff")
	return err
}

// ServedOnIn lists the staff of the transaction's puskesmas on a business day
// (YYYY-MM-DD), each as of that day.
func ServedOnIn(tx pg.Tx, day string) ([]homecare.StaffMember, error) {
	from, to, err := clock.DayBounds(day)
	if err != nil {
		return nil, err
	}
	return pg.Rows[homecare.StaffMember](tx, `select s.account_id, s.membership_id, s.username, s.name,
		coalesce(s.nip, '') as nip, s.rank, s.position,
			t.role, t.profession
		from staff_of_puskesmas() s cross join lateral (select x.role, x.profession from (
			select 1 as n, a.* from staff_at(s.account_id, $2) a union all select 2, a.*
			from staff_at(s.account_id, $1) a) x
			where x.role <> 'integrator' order by x.n limit 1) t
		where s.role <> 'integrator' order by s.ended_at nulls first, s.name,
		s.membership_id`, from, to.Add(-time.Microsecond))
}

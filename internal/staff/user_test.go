package staff_test

import (
	"errors"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestInvitation follows a new colleague from the invitation to the first visit
// of her own account.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := apitest.NewPostbox(t)
	kepala := s.As(t, "kepala.uren")
	u, err := kepala.CreateUser(t.Context(), apitest.NewUser("siti.uren"))
	if err != nil || len(u.Memberships) != 1 || u.Memberships[0].Puskesmas != "uren" ||
		u.Memberships[0].Role != "petugas" {
		t.Fatalf("%+v, %v", u, err)
	}
	siti := s.Visitor(t)
	if _, err := siti.SignIn(t.Context(), homecare.SignIn{Username: "siti.uren",
		Password: apitest.Strong}); apitest.Code(err) != "auth.sign_in" {
		t.Errorf("before the invitation was followed: %v", err)
	}
	to, token := s.Next(t)
	if to != "siti.uren@example.test" {
		t.Errorf("the invitation went to %s", to)
	}
	err = siti.SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: "pendek"})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "password.refused" || len(p.Errors) != 1 ||
		p.Errors[0].Code != "too_short" {
		t.Errorf("a short password: %v", err)
	}
	if err := siti.SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: apitest.Strong}); err !=
		nil {
		t.Fatal(err)
	}
	if err := siti.SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: apitest.Strong +
		" lagi"}); apitest.Code(err) != "link.invalid" {
		t.Errorf("the link worked twice: %v", err)
	}
	if _, err := siti.SignIn(t.Context(), homecare.SignIn{Username: "siti.uren", Password: apitest.Strong}); err !=
		nil {
		t.Fatal(err)
	}
	// Forgotten: an unknown name gets the same answer and no mail.
	unknown, err := s.Visitor(t).RequestPasswordReset(t.Context(), homecare.PasswordResetRequest{Username: "tidak.ada"})
	if err != nil {
		t.Fatal(err)
	}
	known, err := s.Visitor(t).RequestPasswordReset(t.Context(), homecare.PasswordResetRequest{Username: "siti.uren"})
	if err != nil || known != unknown {
		t.Errorf("%v, unknown %v; %v", known, unknown, err)
	}
	if _, token = s.Next(t); token == "" {
		t.Fatal("no token")
	}
	if err := s.Visitor(t).SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: apitest.Strong +
		" baru"}); err != nil {
		t.Fatal(err)
	}
	if _, err := siti.Staff(t.Context()); apitest.Code(err) != "auth.session_ended" {
		t.Errorf("after the reset the old session: %v", err)
	}
	for range 2 {
		_, _ = s.Visitor(t).RequestPasswordReset(t.Context(), homecare.PasswordResetRequest{Username: "siti.uren"})
	}
	_, err = s.Visitor(t).RequestPasswordReset(t.Context(), homecare.PasswordResetRequest{Username: "siti.uren"})
	if apitest.Code(err) != "auth.too_many" {
		t.Errorf("a fourth link within minutes: %v", err)
	}
	// Outbox and job contain nothing of a link.
	if n := count(t, s.Server, `select count(*) from outbox where body::text ~ '[A-Za-z0-9_-]{43}'`) +
		count(t, s.Server, `select count(*) from river.river_job where args::text ~ '[A-Za-z0-9_-]{43}'`); n != 0 {
		t.Errorf("%d rows hold a token", n)
	}
}

// TestOneWinner: of 64 concurrent uses of one link, one sets the password.
func TestOneWinner(t *testing.T) {
	t.Parallel()
	s := apitest.NewPostbox(t)
	if _, err := s.As(t, "kepala.uren").CreateUser(t.Context(), apitest.NewUser("siti.uren")); err != nil {
		t.Fatal(err)
	}
	_, token := s.Next(t)
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		c := s.Visitor(t)
		wg.Go(func() {
			set := func() error {
				return c.SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: apitest.Strong})
			}
			err := set()
			for apitest.Code(err) == "auth.busy" { // two passwords are hashed at a time; the others retry
				err = set()
			}
			switch apitest.Code(err) {
			case "":
				won.Add(1)
			case "link.invalid":
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || lost.Load() != 63 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
}

// TestLinksGrowOld: a link ends by time, by a newer one, and with the account.
func TestLinksGrowOld(t *testing.T) {
	t.Parallel()
	s := apitest.NewPostbox(t)
	kepala := s.As(t, "kepala.uren")
	u, err := kepala.CreateUser(t.Context(), apitest.NewUser("siti.uren"))
	if err != nil {
		t.Fatal(err)
	}
	_, first := s.Next(t)
	if _, err := kepala.InviteUser(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	_, second := s.Next(t)
	set := func(token string) string {
		return apitest.Code(s.Visitor(t).SetPassword(t.Context(),
			homecare.NewPassword{Token: token, NewPassword: apitest.Strong}))
	}
	if got := set(first); got != "link.invalid" {
		t.Errorf("the link before the newest: %q", got)
	}
	if h := count(t, s.Server, `select extract(epoch from expires_at - created_at)::int / 3600 from account_link
		where used_at is null`); h != 72 {
		t.Errorf("an invitation is good for %d hours, want 72", h)
	}
	s.Database.Exec(t, `update account_link set expires_at = now() - interval '1 second' where used_at is null`)
	if got := set(second); got != "link.invalid" {
		t.Errorf("an old link: %q", got)
	}
	s.Database.Exec(t, `update account_link set expires_at = now() + interval '1 hour' where used_at is null`)
	if u, err = kepala.ChangeUser(t.Context(), u.ID, u.Version,
		homecare.UserChange{Disabled: homecare.Some(true)}); err != nil || u.DisabledAt == nil {
		t.Fatalf("%+v, %v", u, err)
	}
	if got := set(second); got != "link.invalid" {
		t.Errorf("the link of a disabled account: %q", got)
	}
	if _, err := kepala.InviteUser(t.Context(), u.ID); apitest.Code(err) != "account.cannot_be_invited" {
		t.Errorf("inviting a disabled account: %v", err)
	}
}

func count(t *testing.T, s *apitest.Server, sql string) int {
	t.Helper()
	var n int
	s.Database.Row(t, sql, nil, &n)
	return n
}

// TestKepalaManages is what Kepala may and may not do with staff.
func TestKepalaManages(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, dinkes := s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	own, err := kepala.Users(ctx, nil)
	if err != nil || len(own.Data) != 5 {
		t.Fatalf("%d accounts, %v", len(own.Data), err)
	}
	all, err := dinkes.Users(ctx, url.Values{"limit": {"500"}})
	if err != nil || len(all.Data) != 62 {
		t.Fatalf("Dinkes sees %d accounts, %v", len(all.Data), err)
	}
	user := func(name string) homecare.User {
		t.Helper()
		i := slices.IndexFunc(all.Data, func(u homecare.User) bool { return u.Username == name })
		if i < 0 {
			t.Fatalf("no account %s", name)
		}
		return all.Data[i]
	}
	foreign, admin, boss, nurse := user("petugas1.tanah-habang"), user("dinkes.admin"), user("kepala.uren"),
		user("petugas2.uren")
	why := homecare.Why{Reason: "Pindah tugas"}
	name := homecare.UserChange{Name: homecare.Some("Nama Baru")}
	_, e1 := kepala.CreateUser(ctx, homecare.NewUser{Username: "k.dua", Name: "X Y", Email: "x@example.test",
		Role: "kepala_puskesmas"})
	_, e2 := kepala.CreateUser(ctx, homecare.NewUser{Username: "d.dua", Name: "X Y", Email: "x@example.test",
		Role: "dinkes_admin"})
	_, e3 := kepala.CreateUser(ctx, homecare.NewUser{Username: "p.dua", Name: "X Y", Email: "x@example.test",
		Role: "petugas", Puskesmas: "juai"})
	_, e4 := kepala.CreateUser(ctx, homecare.NewUser{Username: "petugas1.juai", Name: "X Y", Email: "x@example.test",
		Role: "petugas"})
	_, e5 := kepala.User(ctx, foreign.ID)
	_, e6 := kepala.ChangeUser(ctx, foreign.ID, foreign.Version, name)
	_, e7 := kepala.InviteUser(ctx, foreign.ID)
	_, e8 := kepala.AddMembership(ctx, homecare.NewMembership{AccountID: foreign.ID, Role: "petugas"})
	_, e9 := kepala.EndMembership(ctx, foreign.Memberships[0].ID, 1, why)
	_, e10 := kepala.ChangeMembership(ctx, foreign.Memberships[0].ID, 1, homecare.MembershipChange{Role: "koordinator"})
	_, e11 := kepala.User(ctx, admin.ID)
	_, e12 := kepala.ChangeUser(ctx, boss.ID, boss.Version, name)
	_, e13 := kepala.EndMembership(ctx, boss.Memberships[0].ID, 1, why)
	_, e14 := kepala.ChangeMembership(ctx, nurse.Memberships[0].ID, 1,
		homecare.MembershipChange{Role: "kepala_puskesmas"})
	_, e15 := kepala.AddMembership(ctx, homecare.NewMembership{AccountID: nurse.ID, Role: "petugas"})
	_, e16 := dinkes.EndMembership(ctx, admin.Memberships[0].ID, 1, why)
	_, e17 := dinkes.ChangeUser(ctx, admin.ID, admin.Version, homecare.UserChange{Disabled: homecare.Some(true)})
	_, e18 := dinkes.ChangeMembership(ctx, admin.Memberships[0].ID, 1,
		homecare.MembershipChange{Role: "dinkes_analyst"})
	_, e19 := dinkes.CreateUser(ctx, homecare.NewUser{Username: "k.tiga", Name: "X Y", Email: "x@example.test",
		Role: "kepala_puskesmas"})
	_, e20 := kepala.ChangeUser(ctx, nurse.ID, nurse.Version+3, name)
	for i, c := range []struct {
		what string
		err  error
		want string
	}{
		{"grants kepala", e1, "membership.beyond_rights"},
		{"grants Dinkes", e2, "membership.beyond_rights"},
		{"grants in another puskesmas", e3, "membership.beyond_rights"},
		{"takes a taken name", e4, "account.username_taken"},
		{"reads another's account", e5, "record.not_found"},
		{"changes it", e6, "record.not_found"},
		{"invites it", e7, "record.not_found"},
		{"adds it to the own staff", e8, "record.not_found"},
		{"ends another's membership", e9, "record.not_found"},
		{"changes another's membership", e10, "record.not_found"},
		{"reads an admin", e11, "record.not_found"},
		{"changes the own account", e12, "account.beyond_rights"},
		{"ends the own membership", e13, "membership.beyond_rights"},
		{"raises a nurse to kepala", e14, "membership.beyond_rights"},
		{"grants twice", e15, "membership.exists"},
		{"the last admin ends", e16, "account.last_admin"},
		{"the last admin is disabled", e17, "account.last_admin"},
		{"the last admin steps down", e18, "account.last_admin"},
		{"Dinkes names no puskesmas", e19, "request.invalid"},
		{"a stale version", e20, "record.stale"},
	} {
		if got := apitest.Code(c.err); got != c.want {
			t.Errorf("%d %s: %s, want %s", i+1, c.what, got, c.want)
		}
	}
	if p, _ := errors.AsType[*homecare.Problem](e15); p == nil || p.MembershipID == "" {
		t.Errorf("the membership that exists is not named: %v", e15)
	}
}

// TestAccountOfTwoPlaces: an account with a membership elsewhere is changed by
// Dinkes only, because otherwise one puskesmas could take over an account of
// another.
func TestAccountOfTwoPlaces(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, dinkes := s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	list, err := kepala.Users(ctx, url.Values{"role": {"petugas"}})
	if err != nil || len(list.Data) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	u := list.Data[0]
	m, err := dinkes.AddMembership(ctx, homecare.NewMembership{AccountID: u.ID, Role: "petugas", Puskesmas: "juai",
		Profession: "nurse"})
	if err != nil {
		t.Fatal(err)
	}
	mail := homecare.UserChange{Email: homecare.Some("lain@example.test")}
	if _, err := kepala.ChangeUser(ctx, u.ID, u.Version, mail); apitest.Code(err) != "account.beyond_rights" {
		t.Errorf("changing somebody of two places: %v", err)
	}
	if seen, err := kepala.User(ctx, u.ID); err != nil || len(seen.Memberships) != 1 {
		t.Errorf("Kepala sees %+v, %v", seen.Memberships, err)
	}
	if _, err := dinkes.EndMembership(ctx, m.ID, m.Version, homecare.Why{Reason: "Selesai"}); err != nil {
		t.Fatal(err)
	}
	if _, err := kepala.ChangeUser(ctx, u.ID, u.Version, mail); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	// Left, gone from sight, and back.
	petugas := s.As(t, u.Username)
	if m, err = kepala.EndMembership(ctx, u.Memberships[0].ID, u.Memberships[0].Version,
		homecare.Why{Reason: "Pindah"}); err != nil || m.EndedAt == nil {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := petugas.Staff(ctx); apitest.Code(err) != "auth.session_ended" {
		t.Errorf("after the membership ended: %v", err)
	}
	if _, err := kepala.User(ctx, u.ID); apitest.Code(err) != "record.not_found" {
		t.Errorf("a former colleague: %v", err)
	}
	if _, err := kepala.EndMembership(ctx, m.ID, m.Version, homecare.Why{Reason: "Pindah"}); apitest.Code(
		err) != "membership.ended" {
		t.Errorf("ending twice: %v", err)
	}
	if m, err = kepala.AddMembership(ctx, homecare.NewMembership{AccountID: u.ID, Role: "koordinator"}); err != nil ||
		m.Role != "koordinator" {
		t.Errorf("back again: %+v, %v", m, err)
	}
}

func TestOwnPassword(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	here, there := s.As(t, "petugas1.uren"), s.As(t, "petugas1.uren")
	if err := here.ChangePassword(ctx, homecare.PasswordChange{OldPassword: "salah sekali",
		NewPassword: apitest.Strong}); apitest.Code(err) != "auth.password_wrong" {
		t.Errorf("with a wrong old password: %v", err)
	}
	if err := here.ChangePassword(ctx, homecare.PasswordChange{OldPassword: apitest.Password,
		NewPassword: "petugas1uren2026"}); apitest.Code(err) != "password.refused" {
		t.Errorf("with one's own name: %v", err)
	}
	if err := here.ChangePassword(ctx, homecare.PasswordChange{OldPassword: apitest.Password,
		NewPassword: apitest.Strong}); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Staff(ctx); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	if _, err := there.Staff(ctx); apitest.Code(err) != "auth.session_ended" {
		t.Errorf("the other session: %v", err)
	}
	for range 4 {
		_ = here.ChangePassword(ctx, homecare.PasswordChange{OldPassword: "salah sekali", NewPassword: apitest.Strong})
	}
	if err := here.ChangePassword(ctx, homecare.PasswordChange{OldPassword: apitest.Strong,
		NewPassword: apitest.Strong + " x"}); apitest.Code(err) != "auth.too_many" {
		t.Errorf("after five wrong ones: %v", err)
	}
}

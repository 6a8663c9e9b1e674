package machine_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// leaves is the audit event of each identity route that changes something; ""
// for changes that no person made.
var leaves = map[string][]string{
	"POST /v1/auth/login":               {"session.sign_in", "session.password_accepted", "session.sign_in_locked"},
	"POST /v1/auth/refresh":             {"session.token_reused"}, // a rotation is no act of a person
	"POST /v1/auth/sign-out":            {"session.sign_out"},
	"POST /v1/auth/sign-out-everywhere": {"session.sign_out_everywhere"},
	"POST /v1/auth/second-factor":       {"second_factor.refused", "second_factor.locked"},
	"POST /v1/auth/step-up":             {"session.step_up", "session.step_up_refused", "session.step_up_locked"},
	"POST /v1/me/totp":                  {"second_factor.offer"},
	"POST /v1/me/totp/confirm":          {"second_factor.enrol"},
	"DELETE /v1/me/totp":                {"second_factor.remove"},
	"POST /v1/me/recovery-codes":        {"second_factor.recovery_codes"},
	"PATCH /v1/sessions/{id}":           {"session.name"},
	"DELETE /v1/sessions/{id}":          {"session.end"},
	"POST /v1/auth/password-reset":      {"password.reset_requested"},
	"POST /v1/auth/password":            {"password.set"},
	"POST /v1/me/password":              {"password.change", "password.change_refused", "password.locked"},
	"POST /v1/users":                    {"account.create"},
	"PATCH /v1/users/{id}":              {"account.change"},
	"POST /v1/users/{id}/invite":        {"account.invite"},
	"POST /v1/memberships":              {"membership.add"},
	"PATCH /v1/memberships/{id}":        {"membership.change"},
	"POST /v1/memberships/{id}/end":     {"membership.end"},
	"POST /v1/permissions/explain":      nil, // reads
	"POST /v1/permissions/withhold":     {"permission.withhold"},
	"POST /v1/permissions/restore":      {"permission.restore"},
	"POST /v1/clients":                  {"client.create"},
	"PATCH /v1/clients/{id}":            {"client.change"},
	"POST /v1/clients/{id}/rotate":      {"client.rotate"},
	"POST /v1/clients/{id}/revoke":      {"client.revoke"},
	"POST /oauth/token":                 {"client.token", "client.locked"},
}

// nobodys are events of a caller who is not signed in, or who may not be the
// person of the session.
var nobodys = []string{"session.sign_in_locked", "session.token_reused", "password.reset_requested", "password.set",
	"client.token", "client.locked"}

// TestEveryActOfIdentityIsInTheTrail does every identity operation and reads
// the audit trail: who, by which session. A new route without a line fails.
func TestEveryActOfIdentityIsInTheTrail(t *testing.T) {
	t.Parallel()
	s := apitest.NewPostbox(t)
	ctx := t.Context()
	for _, r := range s.App.Routes() {
		own := slices.ContainsFunc([]string{"/v1/auth/", "/v1/me", "/v1/sessions", "/v1/users", "/v1/memberships",
			"/v1/permissions", "/v1/clients", "/oauth/"},
			func(p string) bool { return strings.HasPrefix(r.Path, p) })
		if _, listed := leaves[r.Permission()]; own && r.Method != http.MethodGet && !listed {
			t.Errorf("%s: say in this test what it leaves in the trail", r.Permission())
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := func(err error) {
		t.Helper()
		if err == nil {
			t.Error("not refused")
		}
	}
	wrong := func(n int, f func() error) {
		t.Helper()
		for range n {
			refused(f())
		}
	}
	kepala, nurse, dinkes := s.As(t, "kepala.uren"), s.As(t, "petugas1.uren"), s.As(t, "dinkes.admin")

	// Sessions.
	sessions, err := nurse.Sessions(ctx)
	must(err)
	_, err = nurse.NameSession(ctx, sessions.Data[0].ID, sessions.Data[0].Version,
		homecare.SessionChange{DeviceName: "HP poskesdes"})
	must(err)
	second := s.As(t, "petugas1.uren")
	sessions, err = second.Sessions(ctx)
	must(err)
	for _, ses := range sessions.Data {
		if !ses.Current {
			must(second.EndSession(ctx, ses.ID))
		}
	}
	must(second.SignOut(ctx))
	must(s.As(t, "petugas1.uren").SignOutEverywhere(ctx))
	reuse := s.As(t, "petugas2.uren")
	old := reuse.Tokens()
	s.Database.Exec(t, `update session set counter = counter + 5 where ended_at is null
		and account_id = (select id from account where username = 'petugas2.uren')`)
	for range 2 { // the second finds the session ended and writes nothing more
		refused(s.Visitor(t).Do(ctx, homecare.Call{Method: "POST", Path: "/v1/auth/refresh", NoKey: true,
			Body: homecare.Refresh{RefreshToken: old.RefreshToken, DeviceID: old.DeviceID}}))
	}
	wrong(13, func() error {
		_, err := s.Visitor(t).SignIn(ctx, homecare.SignIn{Username: "petugas3.uren", Password: "salah-sekali-ini"})
		return err
	})

	// The second factor and proofs.
	nurse = s.As(t, "petugas1.uren")
	must(nurse.StepUp(ctx, homecare.StepUp{Password: apitest.Password}))
	offer, err := nurse.OfferTOTP(ctx)
	must(err)
	code, err := totp.GenerateCode(offer.Secret, time.Now())
	must(err)
	_, err = nurse.ConfirmTOTP(ctx, homecare.TOTPConfirm{Code: code})
	must(err)
	_, err = nurse.NewRecoveryCodes(ctx)
	must(err)
	must(nurse.RemoveTOTP(ctx))
	wrong(7, func() error { return nurse.StepUp(ctx, homecare.StepUp{Password: "salah-sekali-ini"}) })
	head, _ := s.GivePassword(t, "kepala.juai")
	wrong(7, func() error { _, err := head.SecondFactor(ctx, homecare.SecondFactor{Code: "000000"}); return err })

	// Passwords and accounts.
	wrong(7, func() error {
		return nurse.ChangePassword(ctx, homecare.PasswordChange{OldPassword: "salah-sekali-ini",
			NewPassword: apitest.Strong})
	})
	other := s.As(t, "petugas2.uren")
	must(other.ChangePassword(ctx, homecare.PasswordChange{OldPassword: apitest.Password, NewPassword: apitest.Strong}))
	user, err := kepala.CreateUser(ctx, apitest.NewUser("siti.uren"))
	must(err)
	_, link := s.Next(t)
	must(s.Visitor(t).SetPassword(ctx, homecare.NewPassword{Token: link, NewPassword: apitest.Strong}))
	user, err = kepala.User(ctx, user.ID)
	must(err)
	user, err = kepala.ChangeUser(ctx, user.ID, user.Version,
		homecare.UserChange{Position: homecare.Some("Perawat Mahir")})
	must(err)
	_, err = kepala.InviteUser(ctx, user.ID)
	must(err)
	for _, name := range []string{"siti.uren", "tidak.ada"} {
		_, err = s.Visitor(t).RequestPasswordReset(ctx, homecare.PasswordResetRequest{Username: name})
		must(err)
	}
	m, err := dinkes.AddMembership(ctx, homecare.NewMembership{AccountID: user.ID, Role: "koordinator",
		Puskesmas: "uren"})
	must(err)
	m, err = dinkes.ChangeMembership(ctx, m.ID, m.Version,
		homecare.MembershipChange{Profession: homecare.Some("nurse")})
	must(err)
	_, err = dinkes.EndMembership(ctx, m.ID, m.Version, homecare.Why{Reason: "Pindah tugas"})
	must(err)
	withheld := homecare.Withhold{Role: "petugas", Permission: "GET /v1/patients", Reason: "Sedang diperiksa"}
	_, err = kepala.WithholdPermission(ctx, withheld)
	must(err)
	must(kepala.RestorePermission(ctx, homecare.Restore{Role: withheld.Role, Permission: withheld.Permission}))

	// Machines.
	c := newClient(t, kepala, "patients.read")
	machine(t, s.Server, c)
	wrong(13, func() error {
		_, err := s.Visitor(t).ClientCredentials(ctx, homecare.Credentials{ID: c.Client.ID, Secret: "salah"})
		return err
	})
	changed, err := kepala.ChangeClient(ctx, c.Client.ID, c.Client.Version,
		homecare.MachineClientChange{Name: "Mesin " + uuid.NewString()})
	must(err)
	rotated, err := kepala.RotateClient(ctx, changed.ID, changed.Version, homecare.ClientRotation{})
	must(err)
	_, err = kepala.RevokeClient(ctx, rotated.Client.ID, rotated.Client.Version, homecare.Why{Reason: "Diganti"})
	must(err)

	for route, actions := range leaves {
		for _, action := range actions {
			var n, unnamed int
			s.Database.Row(t, `select count(*), count(*) filter (where session_id is null or actor_id is null) from
				(select action, session_id, actor_id from audit_event union all select action, session_id, actor_id
				from audit_event_district) e
				where action = $1`, []any{action}, &n, &unnamed)
			if n == 0 {
				t.Errorf("%s leaves no %s", route, action)
			}
			if unnamed > 0 && !slices.Contains(nobodys, action) {
				t.Errorf("%s: %d of %d events %s do not say who or by which session", route, unnamed, n, action)
			}
			if strings.HasSuffix(action, "_locked") || action == "session.token_reused" {
				if n != 1 {
					t.Errorf("%s: %d events %s, want one", route, n, action)
				}
			}
		}
	}
	// A nurse's events are in her puskesmas's trail, with the ended session.
	var told, sessionToo int
	s.Database.Row(t, `select count(*), count(e.session_id) from audit_event e join puskesmas p on p.id = e.puskesmas_id
		where p.slug = 'uren' and action in ('session.token_reused', 'session.sign_out')`, nil, &told, &sessionToo)
	if told != 2 || sessionToo != 2 {
		t.Errorf("%d events in the trail of uren, %d with their session", told, sessionToo)
	}
}

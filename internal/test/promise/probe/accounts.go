//go:build sabotage

package probe

import (
	"net/http"
	"testing"

	"github.com/balangan/homecare/pkg/homecare"
)

// restAccounts makes Kepala create an account, whose person sets a password and
// leaves.
func (w *World) restAccounts(t testing.TB, kepala *homecare.Client, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	u, err := kepala.CreateUser(ctx, homecare.NewUser{Username: "baru.uren", Name: "Petugas Baru",
		Email: "baru@example.test", Role: "petugas", Profession: "nurse"})
	try("create user", err)
	if err != nil {
		return
	}
	u, err = kepala.User(ctx, u.ID)
	try("user", err)
	_, err = kepala.Users(ctx, nil)
	try("users", err)
	u, err = kepala.ChangeUser(ctx, u.ID, u.Version, homecare.UserChange{Position: homecare.Some("Perawat Mahir")})
	try("change user", err)
	visitor := homecare.New(w.URL)
	visitor.HTTP = w.Marking(t)
	const password = "kuda lumping menari pelan"
	try("set password", visitor.SetPassword(ctx, homecare.NewPassword{Token: w.Mails(t, 1)[0].Token,
		NewPassword: password}))
	_, err = visitor.SignIn(ctx, homecare.SignIn{Username: u.Username, Password: password})
	try("sign in", err)
	// Its body has spaces, which the canary would change.
	visitor.HTTP = nil
	if err = visitor.ChangePassword(ctx, homecare.PasswordChange{OldPassword: password, NewPassword: password +
		" sekali"}); err == nil {
		w.Succeeded(http.MethodPost, "/v1/me/password")
	}
	try("change password", err)
	_, err = kepala.InviteUser(ctx, u.ID)
	try("invite", err)
	_, err = visitor.RequestPasswordReset(ctx, homecare.PasswordResetRequest{Username: u.Username})
	try("reset", err)
	if err == nil {
		w.Succeeded(http.MethodPost, "/v1/auth/password-reset")
	}
	all, err := kepala.Memberships(ctx, nil)
	try("memberships", err)
	for _, m := range all.Data {
		if m.AccountID != u.ID {
			continue
		}
		m, err = kepala.ChangeMembership(ctx, m.ID, m.Version,
			homecare.MembershipChange{Profession: homecare.Some("midwife")})
		try("change membership", err)
		_, err = kepala.EndMembership(ctx, m.ID, m.Version, homecare.Why{Reason: "Pindah tugas"})
		try("end membership", err)
	}
	_, err = kepala.AddMembership(ctx, homecare.NewMembership{AccountID: u.ID, Role: "petugas", Profession: "nurse"})
	try("add membership", err)
	_, err = kepala.Permissions(ctx)
	try("permissions", err)
	plain := homecare.New(w.URL)
	if err := w.SignIn(t, plain, "kepala.uren"); err != nil {
		try("sign in as kepala", err)
		return
	}
	in := homecare.Withhold{Role: "petugas", Permission: "GET /v1/recap", Reason: "Uji"}
	for path, call := range map[string]func() error{
		"/v1/permissions/explain": func() error {
			_, err := plain.ExplainPermission(ctx, homecare.Explain{Permission: in.Permission})
			return err
		},
		"/v1/permissions/withhold": func() error { _, err := plain.WithholdPermission(ctx, in); return err },
	} {
		err := call()
		try(path, err)
		if err == nil {
			w.Succeeded(http.MethodPost, path)
		}
	}
	if err = plain.RestorePermission(ctx, homecare.Restore{Role: in.Role, Permission: in.Permission}); err == nil {
		w.Succeeded(http.MethodPost, "/v1/permissions/restore")
	}
	try("restore", err)
}

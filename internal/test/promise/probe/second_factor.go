//go:build sabotage

package probe

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// restSecondFactor enrols an authenticator and removes it, completes a sign-in,
// and names a device.
func (w *World) restSecondFactor(t testing.TB, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	kepala := w.Visitor(t)
	kepala.HTTP = w.Marking(t)
	_, err := kepala.SignIn(ctx, homecare.SignIn{Username: "kepala.lampihong", Password: apitest.Password})
	try("password", err)
	_, err = kepala.SecondFactor(ctx, homecare.SecondFactor{Code: staff.DemoCode(time.Now())})
	try("second factor", err)

	petugas := w.Client(t, "petugas2.lampihong")
	try("step-up", petugas.StepUp(ctx, homecare.StepUp{Password: apitest.Password}))
	offer, err := petugas.OfferTOTP(ctx)
	try("offer", err)
	code, err := totp.GenerateCode(offer.Secret, time.Now())
	try("code", err)
	_, err = petugas.ConfirmTOTP(ctx, homecare.TOTPConfirm{Code: code})
	try("confirm", err)
	_, err = petugas.NewRecoveryCodes(ctx)
	try("recovery codes", err)
	try("remove", petugas.RemoveTOTP(ctx))
	sessions, err := petugas.Sessions(ctx)
	try("sessions", err)
	for _, s := range sessions.Data {
		if s.Current {
			_, err = petugas.NameSession(ctx, s.ID, s.Version, homecare.SessionChange{DeviceName: "HP poskesdes"})
			try("name", err)
		}
	}
}

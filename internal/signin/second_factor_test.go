package signin_test

import (
	"encoding/base32"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// wants fails unless err is the problem code.
func wants(t *testing.T, what string, err error, code string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func forgetCode(t *testing.T, s *apitest.Server) {
	t.Helper()
	s.Database.Exec(t, `update account set totp_step = 0`)
}

// TestPendingSession: with only the password, only the completion of the
// sign-in is open.
func TestPendingSession(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, username := range []string{"kepala.uren", "dinkes.admin", "dinkes.analis"} {
		c, tokens := s.GivePassword(t, username)
		if !tokens.SecondFactorRequired || tokens.SecondFactorEnrolment {
			t.Fatalf("%s: %+v", username, tokens)
		}
		_, err := c.AllPuskesmas(t.Context())
		wants(t, "a record", err, "auth.second_factor")
		_, err = c.Sessions(t.Context())
		wants(t, "my sessions", err, "auth.second_factor")
		wants(t, "sign out everywhere", c.SignOutEverywhere(t.Context()), "auth.second_factor")
		wants(t, "step-up", c.StepUp(t.Context(), homecare.StepUp{Code: staff.DemoCode(time.Now())}),
			"auth.second_factor")
		_, err = c.OfferTOTP(t.Context())
		wants(t, "another authenticator in place of the enrolled one", err, "auth.second_factor")
		_, err = c.ConfirmTOTP(t.Context(), homecare.TOTPConfirm{Code: "123456"})
		wants(t, "confirming one", err, "auth.second_factor")
		_, err = c.NewRecoveryCodes(t.Context())
		wants(t, "recovery codes", err, "auth.second_factor")
		wants(t, "removal", c.RemoveTOTP(t.Context()), "auth.second_factor")
		if me, err := c.Me(t.Context()); err != nil || !me.SecondFactorRequired || !me.TOTPEnrolled {
			t.Errorf("me: %+v, %v", me, err)
		}
		if again, err := c.Refresh(t.Context(), homecare.Refresh{RefreshToken: tokens.RefreshToken,
			DeviceID: tokens.DeviceID}); err != nil || !again.SecondFactorRequired {
			t.Errorf("renewed: %+v, %v", again, err)
		}
		_, err = c.SecondFactor(t.Context(), homecare.SecondFactor{})
		wants(t, "neither code", err, "request.invalid")
		_, err = c.SecondFactor(t.Context(), homecare.SecondFactor{Code: staff.DemoCode(time.Now().Add(-time.Hour))})
		wants(t, "an old code", err, "auth.code_wrong")
		code := staff.DemoCode(time.Now())
		_, err = c.SecondFactor(t.Context(), homecare.SecondFactor{Code: code})
		wants(t, "the code", err, "")
		_, err = c.AllPuskesmas(t.Context())
		wants(t, "a record afterwards", err, "")
		sessions, err := c.Sessions(t.Context())
		if err != nil || len(sessions.Data) != 1 || !sessions.Data[0].SecondFactor {
			t.Errorf("sessions: %+v, %v", sessions, err)
		}
		// The same code in another session of the same minute.
		c2, _ := s.GivePassword(t, username)
		_, err = c2.SecondFactor(t.Context(), homecare.SecondFactor{Code: code})
		wants(t, "the code again", err, "auth.code_used")
		wants(t, "sign out", c2.SignOut(t.Context()), "")
	}
}

// TestEnrolment: an account whose role requires an authenticator and that has
// none enrols one first; recovery codes work once each.
func TestEnrolment(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.Database.Exec(t, `update account set totp_sealed = null where username in ('kepala.uren', 'kepala.juai')`)
	c, tokens := s.GivePassword(t, "kepala.uren")
	if !tokens.SecondFactorRequired || !tokens.SecondFactorEnrolment {
		t.Fatalf("%+v", tokens)
	}
	_, err := c.SecondFactor(t.Context(), homecare.SecondFactor{Code: "123456"})
	wants(t, "a code without an authenticator", err, "auth.second_factor")
	_, err = c.ConfirmTOTP(t.Context(), homecare.TOTPConfirm{Code: "123456"})
	wants(t, "confirmed before offered", err, "totp.not_offered")
	offer, err := c.OfferTOTP(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(offer.Secret)
	if u, perr := url.Parse(offer.OTPAuth); err != nil || len(secret) != 20 || perr != nil ||
		u.Query().Get("secret") != offer.Secret || u.Query().Get("issuer") == "" {
		t.Fatalf("%+v", offer)
	}
	var stored []byte
	s.Database.Row(t, `select totp_offered from account where username = 'kepala.uren'`, nil, &stored)
	if len(stored) == 0 || string(stored) == string(secret) {
		t.Fatal("the secret lies open")
	}
	code, err := totp.GenerateCode(offer.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.ConfirmTOTP(t.Context(), homecare.TOTPConfirm{Code: "000000"})
	wants(t, "a wrong confirmation", err, "auth.code_wrong")
	codes, err := c.ConfirmTOTP(t.Context(), homecare.TOTPConfirm{Code: code})
	if err != nil || len(codes.Codes) != 10 {
		t.Fatalf("%+v, %v", codes, err)
	}
	_, err = c.Staff(t.Context())
	wants(t, "a record afterwards", err, "")
	// Moved to another account, the sealed secret does not open.
	s.Database.Exec(t, `update account set totp_sealed = (select totp_sealed from account
		where username = 'kepala.uren') where username = 'kepala.juai'`)
	other, _ := s.GivePassword(t, "kepala.juai")
	other.Retries = 0
	_, err = other.SecondFactor(t.Context(), homecare.SecondFactor{Code: code})
	wants(t, "a secret moved from another account", err, "internal")

	// The lost phone.
	c2, _ := s.GivePassword(t, "kepala.uren")
	left, err := c2.SecondFactor(t.Context(), homecare.SecondFactor{RecoveryCode: " " + codes.Codes[3] + " "})
	if err != nil || left.RecoveryCodesLeft != 9 {
		t.Fatalf("%+v, %v", left, err)
	}
	c3, _ := s.GivePassword(t, "kepala.uren")
	_, err = c3.SecondFactor(t.Context(), homecare.SecondFactor{RecoveryCode: codes.Codes[3]})
	wants(t, "a recovery code again", err, "auth.code_wrong")
	fresh, err := c2.NewRecoveryCodes(t.Context())
	if err != nil || len(fresh.Codes) != 10 {
		t.Fatalf("%+v, %v", fresh, err)
	}
	_, err = c3.SecondFactor(t.Context(), homecare.SecondFactor{RecoveryCode: codes.Codes[4]})
	wants(t, "a replaced recovery code", err, "auth.code_wrong")
	_, err = c3.SecondFactor(t.Context(), homecare.SecondFactor{RecoveryCode: fresh.Codes[4]})
	wants(t, "a new recovery code", err, "")
	wants(t, "removal where the role demands it", c2.RemoveTOTP(t.Context()), "totp.demanded")
	var trail int
	s.Database.Row(t, `select count(*) from audit_event
		where action in ('second_factor.enrol', 'second_factor.recovery_used',
		'second_factor.recovery_codes')`, nil, &trail)
	if trail != 4 {
		t.Errorf("%d events in the trail, want 4", trail)
	}
}

// TestOptionalSecondFactor: an account whose role does not require a second
// factor may have one, and then owes it. With a recent proof it can be removed.
func TestOptionalSecondFactor(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, tokens := s.GivePassword(t, "petugas2.uren")
	if tokens.SecondFactorRequired {
		t.Fatalf("%+v", tokens)
	}
	wants(t, "removal of none", c.RemoveTOTP(t.Context()), "totp.not_enrolled")
	s.Database.Exec(t, `update session set stepped_up_at = now() - interval '11 minutes'`)
	_, err := c.OfferTOTP(t.Context())
	wants(t, "enrolment without a recent proof", err, "auth.step_up")
	wants(t, "step-up by code without an authenticator", c.StepUp(t.Context(), homecare.StepUp{Code: "123456"}),
		"request.invalid")
	wants(t, "step-up by a wrong password", c.StepUp(t.Context(), homecare.StepUp{Password: "salah"}),
		"auth.password_wrong")
	wants(t, "step-up", c.StepUp(t.Context(), homecare.StepUp{Password: apitest.Password}), "")
	offer, err := c.OfferTOTP(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(offer.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ConfirmTOTP(t.Context(), homecare.TOTPConfirm{Code: code}); err != nil {
		t.Fatal(err)
	}
	c2, tokens := s.GivePassword(t, "petugas2.uren")
	if !tokens.SecondFactorRequired {
		t.Fatal("an enrolled second factor is not asked for")
	}
	s.Database.Exec(t, `update session set stepped_up_at = now() - interval '11 minutes'`)
	wants(t, "removal without a recent proof", c.RemoveTOTP(t.Context()), "auth.step_up")
	_, err = c.NewRecoveryCodes(t.Context())
	wants(t, "recovery codes without a recent proof", err, "auth.step_up")
	wants(t, "step-up by password with an authenticator",
		c.StepUp(t.Context(), homecare.StepUp{Password: apitest.Password}), "request.invalid")
	wants(t, "step-up by a used code", c.StepUp(t.Context(), homecare.StepUp{Code: code}), "auth.code_used")
	forgetCode(t, s)
	wants(t, "step-up by code", c.StepUp(t.Context(), homecare.StepUp{Code: code}), "")
	wants(t, "removal", c.RemoveTOTP(t.Context()), "")
	_, err = c2.Me(t.Context())
	wants(t, "a sign-in that owed the removed factor", err, "auth.session_ended")
	if _, tokens = s.GivePassword(t, "petugas2.uren"); tokens.SecondFactorRequired {
		t.Error("a removed second factor is asked for")
	}
}

// TestRoleThatDemandsLater: a role that requires a second factor, given to a
// session without one, makes it pending at the next renewal.
func TestRoleThatDemandsLater(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, tokens := s.GivePassword(t, "petugas3.uren")
	s.Database.Exec(t, `update membership m set role = 'kepala_puskesmas' from account a where a.id = m.account_id
		and a.username = 'petugas3.uren'`)
	again, err := c.Refresh(t.Context(), homecare.Refresh{RefreshToken: tokens.RefreshToken, DeviceID: tokens.DeviceID})
	if err != nil || !again.SecondFactorRequired || !again.SecondFactorEnrolment {
		t.Fatalf("%+v, %v", again, err)
	}
	_, err = c.Staff(t.Context())
	wants(t, "a record", err, "auth.second_factor")
}

// TestResetSecondFactor: the operator removes a lost authenticator; the next
// sign-in enrols a new one.
func TestResetSecondFactor(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "kepala.uren")
	if err := staff.ResetSecondFactor(t.Context(), s.App.DB, audit.NewTrail(s.App.Master), "kepala.uren"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Staff(t.Context())
	wants(t, "a session from before", err, "auth.session_ended")
	if _, tokens := s.GivePassword(t, "kepala.uren"); !tokens.SecondFactorEnrolment {
		t.Fatalf("%+v", tokens)
	}
	if err := staff.ResetSecondFactor(t.Context(), s.App.DB, audit.NewTrail(s.App.Master), "tidak.ada"); !errors.Is(err,
		fault.ErrNotFound) {
		t.Fatal(err)
	}
}

package signin_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func try(t *testing.T, s *apitest.Server, username, password, device string) error {
	t.Helper()
	_, err := s.Visitor(t).SignIn(t.Context(), homecare.SignIn{Username: username, Password: password,
		DeviceID: device})
	return err
}

// TestSignInLimits: ten wrong passwords, known account or not, sequential or
// concurrent. The owner's own device is not locked out, and a correct password
// costs nothing.
func TestSignInLimits(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	mine := uuid.NewString()
	for range 12 { // right ones do not count
		wants(t, "the owner", try(t, s, "petugas1.uren", apitest.Password, mine), "")
		wants(t, "the owner elsewhere", try(t, s, "petugas1.uren", apitest.Password, uuid.NewString()), "")
	}
	for _, username := range []string{"petugas1.uren", "tidak.ada"} {
		var mu sync.Mutex
		got := map[string]int{}
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				p, _ := errors.AsType[*homecare.Problem](try(t, s, username, "salah", ""))
				mu.Lock()
				defer mu.Unlock()
				got[p.Code]++
			})
		}
		wg.Wait()
		if got["auth.sign_in"] != 10 || got["auth.too_many"] != 20 {
			t.Errorf("%s: %v, want 10 wrong and 20 too many", username, got)
		}
		wants(t, username+" with the right password from a stranger's device", try(t, s, username, apitest.Password,
			""), "auth.too_many")
	}
	wants(t, "the owner's device", try(t, s, "petugas1.uren", apitest.Password, mine), "")
	wants(t, "another account", try(t, s, "petugas2.uren", apitest.Password, ""), "")
	// A lost device has ten attempts of its own.
	for range 10 {
		wants(t, "the lost device", try(t, s, "petugas1.uren", "salah", mine), "auth.sign_in")
	}
	wants(t, "the lost device too often", try(t, s, "petugas1.uren", apitest.Password, mine), "auth.too_many")
	s.Database.Exec(t, `update sign_in_attempt set at = at - interval '15 minutes'`)
	wants(t, "a stranger's device later", try(t, s, "petugas1.uren", apitest.Password, ""), "")
}

// TestRetryAfter says when it is worth trying again.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for range 10 {
		wants(t, "wrong", try(t, s, "petugas1.uren", "salah", ""), "auth.sign_in")
	}
	s.Database.Exec(t, `update sign_in_attempt set at = at - interval '5 minutes'`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/v1/auth/login",
		strings.NewReader(`{"username":"petugas1.uren","password":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.HTTP(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if res.StatusCode != http.StatusTooManyRequests || err != nil || wait < 590 || wait > 600 {
		t.Fatalf("%d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// TestAddressLimit: trying many usernames is stopped by address; a known device
// at the same address is not.
func TestAddressLimit(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	mine := uuid.NewString()
	wants(t, "the owner", try(t, s, "petugas1.uren", apitest.Password, mine), "")
	for i := range 100 {
		wants(t, "a guess", try(t, s, fmt.Sprintf("orang.%d", i), "salah", ""), "auth.sign_in")
	}
	wants(t, "another guess", try(t, s, "orang.100", "salah", ""), "auth.too_many")
	wants(t, "the known device", try(t, s, "petugas1.uren", apitest.Password, mine), "")
}

// TestCodeLimits: five wrong codes, and the session of a known device apart
// from the rest.
func TestCodeLimits(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	wrong := homecare.SecondFactor{RecoveryCode: "2222-2222-2222"}
	c, _ := s.GivePassword(t, "kepala.uren")
	for range 5 {
		_, err := c.SecondFactor(t.Context(), wrong)
		wants(t, "wrong", err, "auth.code_wrong")
	}
	other, _ := s.GivePassword(t, "kepala.uren")
	_, err := other.SecondFactor(t.Context(), wrong)
	wants(t, "in another session", err, "auth.too_many")
	third, _ := s.GivePassword(t, "kepala.juai")
	_, err = third.SecondFactor(t.Context(), wrong)
	wants(t, "another account", err, "auth.code_wrong")

	petugas := s.As(t, "petugas1.uren")
	for range 5 {
		wants(t, "wrong proof", petugas.StepUp(t.Context(), homecare.StepUp{Password: "salah"}), "auth.password_wrong")
	}
	wants(t, "wrong proof too often", petugas.StepUp(t.Context(), homecare.StepUp{Password: apitest.Password}),
		"auth.too_many")
	wants(t, "the same person elsewhere", s.As(t, "petugas1.uren").StepUp(t.Context(),
		homecare.StepUp{Password: apitest.Password}), "")
	var refused int
	s.Database.Row(t, `select count(*) from audit_event
		where action in ('second_factor.refused', 'session.step_up_refused')`, nil, &refused)
	if refused != 11 {
		t.Errorf("%d refusals in the trail, want 11", refused)
	}
}

// TestNameSession names a device, by version.
func TestNameSession(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, other := s.As(t, "petugas1.uren"), s.As(t, "petugas2.uren")
	all, err := c.Sessions(t.Context())
	if err != nil || len(all.Data) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	ses := all.Data[0]
	_, err = other.NameSession(t.Context(), ses.ID, ses.Version, homecare.SessionChange{DeviceName: "x"})
	wants(t, "another's session", err, "record.not_found")
	named, err := c.NameSession(t.Context(), ses.ID, ses.Version, homecare.SessionChange{DeviceName: "HP poskesdes"})
	if err != nil || named.DeviceName != "HP poskesdes" || named.Version != ses.Version+1 {
		t.Fatalf("%+v, %v", named, err)
	}
	_, err = c.NameSession(t.Context(), ses.ID, ses.Version, homecare.SessionChange{DeviceName: "lain"})
	wants(t, "an old version", err, "record.stale")
	if again, err := c.Sessions(t.Context()); err != nil || again.Data[0].DeviceName != "HP poskesdes" {
		t.Fatalf("%+v, %v", again, err)
	}
}

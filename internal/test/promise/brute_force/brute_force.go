//go:build sabotage

// Package brute_force measures: password guessing gets few attempts, by account and
// by address, also concurrently. It does not lock out the owner on a known device,
// and other users notice nothing.
package brute_force

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is AUT-6.
var Promise = promise.Promise{ID: "AUT-6",
	Promised: fmt.Sprintf(
		"at most %d of 1,000 guesses at an account and %d from an address are checked; 0 of %d sign-ins of the owner and of others locked out",
		perAccount, perAddress, signIns),
	Measure: func(t *testing.T) promise.Result { return measure(t, 1000, 300) },
	Control: promise.Control{Fault: "no_sign_in_limits", Measure: func(t *testing.T) promise.Result {
		return measure(t, 64, 110)
	}}}

// The limits of the product's defaults.
const perAccount, perAddress = 10, 100

const connections, signIns = 64, 50

const victim = "petugas1.uren"

// from is a caller at an address, behind a trusted balancer.
type from string

// RoundTrip implements http.RoundTripper.
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", string(f))
	return http.DefaultTransport.RoundTrip(r)
}

type world struct{ *apitest.Server }

func (w world) signIn(t *testing.T, address, username, password, device string) string {
	c := homecare.New(w.URL)
	c.HTTP, c.Retries = &http.Client{Transport: from(address)}, 0
	_, err := c.SignIn(t.Context(), homecare.SignIn{Username: username, Password: password, DeviceID: device})
	if p, ok := errors.AsType[*homecare.Problem](err); ok {
		return p.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// attack tries n passwords over the connections and returns how many were
// checked.
func (w world) attack(t *testing.T, n int, address string, username func(i int) string) int {
	var next, checked atomic.Int64
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				switch code := w.signIn(t, address, username(int(i)), fmt.Sprintf("tebakan-%d", i), ""); code {
				case "auth.sign_in":
					checked.Add(1)
				case "auth.too_many", "auth.busy": // not looked at
				default:
					t.Errorf("a guess was answered %q", code)
				}
			}
		})
	}
	wg.Wait()
	return int(checked.Load())
}

func measure(t *testing.T, guesses, names int) promise.Result {
	w := world{apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}))}
	mine := uuid.NewString()
	if code := w.signIn(t, "198.51.100.1", victim, apitest.Password, mine); code != "" {
		t.Fatal(code)
	}
	const attacker = "203.0.113.7"
	var checked int
	begun, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		close(begun)
		checked = w.attack(t, guesses, attacker, func(int) string { return victim })
	}()
	<-begun
	owner, others := 0, 0
	for i := range signIns {
		// The owner's phone is sometimes on the attacker's line.
		if w.signIn(t, []string{attacker, "198.51.100.1"}[i%2], victim, apitest.Password, mine) != "" {
			owner++
		}
		if w.signIn(t, "198.51.100.2", "petugas2.uren", apitest.Password, "") != "" {
			others++
		}
	}
	<-ended
	if w.signIn(t, attacker, victim, apitest.Password, mine) != "" {
		owner++
	}
	sprayed := w.attack(t, names, "203.0.113.8", func(i int) string { return fmt.Sprintf("orang.%d", i) })
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d of %d guesses at one account checked, %d of %d at as many from one address; owner's device locked out %d of %d, others %d of %d",
			checked, guesses, sprayed, names, owner, signIns+1, others, signIns),
		Kept: checked > 0 && checked <= perAccount && sprayed > 0 && sprayed <= perAddress && owner == 0 &&
			others == 0,
	}
}

//go:build sabotage

// Package one_time_codes measures: a code, link or token for single use works once
// under concurrent use.
package one_time_codes

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is AUT-3.
var Promise = promise.Promise{ID: "AUT-3", Promised: fmt.Sprintf("1 winner of %d at once, for each one-time thing",
	atOnce), Measure: measure, Control: promise.Control{Fault: "reuse_codes"}}

const atOnce = 64

// race uses one code atOnce times concurrently and returns the number of
// successes.
type race struct {
	name string
	run  func(t *testing.T, s *apitest.Server) int
}

// races are the single-use things; the files of this package add to them.
var races = []race{
	{"TOTP code", totpCode}, {"recovery code", recoveryCode}, {"refresh from one device", refreshOneDevice},
	{"refresh across devices", refreshAcrossDevices},
}

func measure(t *testing.T) promise.Result {
	// The limits on wrong codes would end the race before it begins.
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.SignInFailures, c.SignInAddressFailures = 10_000,
			10_000
	}))
	var found []string
	kept := true
	for _, r := range races {
		n := r.run(t, s)
		kept = kept && n == 1
		found = append(found, fmt.Sprintf("%s %d", r.name, n))
	}
	return promise.Result{Measured: "winners: " + strings.Join(found, ", "), Kept: kept && len(found) >= 4}
}

// together runs f atOnce times concurrently and counts where it is true.
func together(f func(i int) bool) int {
	var won atomic.Int64
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(atOnce)
	for i := range atOnce {
		done.Go(func() {
			ready.Done()
			<-start
			if f(i) {
				won.Add(1)
			}
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return int(won.Load())
}

// pending opens atOnce sessions of an account that owe their second factor.
func pending(t *testing.T, s *apitest.Server, username string) []*homecare.Client {
	t.Helper()
	out := make([]*homecare.Client, atOnce)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i := range out {
		out[i] = homecare.New(s.URL)
		out[i].Retries = 0
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			tokens, err := out[i].SignIn(t.Context(), homecare.SignIn{Username: username, Password: apitest.Password})
			if err != nil || !tokens.SecondFactorRequired {
				t.Errorf("sign in as %s: %v", username, err)
			}
		})
	}
	wg.Wait()
	return out
}

// passed counts the sessions that are complete.
func passed(t *testing.T, all []*homecare.Client) int {
	n := 0
	for _, c := range all {
		if me, err := c.Me(t.Context()); err == nil && !me.SecondFactorRequired {
			n++
		}
	}
	return n
}

func totpCode(t *testing.T, s *apitest.Server) int {
	all := pending(t, s, "kepala.uren")
	code := staff.DemoCode(time.Now())
	won := together(func(i int) bool {
		_, err := all[i].SecondFactor(t.Context(), homecare.SecondFactor{Code: code})
		return err == nil
	})
	if p := passed(t, all); p != won {
		t.Errorf("%d sessions are complete, %d codes were accepted", p, won)
	}
	return won
}

func recoveryCode(t *testing.T, s *apitest.Server) int {
	codes, err := s.As(t, "kepala.juai").NewRecoveryCodes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := pending(t, s, "kepala.juai")
	won := together(func(i int) bool {
		_, err := all[i].SecondFactor(t.Context(), homecare.SecondFactor{RecoveryCode: codes.Codes[0]})
		return err == nil
	})
	if p := passed(t, all); p != won {
		t.Errorf("%d sessions are complete, %d codes were accepted", p, won)
	}
	return won
}

// refreshOneDevice: all get an answer, and all the same next token. It returns
// the number of different tokens, 0 when a request got none.
func refreshOneDevice(t *testing.T, s *apitest.Server) int {
	old := s.As(t, "petugas1.uren").Tokens()
	var mu sync.Mutex
	next := map[string]bool{}
	answered := together(func(int) bool {
		got, err := client(s).Refresh(t.Context(), homecare.Refresh{RefreshToken: old.RefreshToken,
			DeviceID: old.DeviceID})
		mu.Lock()
		defer mu.Unlock()
		next[got.RefreshToken] = true
		return err == nil && got.RefreshToken != old.RefreshToken
	})
	if answered != atOnce {
		return 0
	}
	return len(next)
}

// refreshAcrossDevices: half of the requests come from the right device, each of
// the others from its own. The first of those ends the session, so a round may
// have no success, and never two. It returns the maximum number of successful
// devices in a round.
func refreshAcrossDevices(t *testing.T, s *apitest.Server) int {
	most := 0
	for range 20 {
		old := s.As(t, "petugas2.uren").Tokens()
		var mu sync.Mutex
		won := map[string]bool{}
		together(func(i int) bool {
			device := old.DeviceID
			if i%2 == 1 {
				device = uuid.NewString()
			}
			_, err := client(s).Refresh(t.Context(), homecare.Refresh{RefreshToken: old.RefreshToken, DeviceID: device})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won[device] = true
			}
			return err == nil
		})
		most = max(most, len(won))
	}
	return most
}

func client(s *apitest.Server) *homecare.Client {
	c := homecare.New(s.URL)
	c.Retries = 0
	return c
}

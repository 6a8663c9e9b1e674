//go:build sabotage

// Package lost_refresh measures: the answer to a refresh may get lost. The same token
// from the same device works again for 60 seconds and gets the same next token. Its
// use from another device, or later, ends the session.
package lost_refresh

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"

	"github.com/google/uuid"
)

// Promise is AUT-4.
var Promise = promise.Promise{ID: "AUT-4",
	Promised: "retry within 60 s from the same device 100/100; reuse after that ends the session", Measure: measure,
	Control: promise.Control{Fault: "no_refresh_window"}}

// phones have lost an answer; strangers have a stolen copy of the token.
const phones, strangers, atOnce = 100, 20, 4

var accounts = []string{"kepala", "koordinator", "petugas1", "petugas2", "petugas3"}

var puskesmas = []string{"uren", "juai", "halong", "awayan", "pirsus"}

func measure(t *testing.T) promise.Result {
	s := apitest.New(t)
	all := make([]*homecare.Client, phones+strangers)
	var wg sync.WaitGroup
	for i := range all {
		c := homecare.New(s.URL)
		c.Retries = 0
		all[i] = c
		wg.Go(func() {
			name := accounts[i%len(accounts)] + "." + puskesmas[i/len(accounts)%len(puskesmas)]
			if err := s.SignIn(t, c, name); err != nil {
				t.Error(err)
			}
		})
		if i%4 == 3 {
			wg.Wait()
		}
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	first := make([]homecare.Tokens, len(all)) // what each device still holds
	for i, c := range all {
		first[i] = c.Tokens()
		if _, err := refresh(t, s, first[i].RefreshToken, first[i].DeviceID); err != nil { // the answer that gets lost
			t.Fatal(err)
		}
	}
	s.Database.Exec(t, `update session set rotated_at = rotated_at - interval '30 s'`)
	worked := 0
	next := make([]homecare.Tokens, len(all))
	for i := range phones {
		if got, ok := retryAtOnce(t, s, first[i]); ok && works(t, s, got.AccessToken) {
			worked++
			next[i] = got
		}
	}
	refused := 0
	for i := phones; i < len(all); i++ {
		if ended(t, s, first[i], uuid.NewString(), first[i].AccessToken) {
			refused++
		}
	}
	s.Database.Exec(t, `update session set rotated_at = rotated_at - interval '31 s'`)
	late := 0
	for i := range phones {
		if next[i].AccessToken != "" && ended(t, s, first[i], first[i].DeviceID, next[i].AccessToken) {
			if _, err := refresh(t, s, next[i].RefreshToken, first[i].DeviceID); err != nil {
				late++
			}
		}
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d of %d retries worked (%d at once each), %d of %d other devices refused, %d of %d sessions ended by a late reuse",
			worked, phones, atOnce, refused, strangers, late, phones),
		Kept: worked == phones && refused == strangers && late == phones,
	}
}

func refresh(t *testing.T, s *apitest.Server, token, device string) (homecare.Tokens, error) {
	c := homecare.New(s.URL)
	c.Retries = 0
	return c.Refresh(t.Context(), homecare.Refresh{RefreshToken: token, DeviceID: device})
}

// retryAtOnce sends the old token from its device several times concurrently.
// All must get the same next token.
func retryAtOnce(t *testing.T, s *apitest.Server, old homecare.Tokens) (homecare.Tokens, bool) {
	var got [atOnce]homecare.Tokens
	var errs [atOnce]error
	var wg sync.WaitGroup
	for i := range atOnce {
		wg.Go(func() { got[i], errs[i] = refresh(t, s, old.RefreshToken, old.DeviceID) })
	}
	wg.Wait()
	for i := range atOnce {
		if errs[i] != nil || got[i].RefreshToken != got[0].RefreshToken || got[i].RefreshToken == old.RefreshToken {
			return homecare.Tokens{}, false
		}
	}
	return got[0], true
}

func works(t *testing.T, s *apitest.Server, access string) bool {
	c := homecare.New(s.URL)
	c.SetTokens(homecare.Tokens{AccessToken: access})
	_, err := c.Staff(t.Context())
	return err == nil
}

// ended says whether using the old token from device is refused and ends the
// session, as the next request with access shows.
func ended(t *testing.T, s *apitest.Server, old homecare.Tokens, device, access string) bool {
	if !works(t, s, access) {
		return false // it had ended before
	}
	_, err := refresh(t, s, old.RefreshToken, device)
	p, ok := errors.AsType[*homecare.Problem](err)
	return ok && p.Code == "auth.refresh_reused" && !works(t, s, access)
}

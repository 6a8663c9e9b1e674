//go:build sabotage

// Package revoked_access measures: a revoked session, a disabled account, an ended
// membership or a lowered role takes effect on the very next request.
package revoked_access

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is AUT-2.
var Promise = promise.Promise{ID: "AUT-2", Promised: "0 of 100 accepted on the next request", Measure: measure,
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return measureOn(t, blind) }}}

// blind is enter() without its check.
const blind = `create or replace function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text,
	p_puskesmas smallint, p_permission text, p_step_up boolean) returns text[]
	language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
	begin
		perform set_config('app.user_id', p_account::text, true), set_config('app.role', p_role, true),
			set_config('app.puskesmas_id', coalesce(p_puskesmas::text, ''), true);
		return null;
	end $$`

// ways to remove a right. Each has its own puskesmas, four of its accounts and
// five sign-ins of each: 100 in all.
var ways = []struct {
	name, puskesmas string
	sql             string // of one account, $1 its username; empty: sign out everywhere
	renewable       bool   // the session continues with the new rights
}{
	{"session ended", "uren", `update session s set ended_at = now() from account a where a.id = s.account_id
		and a.username = $1`, false},
	{"signed out everywhere", "juai", "", false},
	{"account disabled", "halong", `update account set disabled_at = now() where username = $1`, false},
	{"membership ended", "awayan", `update membership m set ended_at = now() from account a where a.id = m.account_id
		and a.username = $1`, false},
	{"role lowered", "pirsus", `update membership m set role = 'integrator' from account a where a.id = m.account_id
		and a.username = $1`, true},
}

// routes use both checks of a session: enter() of the database, and the check
// of requests about the caller's own account.
var routes = []struct{ method, path string }{
	{http.MethodGet, "/v1/staff"}, {http.MethodGet, "/v1/me"}, {http.MethodGet, "/v1/sessions"},
	{http.MethodPost, "/v1/auth/sign-out-everywhere"},
}

const perAccount = 5

var accounts = []string{"kepala", "koordinator", "petugas1", "petugas2"}

func measure(t *testing.T) promise.Result { return measureOn(t, "") }

func measureOn(t *testing.T, sabotage string) promise.Result {
	s := apitest.New(t)
	if sabotage != "" {
		s.Database.Exec(t, sabotage)
	}
	before, accepted, renewed, tried, renewals := 0, 0, 0, 0, 0
	for _, w := range ways {
		var clients []*homecare.Client
		for _, a := range accounts {
			for range perAccount {
				c := s.As(t, a+"."+w.puskesmas)
				if status(t, s, c, http.MethodGet, "/v1/staff") == http.StatusOK &&
					status(t, s, c, http.MethodGet, "/v1/me") == http.StatusOK {
					before++
				}
				clients = append(clients, c)
			}
		}
		for i, a := range accounts {
			if w.sql != "" {
				s.Database.Exec(t, w.sql, a+"."+w.puskesmas)
			} else if err := clients[i*perAccount].SignOutEverywhere(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range clients {
			tried++
			for _, r := range routes {
				if status(t, s, c, r.method, r.path) != http.StatusUnauthorized {
					accepted++
					break
				}
			}
			if w.renewable {
				continue
			}
			renewals++
			old := c.Tokens()
			if _, err := c.Refresh(t.Context(), homecare.Refresh{RefreshToken: old.RefreshToken,
				DeviceID: old.DeviceID}); err == nil {
				renewed++
			}
		}
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d accepted in %d ways, %d of %d renewed; %d of %d accepted before", accepted,
			tried, len(ways), renewed, renewals, before, tried),
		Kept: accepted == 0 && renewed == 0 && tried == 100 && before == tried,
	}
}

// status calls with the client's access token, without renewing it.
func status(t *testing.T, s *apitest.Server, c *homecare.Client, method, path string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Tokens().AccessToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

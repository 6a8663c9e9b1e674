//go:build sabotage

// Package exact_quotas measures: a quota ends exactly where the headers say, with 429
// and when to come again; the headers parse.
package exact_quotas

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is API-9.
var Promise = promise.Promise{ID: "API-9", Promised: "429 exactly at the quota; headers parse",
	Measure: measure, Control: promise.Control{Fault: "no_limits"}}

// The quotas measured; a unit of the smallest comes back in two seconds.
const account, tenant, address = 30, 45, 60

// The headers by the grammar of draft-ietf-httpapi-ratelimit-headers: lists of
// strings (RFC 9651) with integer parameters.
var (
	policyForm = regexp.MustCompile(`^"([a-z]+)";q=([0-9]+);w=([0-9]+)(?:, "([a-z]+)";q=([0-9]+);w=([0-9]+))?$`)
	stateForm  = regexp.MustCompile(`^"([a-z]+)";r=([0-9]+);t=([0-9]+)(?:, "([a-z]+)";r=([0-9]+);t=([0-9]+))?$`)
)

type counts struct {
	t        *testing.T
	answers  atomic.Int64
	bad      atomic.Int64 // headers that do not parse or contradict each other
	inexact  atomic.Int64 // quotas that ended elsewhere
	measured atomic.Int64 // quotas
}

func measure(t *testing.T) promise.Result {
	s := apitest.New(t, apitest.CountIn(&apitest.Tally{}), apitest.Configure(func(c *config.Config) {
		c.RateAccount, c.RateTenant, c.RateAddress = account, tenant, address
	}))
	edge := httptest.NewServer(s.App.Mount(s.App.Routes()))
	t.Cleanup(edge.Close)
	c := &counts{t: t}
	token := func(username string) string { return s.As(t, username).Tokens().AccessToken }

	// Sequentially and eight at once, reads and lists.
	first := token("petugas1.uren")
	c.ends(account, 1, 1, edge.URL+"/v1/puskesmas", first)
	c.ends(tenant-account, 1, 1, edge.URL+"/v1/puskesmas", token("petugas2.uren"))
	c.ends(account, 2, 8, edge.URL+"/v1/staff", token("petugas1.awayan"))
	c.ends(address, 1, 8, edge.URL+"/.well-known/jwks.json", "")
	return promise.Result{
		Measured: fmt.Sprintf("%d quotas, %d answers: %d ended elsewhere than said, %d headers wrong",
			c.measured.Load(), c.answers.Load(), c.inexact.Load(), c.bad.Load()),
		Kept: c.measured.Load() == 4 && c.inexact.Load() == 0 && c.bad.Load() == 0,
	}
}

// ends sends requests of one cost until a quota of that many units is used up.
// Units that refill meanwhile are taken into account.
func (c *counts) ends(units, cost, atOnce int, url, token string) {
	c.t.Helper()
	c.measured.Add(1)
	start := time.Now()
	var passed, refused atomic.Int64
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for range units/cost + 3 {
				if c.one(url, token) {
					passed.Add(1)
				} else {
					refused.Add(1)
				}
				if refused.Load() > 2 {
					return
				}
			}
		})
	}
	wg.Wait()
	// Units refilled meanwhile: at most one each minute/quota.
	back := int64(time.Since(start)) / (int64(time.Minute) / int64(max(units, account)))
	low, high := int64(units/cost), (int64(units)+back)/int64(cost)
	if n := passed.Load(); n < low || n > high || refused.Load() == 0 {
		c.inexact.Add(1)
		c.t.Logf("%s: %d passed, %d to %d expected, %d refused", url, n, low, high, refused.Load())
	}
}

// one sends one request and checks its headers against the grammar and each
// other.
func (c *counts) one(url, token string) bool {
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		c.t.Error(err)
		return false
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Error(err)
		return false
	}
	_ = res.Body.Close()
	c.answers.Add(1)
	policy, state := policyForm.FindStringSubmatch(res.Header.Get("RateLimit-Policy")),
		stateForm.FindStringSubmatch(res.Header.Get("RateLimit"))
	wait, werr := strconv.Atoi(res.Header.Get("Retry-After"))
	refused := res.StatusCode == http.StatusTooManyRequests
	ok := policy != nil && state != nil && (werr == nil) == refused && (!refused || wait > 0)
	for i := 1; ok && i < len(policy) && policy[i] != ""; i += 3 {
		ok = policy[i] == state[i] && number(state[i+1]) <= number(policy[i+1]) &&
			number(state[i+2]) <= number(policy[i+2])
	}
	if !ok {
		if c.bad.Add(1) < 4 {
			c.t.Logf("%s: %d %v", url, res.StatusCode, res.Header)
		}
	}
	return !refused
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

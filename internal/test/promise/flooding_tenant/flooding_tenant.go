//go:build sabotage

// Package flooding_tenant measures: while one puskesmas sends ten times its quota,
// reads of another take at most twice as long as when it is idle.
package flooding_tenant

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

// Promise is ISO-8. The control has neither quotas nor a share of the pool.
var Promise = promise.Promise{ID: "ISO-8",
	Promised: "one tenant floods at 10x its limit: another's p99 <= 2x its quiet p99",
	Measure:  measure, Control: promise.Control{Fault: "no_limits"}}

const (
	quota   = 3000 // units a minute of a puskesmas: 6 such lists a second
	flood   = 63   // lists of 200 rows a second, each 8 units: ten times the quota
	senders = 16
	asking  = 25 * time.Millisecond // between two reads of the other puskesmas
	windows = 8                     // idle and flooded alternately, so that other load on the machine affects both
	window  = 2500 * time.Millisecond
	people  = 150 // that a list of the flooding puskesmas shows
)

func measure(t *testing.T) promise.Result {
	s := apitest.New(t, apitest.CountIn(&apitest.Tally{}),
		apitest.Configure(func(c *config.Config) { c.RateTenant = quota }))
	uren, awayan := s.As(t, "petugas1.uren"), s.As(t, "petugas1.awayan")
	var read homecare.Patient
	for i := range people + 1 {
		author := uren
		if i == people {
			author = awayan
		}
		if err := author.Do(t.Context(), homecare.Call{Method: http.MethodPost, Path: "/v1/patients", Out: &read,
			Body: homecare.NewPatient{Name: "Orang Contoh", Sex: "female", BirthDate: "1950-02-03"}}); err != nil {
			t.Fatal(err)
		}
	}
	flooder, other := uren.Tokens().AccessToken, awayan.Tokens().AccessToken
	c := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * senders}}
	heavy, light := s.URL+"/v1/patients?limit=200", s.URL+"/v1/patients/"+read.ID
	// The bucket of the flooding puskesmas is emptied first.
	for range quota {
		if get(t.Context(), c, heavy, flooder) == http.StatusTooManyRequests {
			break
		}
	}
	// The bucket refills in the idle windows too, so up to a fifth passes.
	var quiet, loud []time.Duration
	var sent, refused atomic.Int64
	for i := range 2 * windows {
		stop := func() {}
		if i%2 == 1 {
			stop = pour(t.Context(), func(ctx context.Context) {
				sent.Add(1)
				if get(ctx, c, heavy, flooder) == http.StatusTooManyRequests {
					refused.Add(1)
				}
			})
		}
		times := ask(t, c, light, other)
		stop()
		if i%2 == 1 {
			loud = append(loud, times...)
		} else {
			quiet = append(quiet, times...)
		}
	}
	before, after := p99(quiet), p99(loud)
	ratio := float64(after) / float64(before)
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d reads quiet, p99 %.1f ms; %d beside a flood of %.0f/s of which %d of %d were refused, p99 %.1f ms: %.2f x",
			len(quiet), ms(before), len(loud), float64(sent.Load())/(windows*window.Seconds()), refused.Load(),
			sent.Load(), ms(after), ratio),
		Kept: ratio <= 2 && refused.Load() > sent.Load()*3/4 &&
			float64(sent.Load()) > flood*windows*window.Seconds()*0.9,
	}
}

func get(ctx context.Context, c *http.Client, url, token string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := c.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// pour sends flood requests a second, at most senders at once.
func pour(ctx context.Context, one func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	due := make(chan struct{}, flood)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for range due {
				one(context.WithoutCancel(ctx))
			}
		})
	}
	wg.Go(func() {
		defer close(due)
		tick := time.NewTicker(time.Second / flood)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				select {
				case due <- struct{}{}:
				default:
				}
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

// ask reads at a steady pace for one window.
func ask(t *testing.T, c *http.Client, url, token string) (times []time.Duration) {
	t.Helper()
	end := time.Now().Add(window)
	tick := time.NewTicker(asking)
	defer tick.Stop()
	for time.Now().Before(end) {
		start := time.Now()
		if code := get(t.Context(), c, url, token); code != http.StatusOK {
			t.Fatalf("the other puskesmas is answered %d", code)
		}
		times = append(times, time.Since(start))
		<-tick.C
	}
	return times
}

func p99(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)*99/100]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

//go:build sabotage

// Package concurrent_updates measures: with 64 concurrent writers on one record with
// If-Match, the number of successes is the final version minus one.
package concurrent_updates

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"

	"time"
)

const writers, rounds = 64, 5

// Promise is API-7.
var Promise = promise.Promise{ID: "API-7", Promised: "successes = final version - 1 with 64 writers", Measure: measure,
	Control: promise.Control{Fault: "no_if_match"}}

func measure(t *testing.T) promise.Result {
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	r, err := c.DraftReport(t.Context(), homecare.DraftReport{Programme: "homecare_sanggam",
		Month: clock.Month(time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	var won, stale, other atomic.Int64
	for range rounds {
		seen, err := c.Report(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				_, err := c.SetReportNote(t.Context(), seen.ID, seen.Version,
					homecare.ReportNote{Note: homecare.Some(fmt.Sprint("catatan ", i))})
				p, isProblem := errors.AsType[*homecare.Problem](err)
				switch {
				case err == nil:
					won.Add(1)
				case isProblem && p.Status == 412:
					stale.Add(1)
				default:
					other.Add(1)
				}
			})
		}
		wg.Wait()
	}
	final, err := c.Report(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d won, %d stale, %d other; final version %d", won.Load(), stale.Load(), other.Load(),
			final.Version),
		Kept: won.Load() == final.Version-1 && won.Load() == rounds && other.Load() == 0,
	}
}

//go:build sabotage

// Package killed_api measures: the API is killed with SIGKILL under write load,
// twenty times. Nothing acknowledged is lost, duplicated or half-written, and
// it is back within a second.
package killed_api

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-1.
var Promise = promise.Promise{ID: "DUR-1",
	Promised: "20 x kill -9 of the API: LOST = DUPLICATE = HALF = PHANTOM = 0, back in <= 1 s",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 20) },
	Control: promise.Control{Fault: "no_idempotency",
		Measure: func(t *testing.T) promise.Result { return measure(t, 8) }}}

const writers = 12

func measure(t *testing.T, kills int) promise.Result {
	s := apitest.New(t) // for its database and accounts only
	p := crash.NewProduct(t, apitest.Config(s.Database))
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	j := crash.NewJournal(t, p.URL, "koordinator.uren", apitest.Password)
	stop := j.Write(writers)
	var slowest time.Duration
	for range kills {
		time.Sleep(time.Duration(200+rand.IntN(300)) * time.Millisecond)
		p.Kill()
		back, err := p.Start(t.Context())
		if err != nil {
			stop()
			t.Fatal(err)
		}
		slowest = max(slowest, back)
	}
	stop()
	v := j.Verify(t, s.Database.Admin())
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d kills, %d acknowledged, %d given up, %d sent again, %d replayed: %s; back in %d ms at most; %d unexpected answers",
			kills, j.Acked(), j.Open(), j.Retries.Load(), j.Replayed.Load(), v, slowest.Milliseconds(),
			j.Unexpected.Load()),
		// Without a replayed answer, no kill fell between commit and answer,
		// and the measure would prove nothing.
		Kept: v.Clean() && slowest <= time.Second && j.Replayed.Load() > 0 && j.Unexpected.Load() == 0,
	}
}

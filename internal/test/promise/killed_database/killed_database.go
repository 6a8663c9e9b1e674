//go:build sabotage

// Package killed_database measures: PostgreSQL is killed with SIGKILL under write load,
// ten times. Nothing acknowledged is lost, duplicated or half-written. Meanwhile the
// API answers 503 with Retry-After, and its process continues.
package killed_database

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-2.
var Promise = promise.Promise{ID: "DUR-2",
	Promised: "10 x kill -9 of PostgreSQL: LOST = DUPLICATE = HALF = PHANTOM = 0, 503 with Retry-After meanwhile, the API's process survives",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 10, "") },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result {
		return measure(t, 4, `alter database homecare set synchronous_commit = off`)
	}}}

const writers = 12

// measure kills kills times; sabotage is SQL that makes the database less
// durable than it must be.
func measure(t *testing.T, kills int, sabotage string) promise.Result {
	c := crash.NewCluster(t)
	if sabotage != "" {
		c.Exec(t, sabotage)
	}
	p := crash.NewProduct(t, c.Config())
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	pid := p.PID()
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	stop := j.Write(writers)
	told, slowest := 0, time.Duration(0)
	for range kills {
		time.Sleep(time.Duration(300+rand.IntN(300)) * time.Millisecond)
		before := j.Unavailable.Load()
		c.Kill(t)
		begin := time.Now()
		// Down until the API has reported it, at least for a moment.
		read := false
		for (!read || j.Unavailable.Load() == before || time.Since(begin) < 150*time.Millisecond) &&
			time.Since(begin) < 5*time.Second {
			code, again := j.Get(t.Context(), "/v1/staff")
			read = read || code == http.StatusServiceUnavailable && again
			time.Sleep(5 * time.Millisecond)
		}
		if read && j.Unavailable.Load() > before {
			told++
		}
		c.Start(t)
		begin = time.Now()
		for !crash.Ready(t.Context(), p.URL) && time.Since(begin) < 30*time.Second {
			time.Sleep(5 * time.Millisecond)
		}
		slowest = max(slowest, time.Since(begin))
	}
	stop()
	v := j.Verify(t, c.Admin())
	lives := p.Alive() && p.PID() == pid
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d kills, %d acknowledged, %d given up, %d sent again, %d replayed: %s; 503 with Retry-After for reads and writes in %d of %d, %d without; ready %d ms after the database at most; same process: %t; %d unexpected answers",
			kills, j.Acked(), j.Open(), j.Retries.Load(), j.Replayed.Load(), v, told, kills, j.Bare.Load(),
			slowest.Milliseconds(), lives, j.Unexpected.Load()),
		Kept: v.Clean() && told == kills && j.Bare.Load() == 0 && lives && j.Unexpected.Load() == 0,
	}
}

//go:build sabotage

// Package random_year measures: after a year of random acts (late, early, moved,
// amended, merged, corrected), a puskesmas's dashboard and draft show what an
// independent recount says; for a sent month the frozen figures with their delta
// do.
package random_year

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
)

const promised = "live = draft = recount, frozen + delta = live, lag <= 5 s"

// fixed is the seed of every measure; the others are random.
const fixed = 3

// The number of acts of the long form over all tenants, and its time limit.
const (
	longActs = 20_000
	longTime = 10 * time.Minute
)

// atOnce is the number of puskesmas with concurrent years.
const atOnce = 4

// maxLag is how long after an act's answer the dashboard may still show the old
// figures.
const maxLag = 5 * time.Second

var slugs = []string{"tanah-habang", "uren", "paringin", "paringin-selatan", "batumandi", "lampihong", "lok-batu",
	"awayan", "juai", "pirsus", "halong", "tebing-tinggi"}

// Promise is the long form of REC-3: a year in twelve puskesmas.
var Promise = promise.Promise{ID: "REC-3", Promised: promised,
	Measure: func(t *testing.T) promise.Result { return measure(t, slugs, longActs, longTime, "") },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return broken(t, breaks) }}}

// Short is REC-3 in a few seconds: a fixed and a random seed.
var Short = promise.Promise{ID: "REC-3", Promised: promised + " (short)",
	Measure: func(t *testing.T) promise.Result { return measure(t, slugs[:2], 250, time.Minute, "") },
	// One break per day.
	Control: promise.Control{Measure: func(t *testing.T) promise.Result {
		return broken(t, breaks[time.Now().YearDay()%len(breaks):][:1])
	}}}

// breaks are faults that the dashboards or the reports must show.
var breaks = []struct{ name, sql string }{
	{"the months of visits are not told", `alter table visit disable trigger visit_months; alter table visit disable
		trigger visit_made_months;
		alter table visit_service disable trigger visit_service_made_months`},
	{"acts on tasks count when they were written down", `create function when_written() returns trigger language plpgsql
		as $$
		begin new.happened_on := (new.at at time zone 'Asia/Makassar')::date; return new; end $$;
		create trigger when_written before insert on follow_up_act for each row execute function when_written()`},
}

// broken measures once per break. A break that is not found keeps the control
// green.
func broken(t *testing.T, breaks []struct{ name, sql string }) promise.Result {
	var said []string
	unnoticed := false
	for _, b := range breaks {
		r := measure(t, slugs[:1], 80, time.Minute, b.sql)
		said = append(said, b.name+": "+r.Measured)
		unnoticed = unnoticed || r.Kept
	}
	return promise.Result{Measured: strings.Join(said, "; "), Kept: unnoticed}
}

func measure(t *testing.T, slugs []string, acts int, within time.Duration, breakIt string) promise.Result {
	said := &errorLog{}
	s := apitest.New(t, apitest.LogTo(said), apitest.Configure(func(c *config.Config) {
		c.RateAccount, c.RateTenant,
			c.RateAddress = 0, 0, 0
	}))
	if breakIt != "" {
		s.Database.Exec(t, breakIt)
	}
	if err := s.App.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Jobs.Stop(context.Background()) })
	random := uint64(time.Now().UnixNano())
	var years []*year
	for i, slug := range slugs {
		seed := uint64(fixed)
		if i > 0 {
			seed = random + uint64(i)
		}
		y := newYear(t, s, slug, seed, acts/len(slugs))
		if breakIt != "" {
			// A later act of the month tells it after all, so that a missing one shows for a while only.
			y.patience, y.hasty, y.often = time.Second, true, 2
		}
		years = append(years, y)
	}
	live(years, within)
	all := newTally()
	for _, y := range years {
		if y.broken != nil {
			t.Fatalf("%s: seed %d act %d of %d: %v\n%s", y.slug, y.seed, y.n, y.acts, y.broken, said)
		}
		t.Logf("%s: seed %d, act %d of %d, %d differences", y.slug, y.seed, min(y.n, y.acts), y.acts, len(y.differ))
		for n, d := range y.differ {
			if n < 12 {
				t.Log(d)
			}
		}
		all.add(y.tally, len(y.differ))
	}
	t.Log(all.kinds())
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d differences of %d figures after %d acts of %d kinds (%d refused, %d parked, %d taken) in %d puskesmas, lag <= %v",
			all.differ, all.compared,
			all.total(), len(all.done), sum(all.refused), all.parked, all.done["take"], len(slugs),
			all.lag.Round(time.Millisecond)),
		Kept: all.differ == 0 && all.lag <= maxLag && all.compared > 500 && all.total() >= min(acts, 250)/2,
	}
}

// live runs the years, some at a time, each with its share of the time.
func live(years []*year, within time.Duration) {
	var all sync.WaitGroup
	at := make(chan struct{}, atOnce)
	rounds := (len(years) + atOnce - 1) / atOnce
	for _, y := range years {
		all.Go(func() {
			at <- struct{}{}
			defer func() { <-at }()
			y.run(time.Now().Add(within / time.Duration(rounds)))
		})
	}
	all.Wait()
}

// tally is the result.
type tally struct {
	done, refused, why       map[string]int
	parked, compared, differ int
	lag                      time.Duration
}

func newTally() *tally {
	return &tally{done: map[string]int{}, refused: map[string]int{}, why: map[string]int{}}
}

func (a *tally) add(o *tally, differ int) {
	for _, m := range []struct{ to, from map[string]int }{{a.done, o.done}, {a.refused, o.refused}, {a.why, o.why}} {
		for k, n := range m.from {
			m.to[k] += n
		}
	}
	a.parked, a.compared, a.differ, a.lag = a.parked+o.parked, a.compared+o.compared, a.differ+differ, max(a.lag, o.lag)
}

func (a *tally) total() int { return sum(a.done) }

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

func (a *tally) kinds() string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(a.done)) {
		out = append(out, fmt.Sprintf("%s %d (%.1f %%)", k, a.done[k],
			100*float64(a.done[k])/float64(max(1, a.total()))))
	}
	out = append(out, "refused:")
	for _, k := range slices.Sorted(maps.Keys(a.why)) {
		out = append(out, fmt.Sprintf("%s %d", k, a.why[k]))
	}
	return strings.Join(out, ", ")
}

var errNothing = errors.New("nothing to do it to")

// pick takes one of s at random; it must not be empty.
func pick[T any](r *rand.Rand, s []T) T { return s[r.IntN(len(s))] }

// errorLog keeps the errors of the server's log: the causes of answers 500.
type errorLog struct {
	mu    sync.Mutex
	lines []byte
}

func (l *errorLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(line, []byte("ERROR")) && len(l.lines) < 8_000 {
		l.lines = append(l.lines, line...)
	}
	return len(line), nil
}

func (l *errorLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.lines)
}

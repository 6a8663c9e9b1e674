package visit_test

import (
	"math"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestRoundTrips checks the budget of round trips: the cost of the network
// besides the work, once statements are prepared.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	var trips apitest.Trips
	w := newWorld(t, trips.Option())
	var last homecare.Visit
	budget := func(name string, most int64, f func()) {
		best := int64(math.MaxInt64)
		for range 6 { // the first ones prepare statements
			w.SQL(`update stop_member set active = false where active`) // plans of earlier rounds
			best = min(best, trips.During(f))
		}
		t.Logf("%s: %d round trips", name, best)
		if best > most || best == 0 {
			t.Errorf("%s: %d round trips, want at most %d", name, best, most)
		}
	}
	n := 0
	budget("bundle", 4, func() {
		in := w.Bundle()
		n++
		in.ArrivedAt = in.ArrivedAt.Add(time.Duration(n) * time.Minute) // another visit each time
		last = apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), in))
	})
	budget("read", 1, func() { apitest.MustVisit(t)(w.Nurse.Visit(t.Context(), last.ID)) })
	budget("plan", 4, func() { last = w.Plan(1) })
	budget("plan and vital signs", 4+5, func() { w.Put(w.Arrived(), "vitals", wellness) })
}

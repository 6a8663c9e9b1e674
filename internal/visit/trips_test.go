package visit_test

import (
	"context"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// counted counts round trips: a read that follows a write.
type counted struct {
	net.Conn
	trips *atomic.Int64
	mu    sync.Mutex
	wrote bool
}

func (c *counted) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.wrote = true
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *counted) Read(b []byte) (int, error) {
	c.mu.Lock()
	if c.wrote {
		c.trips.Add(1)
	}
	c.wrote = false
	c.mu.Unlock()
	return c.Conn.Read(b)
}

// TestRoundTrips checks the budget of round trips: the cost of the network
// besides the work, once statements are prepared.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	var trips atomic.Int64
	w := newWorld(t, apitest.Pools(func(c *pg.Config) {
		c.Configure = func(role string, p *pgxpool.Config) {
			if role != "app" {
				return
			}
			p.MaxConns, p.MinIdleConns = 1, 0
			p.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &counted{Conn: conn, trips: &trips}, nil
			}
		}
	}))
	var last homecare.Visit
	budget := func(name string, most int64, f func()) {
		best := int64(math.MaxInt64)
		for range 4 { // the first ones prepare statements
			w.SQL(`update stop_member set active = false where active`) // plans of earlier rounds
			before := trips.Load()
			f()
			best = min(best, trips.Load()-before)
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

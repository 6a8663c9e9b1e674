package rest

import (
	"strconv"
	"sync"
	"time"
)

// window is the time in which a quota refills.
const window = time.Minute

// mostBuckets limits the memory of a quota (about 10 MB). Further callers share
// one bucket.
const mostBuckets = 100_000

// quota is one policy: a token bucket per caller, exact within the process. It
// counts in nanoseconds, so rounding loses nothing: a unit takes unit
// nanoseconds, and a bucket is the time at which it is full again.
type quota struct {
	name   string
	policy string
	units  int64
	unit   int64 // nanoseconds in which one unit refills
	now    func() int64

	mu     sync.Mutex
	full   map[string]int64 // time at which the caller's bucket is full; full buckets are not kept
	tidyAt int              // number of buckets at which full ones are dropped
	tidied int64            // time of the last drop
}

// newQuota returns nil, which means no limit, for 0 units.
func newQuota(name string, units int) *quota {
	if units <= 0 {
		return nil
	}
	start := time.Now()
	return &quota{name: name, units: int64(units), unit: max(1, int64(window)/int64(units)), full: map[string]int64{},
		tidyAt: 1024, tidied: -int64(time.Second),
		policy: `"` + name + `";q=` + strconv.Itoa(units) + ";w=" + strconv.Itoa(int(window/time.Second)),
		now:    func() int64 { return int64(time.Since(start)) }} // monotonic
}

// state is the state of a bucket after a request.
type state struct {
	taken bool
	left  int64 // whole units
	reset int   // seconds until the bucket is full
	wait  int   // seconds until the request would pass; 0 when it did
}

// header is the member of the RateLimit header.
func (s state) header(name string) string {
	return `"` + name + `";r=` + strconv.FormatInt(s.left, 10) + ";t=" + strconv.Itoa(s.reset)
}

// take takes cost from key's bucket, or nothing if it has less. A cost above
// the whole quota takes the whole quota.
func (q *quota) take(key string, cost int) state {
	price := min(int64(cost), q.units) * q.unit
	size := q.units * q.unit
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	key = q.place(key, now)
	full := max(q.full[key], now)
	s := state{taken: full+price-now <= size}
	if s.taken {
		full += price
		q.full[key] = full
	} else {
		s.wait = seconds(full + price - now - size)
	}
	s.left, s.reset = (size-(full-now))/q.unit, seconds(full-now)
	return s
}

// giveBack reverses a take.
func (q *quota) giveBack(key string, cost int) state {
	q.mu.Lock()
	if full, kept := q.full[key]; kept {
		q.full[key] = full - min(int64(cost), q.units)*q.unit
	}
	q.mu.Unlock()
	return q.take(key, 0)
}

// place is the bucket of key: its own, or the shared one when there are too
// many. Full buckets are dropped first; they equal new ones.
func (q *quota) place(key string, now int64) string {
	if _, kept := q.full[key]; kept || len(q.full) < q.tidyAt {
		return key
	}
	if now < q.tidied+int64(time.Second) { // not at every request of a flood
		if len(q.full) >= mostBuckets {
			return ""
		}
		return key
	}
	q.tidied = now
	for k, full := range q.full {
		if full <= now {
			delete(q.full, k)
		}
	}
	q.tidyAt = min(max(1024, 2*len(q.full)), mostBuckets)
	if len(q.full) >= mostBuckets {
		return ""
	}
	return key
}

func seconds(ns int64) int { return int((ns + int64(time.Second) - 1) / int64(time.Second)) }

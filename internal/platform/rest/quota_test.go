package rest

import (
	"fmt"
	"testing"
	"time"
)

// A bucket of 600 a minute gives 600 at once and then one each 100 ms, exactly,
// and says so.
func TestQuotaIsExact(t *testing.T) {
	t.Parallel()
	q := newQuota("account", 600)
	var now time.Duration
	q.now = func() int64 { return int64(now) }
	if q.policy != `"account";q=600;w=60` {
		t.Error(q.policy)
	}
	if got := q.take("a", 1).header("account"); got != `"account";r=599;t=1` {
		t.Error(got)
	}
	for i := range 299 {
		if s := q.take("a", 2); !s.taken || s.left != int64(599-2*(i+1)) {
			t.Fatalf("request %d: %+v", i, s)
		}
	}
	for _, c := range []struct {
		after time.Duration
		cost  int
		want  state
	}{
		{0, 2, state{wait: 1, left: 1, reset: 60}},
		{0, 1, state{taken: true, left: 0, reset: 60}},
		{100*time.Millisecond - 1, 1, state{wait: 1, left: 0, reset: 60}},
		{1, 1, state{taken: true, left: 0, reset: 60}},
		{0, 20, state{wait: 2, left: 0, reset: 60}},
		{2 * time.Second, 20, state{taken: true, left: 0, reset: 60}},
		{time.Hour, 5000, state{taken: true, left: 0, reset: 60}}, // more than the quota takes it whole
		{30 * time.Second, 301, state{wait: 1, left: 300, reset: 30}},
		{0, 300, state{taken: true, left: 0, reset: 60}},
	} {
		now += c.after
		if got := q.take("a", c.cost); got != c.want {
			t.Errorf("cost %d after %s: %+v, want %+v", c.cost, c.after, got, c.want)
		}
	}
	if s := q.take("b", 1); !s.taken || s.left != 599 {
		t.Errorf("another caller pays for it: %+v", s)
	}
	q.giveBack("b", 1)
	if s := q.take("b", 1); s.left != 599 {
		t.Errorf("what was given back is gone: %+v", s)
	}
}

// Inactive callers are forgotten; many addresses need only bounded memory.
func TestQuotaForgets(t *testing.T) {
	t.Parallel()
	q := newQuota("address", 60)
	var now time.Duration
	q.now = func() int64 { return int64(now) }
	for i := range 10_000 {
		now += time.Second
		q.take(fmt.Sprint(i), 1)
	}
	if n := len(q.full); n > 1024 {
		t.Errorf("%d buckets are kept of callers that are quiet", n)
	}
	for i := range mostBuckets + 5000 {
		q.take(fmt.Sprint("flood", i), 1)
	}
	if n := len(q.full); n > mostBuckets+1 {
		t.Errorf("%d buckets", n)
	}
	if s := q.take("newcomer", 1); s.taken {
		t.Error("newcomers beyond the bound share a bucket, which the flood has emptied")
	}
	if s := q.take("flood1", 1); !s.taken {
		t.Error("a caller with a bucket of its own pays for the flood")
	}
}

package pg

import (
	"testing"
	"time"
)

func TestReplicaIsFreshByPosition(t *testing.T) {
	t.Parallel()
	r := &replica{lag: time.Minute, wrote: map[string]time.Time{}}
	if r.fresh(0) || r.fresh(-1) {
		t.Error("without a note nothing is known, and a promoted server is never fresh")
	}
	r.mark(100)
	if r.fresh(99) || !r.fresh(100) || !r.fresh(500) {
		t.Error("one note: reached or not")
	}
	r.mark(200)
	r.mark(150) // late: it proves nothing
	if len(r.notes) != 2 || !r.fresh(199) {
		t.Errorf("a moment behind: %v", r.notes)
	}
	r.notes[0].at = time.Now().Add(-2 * time.Minute)
	if r.fresh(199) {
		t.Error("two minutes behind is fresh")
	}
	if !r.fresh(200) || len(r.notes) != 1 {
		t.Errorf("caught up: %v", r.notes)
	}
	for i := range int64(3 * maxNotes) {
		r.mark(1000 + i)
	}
	if len(r.notes) > maxNotes || r.notes[0].lsn != 200 {
		t.Errorf("%d notes, the oldest %d", len(r.notes), r.notes[0].lsn)
	}
	r.written("a")
	if r.usable("a") || !r.usable("b") {
		t.Error("who has just written reads from the primary, others do not")
	}
	var none *replica
	none.written("a")
	if none.usable("a") {
		t.Error("no standby is usable")
	}
}

func TestReplicaAge(t *testing.T) {
	t.Parallel()
	now := time.Now()
	r := &replica{notes: []note{{now.Add(-time.Hour), 100}, {now.Add(-time.Minute), 200}, {now, 300}}}
	for lsn, want := range map[int64]time.Duration{300: 0, 400: 0, 299: time.Minute, 200: time.Minute, 150: time.Hour,
		100: time.Hour, 50: time.Hour} {
		if got := r.age(lsn); got < want || got > want+time.Second {
			t.Errorf("at %d it is %s old, want %s", lsn, got, want)
		}
	}
}

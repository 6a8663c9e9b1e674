package pg

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
)

// replica is a standby for the district's reads. It is optional for every read:
// after any error with it, the primary is asked.
//
// Its lag is measured by positions in the WAL, not by times of commits, which
// do not advance in a quiet hour. Each read notes the position of the primary;
// the standby is at most as old as the newest noted position that it has
// reached.
type replica struct {
	pool *pool
	lag  time.Duration

	mu    sync.Mutex
	notes []note
	wrote map[string]time.Time // by account, so that it reads its own writes

	away atomic.Int64 // not asked again before this time (Unix nanoseconds)
}

// note is the position of the primary at a time.
type note struct {
	at  time.Time
	lsn int64
}

const (
	awayFor  = 5 * time.Second // before an unavailable standby is asked again
	maxNotes = 512
)

// errBehind is the error of a standby that is too far behind, or no longer a
// standby.
var errBehind = errors.New("pg: the standby is too far behind")

// primaryAt is the primary's position, standbyAt the standby's. A promoted
// server has none.
const (
	primaryAt = `select (pg_current_wal_lsn() - '0/0')::bigint`
	standbyAt = `select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0')::bigint else -1 end`
)

// mark notes the primary's current position.
func (r *replica) mark(lsn int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if n := len(r.notes); n > 0 && r.notes[n-1].lsn >= lsn {
		if r.notes[n-1].lsn == lsn {
			r.notes[n-1].at = now // nothing was written since
		}
		return
	}
	if len(r.notes) == maxNotes { // every second note is enough
		for i := range maxNotes / 2 {
			r.notes[i] = r.notes[2*i]
		}
		r.notes = r.notes[:maxNotes/2]
	}
	r.notes = append(r.notes, note{now, lsn})
}

// fresh says whether a standby at lsn is within the allowed lag: it has reached
// a note that is no older.
func (r *replica) fresh(lsn int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	reached := -1
	for i, n := range r.notes {
		if n.lsn <= lsn {
			reached = i
		}
	}
	if reached < 0 {
		return false
	}
	r.notes = r.notes[reached:] // a standby does not go back
	return len(r.notes) == 1 || time.Since(r.notes[0].at) <= r.lag
}

// usable says whether the caller may read from the standby now. After a write,
// a caller reads from the primary until the standby must have the write.
func (r *replica) usable(account string) bool {
	if r == nil || time.Now().UnixNano() < r.away.Load() {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at, wrote := r.wrote[account]
	return !wrote || time.Since(at) > r.lag
}

// written notes a write of an account.
func (r *replica) written(account string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrote[account] = time.Now()
}

// fromReplica runs f on the standby. done is false if the primary must be
// asked. The session is first checked on the primary, in one round trip: an
// ended session is refused however far the standby is behind.
func fromReplica[T any](ctx context.Context, db *DB, sc scope, f func(Tx) (T, error)) (out T, done bool, err error) {
	r := db.replica
	if !r.usable(sc.who.UserID) {
		return out, false, nil
	}
	lsn, err := checkOnPrimary(ctx, db, sc)
	if err != nil {
		return out, true, err
	}
	r.mark(lsn)
	sc.pool, sc.fresh = r.pool, r.fresh
	out, err = once(ctx, db, sc, f)
	if err == nil {
		return out, true, nil
	}
	if ctx.Err() == nil && errors.Is(err, fault.ErrUnavailable) {
		r.away.Store(time.Now().Add(awayFor).UnixNano())
	}
	var none T
	return none, false, nil
}

func checkOnPrimary(ctx context.Context, db *DB, sc scope) (lsn int64, err error) {
	waiting, cancel := db.report.patience(ctx)
	defer cancel()
	c, err := db.report.pgx.Acquire(waiting)
	if err != nil {
		return 0, waited(waiting, err)
	}
	defer c.Release()
	var b pgx.Batch
	b.Queue(sc.enter, sc.args...)
	b.Queue(primaryAt)
	res := c.SendBatch(ctx, &b)
	_, err = res.Exec()
	if err == nil {
		err = res.QueryRow().Scan(&lsn)
	}
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	return lsn, translate(err, true)
}

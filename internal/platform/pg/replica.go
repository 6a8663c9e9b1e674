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

// replica is a standby from which the district reads. It is only ever a second
// place to read: whatever goes wrong with it, the primary is asked.
//
// How far it is behind is measured by positions in the WAL, not by times of
// commits, which stand still in a quiet hour: each read notes where the primary
// is, and the standby is at most as old as the newest note it has reached.
type replica struct {
	pool *pool
	lag  time.Duration

	mu    sync.Mutex
	notes []note
	wrote map[string]time.Time // by account: it reads its own writes

	away atomic.Int64 // not asked again before (Unix nanoseconds)
}

// note says where the primary was at a time.
type note struct {
	at  time.Time
	lsn int64
}

const (
	awayFor  = 5 * time.Second // before an absent standby is asked again
	maxNotes = 512
)

// errBehind is a standby that is too far behind, or is none any more.
var errBehind = errors.New("pg: the standby is too far behind")

// primaryAt is where the primary is, standbyAt how far the standby has come;
// a server that was promoted follows nobody.
const (
	primaryAt = `select (pg_current_wal_lsn() - '0/0')::bigint`
	standbyAt = `select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0')::bigint else -1 end`
)

// mark notes where the primary is now.
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
	if len(r.notes) == maxNotes { // every second one will do
		for i := range maxNotes / 2 {
			r.notes[i] = r.notes[2*i]
		}
		r.notes = r.notes[:maxNotes/2]
	}
	r.notes = append(r.notes, note{now, lsn})
}

// fresh says whether a standby at lsn is within the lag allowed: it has all
// that the primary had at some note that is no older.
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
	r.notes = r.notes[reached:] // it will not go back
	return len(r.notes) == 1 || time.Since(r.notes[0].at) <= r.lag
}

// usable says whether the caller may read from the standby at all just now: one
// who has just written reads from the primary until the standby must have it.
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

// fromReplica runs f on the standby; done false says that the primary is to be
// asked. The session is checked on the primary first, in one round trip: a
// session that was ended acts nowhere, however far the standby is behind.
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

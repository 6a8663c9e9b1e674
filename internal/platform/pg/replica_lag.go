package pg

import (
	"context"
	"errors"
	"time"
)

// HasReplica says whether the district reads from a standby.
func (db *DB) HasReplica() bool { return db.replica != nil }

// ReplicaLag asks primary and standby for the maximum age of the standby's
// data, as precisely as the notes allow; 0 when the standby has everything.
// Errors: a server is unavailable, or the standby no longer follows.
func (db *DB) ReplicaLag(ctx context.Context) (time.Duration, error) {
	var primary, standby int64
	if err := db.report.pgx.QueryRow(ctx, primaryAt).Scan(&primary); err != nil {
		return 0, err
	}
	db.replica.mark(primary)
	if err := db.replica.pool.pgx.QueryRow(ctx, standbyAt).Scan(&standby); err != nil {
		return 0, err
	}
	if standby < 0 {
		return 0, errors.New("pg: the standby was promoted: it follows nobody")
	}
	return db.replica.age(standby), nil
}

// age is the maximum age of a standby at lsn, by the notes; the minimum age
// while it has not reached the oldest note.
func (r *replica) age(lsn int64) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, n := range r.notes {
		if n.lsn > lsn { // the first note that it has not reached
			return time.Since(r.notes[max(i-1, 0)].at)
		}
	}
	return 0
}

package pg

import (
	"context"
	"errors"
	"time"
)

// HasReplica says whether the district reads from a standby.
func (db *DB) HasReplica() bool { return db.replica != nil }

// ReplicaLag asks primary and standby how old the standby's data are at most,
// as precisely as it was asked before; 0 when the standby has all. Errors: one
// of them is away, or the standby follows nobody any more.
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

// age is how old a standby at lsn is at most, by the notes; at least, while it
// has not reached the oldest of them.
func (r *replica) age(lsn int64) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, n := range r.notes {
		if n.lsn > lsn { // the first that it does not have
			return time.Since(r.notes[max(i-1, 0)].at)
		}
	}
	return 0
}

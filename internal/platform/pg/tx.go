package pg

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
)

// Tx is a transaction of one caller. A function that takes a Tx cannot get an
// unscoped connection.
type Tx struct{ s *state }

type state struct {
	ctx       context.Context
	db        *DB
	sql       *sql.Conn
	pgx       *pgx.Conn
	principal auth.Principal
	atCommit  []statement
	dry       bool
	withheld  []string // permissions that the puskesmas withholds from the caller's role
}

type statement struct {
	sql     string
	args    []any
	evenDry bool
}

// Context is the request's context.
func (tx Tx) Context() context.Context { return tx.s.ctx }

// Principal is the caller of this transaction; the zero value in System.
func (tx Tx) Principal() auth.Principal { return tx.s.principal }

// Now is the business time of the request.
func (tx Tx) Now() time.Time { return clock.Now(tx.s.ctx) }

// Dry says that the transaction is rolled back in any case (?dry_run=true).
func (tx Tx) Dry() bool { return tx.s.dry }

// Keys are the keys of this transaction's tenant.
func (tx Tx) Keys() (crypt.Tenant, error) { return tx.s.db.keys.For(tx.s.principal.PuskesmasID) }

// Exec runs one statement.
func (tx Tx) Exec(query string, args ...any) (pgconn.CommandTag, error) {
	return tx.s.pgx.Exec(tx.s.ctx, query, args...)
}

// Query runs one query.
func (tx Tx) Query(query string, args ...any) (pgx.Rows, error) {
	return tx.s.pgx.Query(tx.s.ctx, query, args...)
}

// QueryRow runs one query of at most one row.
func (tx Tx) QueryRow(query string, args ...any) pgx.Row {
	return tx.s.pgx.QueryRow(tx.s.ctx, query, args...)
}

// SendBatch runs many statements in one round trip.
func (tx Tx) SendBatch(b *pgx.Batch) pgx.BatchResults { return tx.s.pgx.SendBatch(tx.s.ctx, b) }

// CopyFrom streams rows into a temporary table (PostgreSQL does not support
// COPY into a table with row-level security).
func (tx Tx) CopyFrom(table string, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return tx.s.pgx.CopyFrom(tx.s.ctx, pgx.Identifier{table}, columns, rows)
}

// AtCommit queues a statement to send together with COMMIT, in order, without
// its own round trip.
func (tx Tx) AtCommit(query string, args ...any) {
	tx.s.atCommit = append(tx.s.atCommit, statement{sql: query, args: args})
}

// AtCommitEvenDry is AtCommit for what a dry run stores too: the audit row.
func (tx Tx) AtCommitEvenDry(query string, args ...any) {
	tx.s.atCommit = append(tx.s.atCommit, statement{sql: query, args: args, evenDry: true})
}

// Call is the call of the request.
func (tx Tx) Call() call.Call { return call.Of(tx.Context()) }

// Recorder is the account that recorded an act: the caller, or the sender of a kept
// request. Taking a kept request into the record is a decision about it and not a
// recording.
func (tx Tx) Recorder() string {
	if kept := tx.Call().Again; kept != nil {
		return kept.RecordedBy
	}
	return tx.Principal().UserID
}

// Stale returns fault.ErrStale with the current version, when the caller last
// saw (If-Match) another version of the record.
func (tx Tx) Stale(current int64) error {
	return Stale(tx.Call().Version, current)
}

// Stale is Tx.Stale for a version in the body.
func Stale(seen, current int64) error {
	if seen == current || seen == call.AnyVersion {
		return nil
	}
	return fault.ErrStale.Extend("current_version", current)
}

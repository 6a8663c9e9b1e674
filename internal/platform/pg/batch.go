package pg

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/clock"
)

// Today is the business day (YYYY-MM-DD) of the request.
func (tx Tx) Today() string { return clock.Today(tx.s.ctx) }

// Send runs a batch in one round trip. It does nothing for an empty one. Error:
// that of the first failed statement.
func (tx Tx) Send(b *pgx.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(b).Close()
}

// Into is Row for a statement of a batch: it reads the row into v. Error:
// fault.ErrNotFound when there is none.
func Into[T any](v *T) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		x, err := CollectOne[T](rows)
		if err == nil {
			*v = x
		}
		return err
	}
}

// IntoSet adds the one column of a statement of a batch to a set.
func IntoSet(set map[string]bool) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, s := range all {
			set[s] = true
		}
		return err
	}
}

// NewID is the caller's id, else a new one (UUID version 7).
func NewID(given string) string {
	if given != "" {
		return given
	}
	return uuid.Must(uuid.NewV7()).String()
}

// Null is s, or NULL where it is empty.
func Null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// UTC is the SQL that writes a time inside JSON as RFC 3339. PostgreSQL's own
// format depends on the session's time zone.
func UTC(column string) string {
	return `to_char(` + column + ` at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

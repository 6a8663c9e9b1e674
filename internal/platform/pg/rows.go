package pg

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Collect is the only conversion of rows to structs. A column is read into the
// field of the same name (ignoring underscores and case); a column without a
// field is an error. A field without a column stays empty; package sqltest
// checks for every statement that this is intended. It never returns nil.
func Collect[T any](rows pgx.Rows) ([]T, error) {
	out, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
	if out == nil {
		out = []T{}
	}
	return out, err
}

// CollectOne is Collect for exactly one row. Error: fault.ErrNotFound when
// there is none.
func CollectOne[T any](rows pgx.Rows) (T, error) {
	out, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return out, fault.ErrNotFound
	}
	return out, err
}

// Rows collects the rows of a query (Collect).
func Rows[T any](tx Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	return Collect[T](rows)
}

// Row is Rows for exactly one row. Error: fault.ErrNotFound when there is none.
func Row[T any](tx Tx, query string, args ...any) (T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		var none T
		return none, err
	}
	return CollectOne[T](rows)
}

// Scalar returns the single value of a query. Error: fault.ErrNotFound when
// there is no row.
func Scalar[T any](tx Tx, query string, args ...any) (T, error) {
	var v T
	err := tx.QueryRow(query, args...).Scan(&v)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, fault.ErrNotFound
	}
	return v, err
}

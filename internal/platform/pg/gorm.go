package pg

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"
)

// errUnscoped is what GORM meets outside a Tx.
var errUnscoped = errors.New("pg: a query outside a scoped transaction")

// noConnection is the connection of the base *gorm.DB: none. A statement that
// is not run through Tx.Gorm has nothing to run on.
type noConnection struct{}

func (noConnection) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, errUnscoped
}

func (noConnection) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errUnscoped
}

func (noConnection) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errUnscoped
}

func (noConnection) QueryRowContext(context.Context, string, ...any) *sql.Row { return nil }

// Gorm returns GORM inside this transaction. It shares the connection with
// Query and Exec.
func (tx Tx) Gorm() *gorm.DB {
	// Without Context the Session would share its Statement with the base
	// handle and write this connection into it (design trials 2).
	s := tx.s.db.gorm.Session(&gorm.Session{NewDB: true, Context: tx.s.ctx, SkipDefaultTransaction: true})
	s.Statement.ConnPool = tx.s.sql
	return s
}

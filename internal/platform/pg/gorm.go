package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Insert adds one row. A row type has a field for every column to write, and the
// name of its table (type dataSubjectRequest: data_subject_request).
func Insert[T any](tx Tx, row T) error { return tx.gorm().Create(&row).Error }

// Update sets columns of the row with that id and raises its version. The
// caller has locked the row and checked Stale. Error: fault.ErrNotFound.
func Update[T any](tx Tx, id string, set map[string]any) error {
	r := Updated(tx.gorm().Model(new(T)), id, set)
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.ErrNotFound
	}
	return r.Error
}

// Updated is the statement of Update.
func Updated(model *gorm.DB, id string, set map[string]any) *gorm.DB {
	// A map, because Updates with a struct omits zero values.
	all := map[string]any{"version": gorm.Expr("version + 1")}
	maps.Copy(all, set)
	return model.Where("id = ?", id).Updates(all)
}

// Created are the columns with the origin of a tenant's row.
type Created struct {
	PuskesmasID int16
	CreatedAt   time.Time `gorm:"autoCreateTime:false"` // GORM's clock is not the business clock
	CreatedBy   string
}

// Created is the origin of a row that the caller creates now.
func (tx Tx) Created() Created {
	p := tx.Principal()
	return Created{PuskesmasID: p.PuskesmasID, CreatedAt: tx.Now(), CreatedBy: p.UserID}
}

// Array is an array column (text[], uuid[]). GORM turns a plain slice into a list
// of parameters.
type Array []string

// Value implements driver.Valuer; pgx encodes slices.
func (a Array) Value() (driver.Value, error) { return []string(a), nil }

// GormDataType tells GORM that it is not a relation.
func (Array) GormDataType() string { return "array" }

// OpenGorm opens GORM for the product without a connection: a statement outside a Tx
// fails.
func OpenGorm() (*gorm.DB, error) {
	g, err := gorm.Open(postgres.New(postgres.Config{
		Conn:             noConnection{},
		WithoutReturning: true, // a role may write columns that it must not read
	}), &gorm.Config{
		SkipDefaultTransaction: true, // a Tx is the only transaction
		DisableAutomaticPing:   true,
		QueryFields:            true,           // explicit columns, never select *
		Logger:                 logger.Discard, // GORM's default logger prints literal values
		NamingStrategy:         schema.NamingStrategy{SingularTable: true},
	})
	if err != nil {
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return g, nil
}

// errUnscoped is the error of GORM outside a Tx.
var errUnscoped = errors.New("pg: a query outside a scoped transaction")

// noConnection is the missing connection of the base *gorm.DB.
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

// gorm returns GORM inside this transaction. It shares the connection with Query and
// Exec. It is not exported, so Save, FirstOrCreate, Unscoped, AutoMigrate and a
// handle that keeps its conditions are not available to other packages.
func (tx Tx) gorm() *gorm.DB {
	// Without Context, the Session would share its Statement with the base
	// handle and write this connection into it.
	s := tx.s.db.gorm.Session(&gorm.Session{NewDB: true, Context: tx.s.ctx, SkipDefaultTransaction: true,
		SkipHooks: true})
	s.Statement.ConnPool = tx.s.sql
	return s
}

// Package schema holds the schema of the database: plain SQL migrations,
// embedded, run by the owner role only.
package schema

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var files embed.FS

// QueueSchema is the schema of River's tables.
const QueueSchema = "river"

// ErrOld is returned by Check when the database lacks migrations that this
// binary needs.
var ErrOld = errors.New("the database schema is older than this program")

func provider(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return nil, err
	}
	l, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(l),
		goose.WithTableName("schema_version"))
}

// Migrate brings the database behind the owner's DSN to this binary's schema,
// one transaction per migration; a second process waits. It returns how many
// migrations ran.
func Migrate(ctx context.Context, ownerDSN string) (int, error) {
	pool, err := pgxpool.New(ctx, ownerDSN)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer func() { _ = db.Close() }()
	p, err := provider(db)
	if err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrate: %w", err)
	}
	return len(done), migrateQueue(ctx, pool)
}

// migrateQueue creates River's tables in a separate schema, for the system role
// only.
func migrateQueue(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, `create schema if not exists river`); err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: QueueSchema})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	_, err = pool.Exec(ctx, `
		grant usage on schema river to homecare_system;
		grant select, insert, update, delete on all tables in schema river to homecare_system;
		grant usage, select on all sequences in schema river to homecare_system;
		grant execute on all functions in schema river to homecare_system;
		grant select on schema_version to homecare_app, homecare_system`)
	return err
}

// Check returns ErrOld unless every migration of this binary has run. It works
// in the application role.
func Check(ctx context.Context, pool *pgxpool.Pool) error {
	want, err := Latest()
	if err != nil {
		return err
	}
	var have int64
	if err := pool.QueryRow(ctx, `select coalesce(max(version_id), 0) from schema_version where is_applied`).
		Scan(&have); err != nil {
		return fmt.Errorf("%w: it was never migrated, or cannot be read (run: homecare migrate): %w", ErrOld, err)
	}
	if have < want {
		return fmt.Errorf("%w: it is at migration %d, this program needs %d (run: homecare migrate)", ErrOld, have,
			want)
	}
	return nil
}

// Versions are the numbers of the migrations in this binary, ascending.
func Versions() ([]int64, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(names))
	for i, n := range names {
		if out[i], err = goose.NumericComponent(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Latest is the number of the newest migration in this binary.
func Latest() (int64, error) {
	all, err := Versions()
	if err != nil {
		return 0, err
	}
	return all[len(all)-1], nil
}

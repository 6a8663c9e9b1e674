// Command schemadoc writes docs/schema/README.md: every table of the product
// with its comment, columns, constraints and policies, read from a freshly
// migrated database.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/localpg"
)

func main() {
	root := flag.String("root", ".", "the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := write(ctx, *root); err != nil {
		fmt.Fprintln(os.Stderr, "schemadoc:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, root string) (err error) {
	// The folder must not exist yet: localpg creates it for the database's
	// user.
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("homecare-schemadoc-%d", os.Getpid()))
	s, err := localpg.Start(ctx, localpg.Options{Dir: dir, Test: true, Install: true, InstallLog: os.Stderr})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop(), os.RemoveAll(s.Dir)) }()
	tables, err := migrated(ctx, s)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "schema", "README.md"), page(tables), 0o644)
}

// migrated creates a database as an operator does and reads its tables.
func migrated(ctx context.Context, s *localpg.Server) ([]table, error) {
	const name = "schemadoc"
	c, err := pgx.Connect(ctx, s.DSN("postgres", "postgres"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, postgres.Roles); err != nil {
		return nil, err
	}
	if _, err := c.Exec(ctx, `create database `+name+` owner homecare_owner`); err != nil {
		return nil, err
	}
	owner := s.DSN("homecare_owner", name)
	if _, err := schema.Migrate(ctx, owner); err != nil {
		return nil, err
	}
	db, err := pgx.Connect(ctx, owner)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close(ctx) }()
	return read(ctx, db)
}

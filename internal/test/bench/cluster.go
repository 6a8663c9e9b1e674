package bench

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/localpg"
)

// Credentials of a run's databases. They open nothing else.
const (
	masterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	password  = "sandi-ukur-yang-panjang"
)

// cluster is the PostgreSQL of a run. It is as durable as in production: a
// commit waits for the disk.
type cluster struct{ server *localpg.Server }

// statements says whether it counts the statements.
func startCluster(ctx context.Context, dir string, statements bool) (*cluster, error) {
	settings := map[string]string{"shared_buffers": "512MB", "max_wal_size": "4GB"}
	if statements {
		settings["shared_preload_libraries"] = "pg_stat_statements"
		settings["pg_stat_statements.track"], settings["pg_stat_statements.track_planning"] = "all", "on"
	}
	s, err := localpg.Start(ctx, localpg.Options{Dir: dir, Settings: settings})
	if err != nil {
		return nil, err
	}
	c := &cluster{s}
	return c, c.exec(ctx, "postgres", postgres.Roles)
}

func (c *cluster) stop() { _ = c.server.Stop() }

func (c *cluster) exec(ctx context.Context, database, query string) error {
	conn, err := pgx.Connect(ctx, c.server.DSN("postgres", database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, query)
	return err
}

func (c *cluster) drop(ctx context.Context, database string) error {
	return c.exec(ctx, "postgres", `drop database if exists `+database+` with (force)`)
}

// comment is what was last said of a database; empty where there is none.
func (c *cluster) comment(ctx context.Context, database string) (said string, err error) {
	conn, err := pgx.Connect(ctx, c.server.DSN("postgres", "postgres"))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	err = conn.QueryRow(ctx, `select coalesce((select shobj_description(oid, 'pg_database') from pg_database
		where datname = $1), '')`, database).Scan(&said)
	return said, err
}

// config is the product's configuration on a database of the cluster.
func (c *cluster) config(database string) config.Config {
	dsn := func(role string) string { return c.server.DSN("homecare_"+role, database) }
	return config.Config{PublicURL: "https://bench.test", MasterKey: masterKey, Timeout: 30 * time.Second, PoolSize: 8,
		OwnerURL: dsn("owner"), AppURL: dsn("app"), ReportURL: dsn("report"), DistrictURL: dsn("district"),
		SystemURL: dsn("system")}
}

// prepare creates a migrated and seeded database with the demo accounts and
// returns the product over it, for its keys.
func (c *cluster) prepare(ctx context.Context, database string) (*app.App, error) {
	if err := c.exec(ctx, "postgres", fmt.Sprintf(`create database %s owner homecare_owner`, database)); err != nil {
		return nil, err
	}
	cfg := c.config(database)
	if err := app.Prepare(ctx, cfg.OwnerURL); err != nil {
		return nil, err
	}
	a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return nil, err
	}
	if _, err := staff.SeedDemo(ctx, a.DB, a.Master, a.Hasher, password); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// Package pg is the only way to PostgreSQL. Every statement runs in a
// transaction that has told row-level security who is calling; a Tx has no
// other makers than Tenant, District, DistrictWrite and System, so code
// without a principal cannot reach a row.
package pg

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/balangan/homecare/internal/platform/crypt"
)

// Config says where the database is, as whom, and how many connections each
// role may hold.
type Config struct {
	// DSNs of the roles of deployments/postgres/roles.sql.
	App, Report, District, System string
	// MaxConns is the pool of the application role; 4 to 8 on two cores: more
	// only lengthens the tail (design trials 4: p99 3 ms at 8, 46 ms at 32).
	MaxConns int32
	// Configure, when set, may change each pool's configuration (tests count
	// round trips and cut connections with it).
	Configure func(role string, c *pgxpool.Config)
}

// DB hands out transactions; it has no query methods of its own.
type DB struct {
	app, report, district, system *pool
	keys                          *crypt.Tenants
	districtKey                   []byte
	gorm                          *gorm.DB
}

// pool is one role's connections, seen by pgx and by database/sql (which GORM needs).
type pool struct {
	pgx *pgxpool.Pool
	sql *sql.DB
}

// Open prepares the pools; it does not wait for the database.
func Open(ctx context.Context, c Config, master *crypt.Master) (*DB, error) {
	db := &DB{keys: crypt.NewTenants(master), districtKey: master.Derive("district-answers")}
	for _, r := range []struct {
		name, dsn string
		max       int32
		to        **pool
	}{
		{"app", c.App, c.MaxConns, &db.app},
		{"report", c.Report, 4, &db.report},
		{"district", c.District, 2, &db.district},
		{"system", c.System, 6, &db.system},
	} {
		p, err := openPool(ctx, r.name, r.dsn, r.max, c.Configure)
		if err != nil {
			db.Close()
			return nil, err
		}
		*r.to = p
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: noConnection{}}), &gorm.Config{
		SkipDefaultTransaction: true, // a Tx is the only transaction
		DisableAutomaticPing:   true,
		QueryFields:            true,           // name columns, never select *
		Logger:                 logger.Discard, // GORM's default logger prints literal values
	})
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	db.gorm = g
	return db, nil
}

func openPool(ctx context.Context, role, dsn string, maxConns int32, configure func(string, *pgxpool.Config)) (*pool, error) {
	pc, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database address of role %s cannot be read", role) // the cause repeats the address with its password
	}
	pc.MaxConns = max(maxConns, 2)
	pc.MinIdleConns = pc.MaxConns / 2
	pc.MaxConnIdleTime = 5 * time.Minute
	pc.MaxConnLifetimeJitter = 5 * time.Minute
	pc.ConnConfig.ConnectTimeout = 5 * time.Second
	pc.ConnConfig.RuntimeParams["application_name"] = "homecare-" + role
	pc.ConnConfig.RuntimeParams["statement_timeout"] = "300000" // a backstop; the request's own time limit ends it sooner
	pc.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	if configure != nil {
		configure(role, pc)
	}
	p, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open the pool of role %s: %w", role, err)
	}
	s := stdlib.OpenDBFromPool(p)
	s.SetMaxIdleConns(0) // idle connections belong to pgxpool
	return &pool{p, s}, nil
}

// Close ends all connections.
func (db *DB) Close() {
	for _, p := range []*pool{db.app, db.report, db.district, db.system} {
		if p != nil {
			_ = p.sql.Close()
			p.pgx.Close()
		}
	}
}

// Keys are the tenants' keys; they are filled by LoadKeys.
func (db *DB) Keys() *crypt.Tenants { return db.keys }

// SystemPool is the pool of the worker's queue (River), which keeps its own
// tables in schema river and reads no other.
func (db *DB) SystemPool() *pgxpool.Pool { return db.system.pgx }

// Ping asks whether the database answers the application role.
func (db *DB) Ping(ctx context.Context) error {
	return translate(db.app.pgx.Ping(ctx), false)
}

// Stat returns the state of the application role's pool.
func (db *DB) Stat() *pgxpool.Stat { return db.app.pgx.Stat() }

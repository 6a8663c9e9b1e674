// Package pg is the only way to PostgreSQL. Every statement runs in a
// transaction that has set the caller for row-level security. Only Tenant,
// District, DistrictWrite and System make a Tx, so code without a principal
// cannot reach a row.
package pg

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
)

// Config is the address of the database, its roles, and the number of
// connections of each role.
type Config struct {
	// DSNs of the roles of deployments/postgres/roles.sql.
	App, Report, District, System string
	// MaxConns is the pool size of the application role, 4 to 8 on two cores.
	// More only increases the latency (measured: p99 3 ms at 8, 46 ms at 32).
	MaxConns int32
	// Wait is how long a request waits for a connection before it is answered
	// with ErrBusy; 5 s when 0.
	Wait time.Duration
	// Replica, if set, is the report role on a standby. The district's reads go
	// there while it is at most ReplicaLag behind.
	Replica    string
	ReplicaLag time.Duration
	// Tracer, if set, is called for every statement.
	Tracer pgx.QueryTracer
	// DistrictWriter is the only role that may call DistrictWrite.
	DistrictWriter auth.Role
	// BySetRole lets one login take the roles by SET ROLE, in development only.
	BySetRole bool
	// Configure, if set, may change each pool's configuration (tests count
	// round trips and cut connections with it).
	Configure func(role string, c *pgxpool.Config)
}

// DB opens transactions. It has no query methods of its own.
type DB struct {
	app, report, district, system *pool
	replica                       *replica // nil without one
	keys                          *crypt.Tenants
	master                        *crypt.Master
	gorm                          *gorm.DB
	rights                        Rights
	again                         again
	bySetRole                     bool
	districtWriter                auth.Role
	readiness                     readiness
}

// pool is one role's connections, for pgx and for database/sql (which GORM
// needs).
type pool struct {
	pgx  *pgxpool.Pool
	sql  *sql.DB
	fair *fair
}

// Open prepares the pools; it does not wait for the database.
func Open(ctx context.Context, c Config, master *crypt.Master) (*DB, error) {
	db := &DB{keys: crypt.NewTenants(master), master: master, bySetRole: c.BySetRole, districtWriter: c.DistrictWriter}
	if next := c.Configure; c.Tracer != nil {
		c.Configure = func(role string, pc *pgxpool.Config) {
			pc.ConnConfig.Tracer = c.Tracer
			if next != nil {
				next(role, pc)
			}
		}
	}
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
		p.fair = newFair(p.pgx.Config().MaxConns, c.Wait)
		if r.name != "app" {
			p.fair.share = 0 // no requests of tenants
		}
		*r.to = p
	}
	if c.Replica != "" {
		p, err := openPool(ctx, "replica", c.Replica, 4, func(role string, pc *pgxpool.Config) {
			pc.ConnConfig.ConnectTimeout = time.Second // the primary serves instead
			pc.MinIdleConns = 0
			// The standby may be unavailable at start, so each new connection
			// checks its login.
			pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
				return askRole(ctx, conn, setting(role), "homecare_report", c.BySetRole)
			}
			if c.Configure != nil {
				c.Configure(role, pc)
			}
		})
		if err != nil {
			db.Close()
			return nil, err
		}
		p.fair = newFair(p.pgx.Config().MaxConns, c.Wait)
		p.fair.share = 0
		db.replica = &replica{pool: p, lag: c.ReplicaLag, wrote: map[string]time.Time{}}
	}
	g, err := OpenGorm()
	if err != nil {
		db.Close()
		return nil, err
	}
	db.gorm = g
	return db, nil
}

func openPool(ctx context.Context, role, dsn string, maxConns int32, configure func(string, *pgxpool.Config)) (*pool,
	error) {
	pc, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database address of role %s cannot be read", role) // the cause repeats the password
	}
	pc.MaxConns = max(maxConns, 2)
	pc.MinIdleConns = pc.MaxConns / 2
	pc.MaxConnIdleTime = 5 * time.Minute
	pc.MaxConnLifetimeJitter = 5 * time.Minute
	pc.ConnConfig.ConnectTimeout = 5 * time.Second
	pc.ConnConfig.RuntimeParams["application_name"] = "homecare-" + role
	pc.ConnConfig.RuntimeParams["statement_timeout"] = "300000" // a backstop; the request's own time limit is shorter
	pc.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	pc.ConnConfig.RuntimeParams["max_parallel_workers_per_gather"] = "0" // one core per request; others need the rest
	if configure != nil {
		configure(role, pc)
	}
	p, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open the pool of role %s: %w", role, err)
	}
	s := stdlib.OpenDBFromPool(p)
	s.SetMaxIdleConns(0) // idle connections belong to pgxpool
	return &pool{pgx: p, sql: s}, nil
}

// Close ends all connections.
func (db *DB) Close() {
	pools := []*pool{db.app, db.report, db.district, db.system}
	if db.replica != nil {
		pools = append(pools, db.replica.pool)
	}
	for _, p := range pools {
		if p != nil {
			_ = p.sql.Close()
			p.pgx.Close()
		}
	}
}

// Keys are the tenants' keys, filled by keyring.Load.
func (db *DB) Keys() *crypt.Tenants { return db.keys }

// Master is the key outside the database. keyring.Load opens the root key with
// it.
func (db *DB) Master() *crypt.Master { return db.master }

// districtKey seals the stored answers of the district.
func (db *DB) districtKey() []byte { return db.master.Derive("district-answers") }

// SystemPool is the pool of the worker's queue (River), whose tables are in
// schema river. It reads no other tables.
func (db *DB) SystemPool() *pgxpool.Pool { return db.system.pgx }

// Stat returns the state of the application role's pool.
func (db *DB) Stat() *pgxpool.Stat { return db.app.pgx.Stat() }

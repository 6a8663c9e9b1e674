package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Database is the database of one test. It is dropped when the test ends.
type Database struct{ Name string }

// DSN is the address for one of the roles: "homecare_app" and so on. The test
// server trusts local users, so each role is a separate login, bound by
// row-level security as in production.
func (d Database) DSN(role string) string {
	return RoleDSN(role, d.Name)
}

// Admin is the superuser's address.
func (d Database) Admin() string { return AdminDSN(d.Name) }

// Owner is the owner role's address.
func (d Database) Owner() string { return d.DSN("homecare_owner") }

// New clones the template called name, which takes about 15 ms. The first
// caller on this server creates the template: an empty database of the owner
// role, filled by prepare as that role. name must change when the result of
// prepare changes. Version covers changes of this test binary.
func New(t testing.TB, name string, rolesSQL string,
	prepare func(ctx context.Context, ownerDSN string) error) Database {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, AdminDSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	template := "template_" + name
	if err := ensure(ctx, c, template, rolesSQL, prepare); err != nil {
		t.Fatalf("template database: %v", err)
	}
	var b [6]byte
	_, _ = rand.Read(b[:])
	d := Database{Name: "t_" + hex.EncodeToString(b[:])}
	if _, err := c.Exec(ctx, fmt.Sprintf(`create database %s template %s owner homecare_owner`, d.Name,
		template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		c, err := pgx.Connect(ctx, AdminDSN("postgres"))
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = c.Close(ctx) }()
		if _, err := c.Exec(ctx, `drop database if exists `+d.Name+` with (force)`); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Version is a short name of this test binary: a template of another build is
// not used.
func Version() string {
	exe, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	st, err := os.Stat(exe)
	if err != nil {
		return "unknown"
	}
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, exe, st.ModTime().UnixNano(), st.Size())
	return fmt.Sprintf("%x", h.Sum64())
}

func ensure(ctx context.Context, c *pgx.Conn, template, rolesSQL string,
	prepare func(context.Context, string) error) error {
	// Test packages run concurrently; with the lock one of them does the work.
	if _, err := c.Exec(ctx, `select pg_advisory_lock(hashtext($1))`, template); err != nil {
		return err
	}
	defer func() { _, _ = c.Exec(ctx, `select pg_advisory_unlock(hashtext($1))`, template) }()
	var there bool
	if err := c.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, template).
		Scan(&there); err != nil || there {
		return err
	}
	if _, err := c.Exec(ctx, rolesSQL); err != nil {
		return err
	}
	making := template + "_making"
	if _, err := c.Exec(ctx, `drop database if exists `+making+` with (force)`); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, `create database `+making+` owner homecare_owner`); err != nil {
		return err
	}
	if err := prepare(ctx, RoleDSN("homecare_owner", making)); err != nil {
		return err
	}
	// A template must have no connection; one of a pool that was just closed
	// may linger.
	for range 50 {
		var n int
		if err := c.QueryRow(ctx, `select count(*) from pg_stat_activity where datname = $1`, making).
			Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	_, err := c.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, making, template))
	return err
}

// RoleDSN is AdminDSN for another role.
func RoleDSN(role, database string) string {
	c, err := pgx.ParseConfig(AdminDSN(database))
	if err != nil {
		panic("pgtest: " + Variable + " cannot be read")
	}
	return fmt.Sprintf("host='%s' port=%d user=%s dbname=%s sslmode=disable", c.Host, c.Port, role, database)
}

// FromDSN is the database that a DSN names.
func FromDSN(dsn string) Database {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		panic("pgtest: a DSN that cannot be read")
	}
	return Database{Name: c.Database}
}

// connect opens a connection of the superuser that has a minute.
func (d Database) connect(t testing.TB) (context.Context, *pgx.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	c, err := pgx.Connect(ctx, d.Admin())
	if err != nil {
		t.Fatal(err)
	}
	return ctx, c
}

// Exec runs statements as the superuser.
func (d Database) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	ctx, c := d.connect(t)
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, sql, args...); err != nil {
		t.Fatal(err)
	}
}

// Plan is PostgreSQL's plan of a statement, as the superuser, after some other
// statements on the same connection.
func (d Database) Plan(t testing.TB, explain string, before ...string) string {
	t.Helper()
	ctx, c := d.connect(t)
	defer func() { _ = c.Close(ctx) }()
	for _, sql := range before {
		if _, err := c.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := c.Query(ctx, explain)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// ExecElsewhere runs statements as the superuser from another database, for
// statements that need this one without connections.
func (d Database) ExecElsewhere(t testing.TB, sql string) { Database{Name: "postgres"}.Exec(t, sql) }

// Row reads one row as the superuser into the pointers of into.
func (d Database) Row(t testing.TB, sql string, args []any, into ...any) {
	t.Helper()
	ctx, c := d.connect(t)
	defer func() { _ = c.Close(ctx) }()
	if err := c.QueryRow(ctx, sql, args...).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

//go:build sabotage

// Package killed_migration measures: `homecare migrate` is killed at its n-th statement, for
// many n, and the next run completes the schema. A program refuses an older schema and works
// on a newer one that only adds.
package killed_migration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/bad_line_proxy"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-9.
var Promise = promise.Promise{ID: "DUR-9",
	Promised: "a migration killed at any statement: the next run completes it, the schema is that of a clean one; an older schema is refused; this program works on the next one when that only adds",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 16, additive) },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 1, destructive) }}}

const (
	additive = `alter table patient add column next_release text; create table next_release (id bigint primary key);
		comment on table next_release is 'of the next release'`
	// destructive are changes that the next release must not make at once.
	destructive = `alter table patient drop column birth_date cascade`
)

func measure(t *testing.T, kills int, next string) promise.Result {
	bin := crash.Binary(t)
	clean, total := migrate(t, bin, "clean", 0)
	different := 0
	for i := range kills {
		n := 1 + int64(i)*total/int64(kills) // evenly, from the first statement on
		killed, _ := migrate(t, bin, fmt.Sprintf("killed%d", i), n)
		if killed != clean {
			different++
			t.Logf("killed at statement %d of %d: the schema differs: %s", n, total, firstDifference(clean, killed))
		}
	}
	refused, says := older(t)
	works, verdict := newer(t, next)
	return promise.Result{
		Measured: fmt.Sprintf(
			"killed at %d of %d statements, %d schemas differ from the clean one; older schema refused: %t (%s); on the next schema: %s",
			kills, total, different, refused, says, verdict),
		Kept: different == 0 && refused && works && total > 100,
	}
}

// migrate creates a database. With killAt it kills the first run when that
// sends its killAt-th statement, and lets a second one complete. It returns the
// schema with the rows per table, and the number of statements of the first
// run.
func migrate(t *testing.T, bin, name string, killAt int64) (dump string, sent int64) {
	t.Helper()
	name = fmt.Sprintf("dur9_%d_%s", os.Getpid(), name)
	admin, err := pgx.Connect(t.Context(), pgtest.AdminDSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(context.Background()) }()
	for _, sql := range []string{postgres.Roles, `drop database if exists ` + name + ` with (force)`,
		`create database ` + name + ` owner homecare_owner`} {
		if _, err := admin.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		_, _ = admin.Exec(context.WithoutCancel(t.Context()), `drop database if exists `+name+` with (force)`)
	}()
	cfg := admin.Config()
	proxy := bad_line_proxy.New(t, "unix", filepath.Join(cfg.Host, fmt.Sprintf(".s.PGSQL.%d", cfg.Port)))
	run := exec.CommandContext(t.Context(), bin, "migrate")
	run.Env = append(os.Environ(), "DATABASE_URL=",
		fmt.Sprintf("HOMECARE_DB_OWNER_URL=host=127.0.0.1 port=%d user=homecare_owner dbname=%s sslmode=disable",
			proxy.Port, name))
	var count atomic.Int64
	proxy.Statements(func(n int64) {
		count.Store(n)
		if n == killAt {
			_ = run.Process.Kill() // and the statement goes on to the server
		}
	})
	out, err := run.CombinedOutput()
	if (err != nil) != (killAt != 0) {
		t.Fatalf("homecare migrate: %v\n%s", err, out)
	}
	if killAt != 0 {
		time.Sleep(20 * time.Millisecond)
		proxy.Cut()
		again := exec.CommandContext(t.Context(), bin, "migrate")
		again.Env = append(os.Environ(), "DATABASE_URL=", "HOMECARE_DB_OWNER_URL="+pgtest.RoleDSN("homecare_owner",
			name))
		if out, err := again.CombinedOutput(); err != nil {
			return fmt.Sprintf("the second run failed: %v\n%s", err, out), count.Load()
		}
	}
	return shape(t, name), count.Load()
}

// shape is the schema as pg_dump writes it, and the number of rows of each table.
func shape(t *testing.T, database string) string {
	t.Helper()
	bin, _, err := localpg.FindBin("")
	if err != nil {
		t.Fatal(err)
	}
	dump := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_dump"), "--schema-only", "-d",
		pgtest.AdminDSN(database))
	out, err := dump.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	c, err := pgx.Connect(t.Context(), pgtest.AdminDSN(database))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	rows, err := c.Query(t.Context(), `select relname || ' ' ||
		(xpath('/row/n/text()', query_to_xml(format('select count(*) as n from public.%I', relname), false, true,
		'')))[1]::text
		from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(out), "\n"), func(l string) bool {
		return strings.HasPrefix(l, `\restrict `) || strings.HasPrefix(l, `\unrestrict `) // a fresh key in each dump
	})
	return strings.Join(append(lines, counts...), "\n")
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("%q became %q", x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(x), len(y))
}

// older starts the program on a schema that lacks its newest migration.
func older(t *testing.T) (refused bool, says string) {
	t.Helper()
	s := apitest.New(t)
	s.Database.Exec(t, `delete from schema_version where version_id = (select max(version_id) from schema_version)`)
	p := crash.NewProduct(t, apitest.Config(s.Database))
	_, err := p.Start(t.Context())
	p.Kill()
	if err == nil {
		return false, "it started"
	}
	if !strings.Contains(err.Error(), schema.ErrOld.Error()) {
		return false, err.Error()
	}
	return true, schema.ErrOld.Error()
}

// newer applies the next release's migration to the database and runs this
// program on it, with a kill in between.
func newer(t *testing.T, sql string) (works bool, verdict string) {
	t.Helper()
	s := apitest.New(t)
	if err := apply(t, s.Database.Owner(), sql); err != nil {
		t.Fatal(err)
	}
	p := crash.NewProduct(t, apitest.Config(s.Database))
	if _, err := p.Start(t.Context()); err != nil {
		return false, "it does not start"
	}
	j := crash.NewJournal(t, p.URL, "koordinator.uren", apitest.Password)
	j.Patience = 5 * time.Second // records that can never be written are given up
	stop := j.Write(4)
	time.Sleep(time.Second)
	p.Kill()
	if _, err := p.Start(t.Context()); err != nil {
		stop()
		return false, "it does not start again"
	}
	time.Sleep(time.Second)
	stop()
	v := j.Verify(t, s.Database.Admin())
	people := 0
	s.Database.Row(t, `select count(*) from patient where name like 'Durasi %'`, nil, &people)
	return v.Clean() && j.Unexpected.Load() == 0 && j.Failed.Load() == 0 && people > 0,
		fmt.Sprintf("%d acknowledged, %d people, %s, %d answers 500, %d unexpected", j.Acked(), people, v,
			j.Failed.Load(), j.Unexpected.Load())
}

// apply runs one further migration, of the next release, as its owner.
func apply(t *testing.T, owner, sql string) error {
	t.Helper()
	latest, err := schema.Latest()
	if err != nil {
		return err
	}
	files := fstest.MapFS{fmt.Sprintf("%05d_next.sql", latest+1): {Data: []byte("-- +goose Up\n" + sql + ";\n")}}
	cfg, err := pgx.ParseConfig(owner)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*cfg)
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithTableName("schema_version"))
	if err != nil {
		return err
	}
	done, err := p.Up(t.Context())
	if err == nil && len(done) != 1 {
		err = errors.New("the next migration did not run")
	}
	return err
}

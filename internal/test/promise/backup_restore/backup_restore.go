//go:build sabotage

// Package backup_restore measures: a backup is made while the product writes, the
// database is destroyed, and a restore to a chosen second has exactly what was committed
// until then. And: a promoted standby has everything that was acknowledged.
package backup_restore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/backup"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-8.
var Promise = promise.Promise{ID: "DUR-8",
	Promised: "backup under load, disaster, restore to a chosen second: exactly the rows committed until then, each with its audit row; restore-check passes",
	Measure:  func(t *testing.T) promise.Result { return measure(t, false) },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, true) }}}

const writers = 6

// committed are the ids of the journal's records, with the time of their
// commit.
const committed = `select 'evaluation ' || id, pg_xact_commit_timestamp(xmin) from evaluation union all
	select 'patient ' || id, pg_xact_commit_timestamp(xmin) from patient
	union all select 'audit ' || id, pg_xact_commit_timestamp(xmin) from audit_event`

const present = `select 'evaluation ' || id from evaluation union all select 'patient ' || id from patient union all
	select 'audit ' || id from audit_event`

// half counts records without their audit row.
const half = `select (select count(*) from evaluation e where not exists (select from audit_event a
	where a.subject_id = e.id and a.action = 'evaluation.open'))
	+ (select count(*) from patient p where p.name like 'Durasi %' and not exists (select from audit_event a
	where a.subject_id = p.id and a.action = 'patient.register'))`

func measure(t *testing.T, holed bool) promise.Result {
	c := crash.NewCluster(t)
	c.Exec(t, `alter system set track_commit_timestamp = on`)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	c.Start(t)
	p := crash.NewProduct(t, c.Config())
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := backup.Config{URL: c.Admin(), Dir: filepath.Join(folder(t), "backup"), Blobs: p.Blobs, Log: t.Output()}
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	stop := j.Write(writers)
	time.Sleep(time.Second)
	if _, err := backup.Take(t.Context(), b); err != nil {
		stop()
		t.Fatal(err)
	}
	followed, cancel := context.WithCancel(t.Context())
	following := make(chan error, 1)
	go func() { following <- backup.Follow(followed, b, 0) }()
	time.Sleep(2500 * time.Millisecond)
	to := time.Now().Truncate(time.Second)
	c.Exec(t, `select pg_switch_wal()`) // the segment before is whole
	time.Sleep(1500 * time.Millisecond)
	stop()
	time.Sleep(time.Second) // the stream is asynchronous
	want := ids(t, c, to)
	all := len(ids(t, c, time.Now()))
	c.Kill(t) // the disaster
	cancel()
	if err := <-following; err != nil {
		t.Fatal(err)
	}
	p.Kill()
	if err := os.RemoveAll(localpg.Data(c.Dir)); err != nil {
		t.Fatal(err)
	}
	if holed {
		removeSegment(t, filepath.Join(b.Dir, "wal"))
	}
	r, err := b.Run(t.Context(), backup.Restore{Target: filepath.Join(folder(t), "restored"), To: to})
	if err != nil {
		return promise.Result{Measured: "the restore gave up: " + first(err), Kept: false}
	}
	defer func() { _ = r.Stop() }()
	got, halves := restored(t, r.Admin())
	missing, extra := difference(want, got), difference(got, want)
	says, whole := trail(t.Context(), r)
	check, err := b.Rehearse(t.Context(), "", trail)
	switch {
	case whole != nil:
		says = whole.Error()
	case err != nil:
		says += "; restore-check: " + first(err)
	default:
		says += fmt.Sprintf("; restore-check good in %.1f s", check.Took.Seconds())
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"restored to %s: %d of %d rows committed until then, %d missing, %d of the %d later ones, %d half; %s",
			to.Format(time.TimeOnly), len(want)-missing, len(want), missing, extra, all-len(want), halves, says),
		Kept: missing == 0 && extra == 0 && halves == 0 && err == nil && whole == nil && len(want) > 100 &&
			all > len(want),
	}
}

// trail verifies the whole audit trail of a restored database.
func trail(ctx context.Context, r *backup.Restored) (string, error) {
	master, err := crypt.ParseMaster(apitest.MasterKey)
	if err != nil {
		return "", err
	}
	dsn := func(role string) string { return r.DSN("homecare_"+role, r.Manifest.Database) }
	db, err := pg.Open(ctx, pg.Config{App: dsn("app"), Report: dsn("report"), District: dsn("district"),
		System: dsn("system")}, master)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if err := keyring.Open(ctx, db); err != nil {
		return "", err
	}
	chains, err := audit.Chains(ctx, db, "")
	if err != nil {
		return "", err
	}
	rows, seals := 0, 0
	for _, id := range chains {
		v, err := audit.NewTrail(master).Verify(ctx, db, id, "")
		if err != nil {
			return "", err
		}
		if len(v.Findings) > 0 {
			return "", fmt.Errorf("%d findings in the audit trail, the first: %s", len(v.Findings), v.Findings[0])
		}
		rows, seals = rows+v.Rows, seals+v.Seals
	}
	return fmt.Sprintf("audit trail of %d rows and %d seals whole", rows, seals), nil
}

// folder is enterable by the database's user.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "homecare-dur8-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// ids are the rows committed until a moment.
func ids(t *testing.T, c *crash.Cluster, to time.Time) map[string]bool {
	t.Helper()
	return collect(t, c.Admin(), `select id from (`+committed+`) x (id, at) where at <= '`+
		to.UTC().Format(time.RFC3339Nano)+`'`)
}

func collect(t *testing.T, dsn, query string) map[string]bool {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, id := range list {
		out[id] = true
	}
	return out
}

func restored(t *testing.T, dsn string) (got map[string]bool, halves int) {
	t.Helper()
	got = collect(t, dsn, present)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), half).Scan(&halves); err != nil {
		t.Fatal(err)
	}
	return got, halves
}

// difference counts what a has and b does not.
func difference(a, b map[string]bool) (n int) {
	for id := range a {
		if !b[id] {
			n++
		}
	}
	return n
}

// removeSegment removes the last complete WAL file, which contains the chosen
// second or changes before it.
func removeSegment(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, strings.Repeat("[0-9A-F]", 24)))
	if err != nil || len(files) == 0 {
		t.Fatalf("no whole WAL file in %s: %v", dir, err)
	}
	if err := os.Remove(slices.Max(files)); err != nil {
		t.Fatal(err)
	}
}

func first(err error) string {
	line, _, _ := strings.Cut(err.Error(), ": ")
	return line
}

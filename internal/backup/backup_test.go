package backup

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/localpg"
)

// world is a small database, its attachments and a backup folder.
type world struct {
	Config
	t    *testing.T
	conn *pgx.Conn
	dir  string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "homecare-backup-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { // as root the server runs as another user
		t.Fatal(err)
	}
	s, err := localpg.Start(t.Context(), localpg.Options{Dir: filepath.Join(dir, "live"), Test: true,
		Settings: map[string]string{"synchronous_commit": "on"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	w := &world{Config{URL: s.DSN("postgres", "postgres"), Dir: filepath.Join(dir, "backup"),
		Blobs: filepath.Join(dir, "blobs"), Log: t.Output()}, t, nil, dir}
	if w.conn, err = pgx.Connect(t.Context(), w.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.conn.Close(t.Context()) })
	w.exec(`create table attachment (blob text); create table visit (n int)`)
	w.attach(1)
	return w
}

func (w *world) exec(sql string) {
	w.t.Helper()
	if _, err := w.conn.Exec(w.t.Context(), sql); err != nil {
		w.t.Fatal(err)
	}
}

// attach writes the n-th attachment: the file, then the row.
func (w *world) attach(n byte) (path string) {
	w.t.Helper()
	name := strings.Repeat(string('a'+n), 32)
	path = filepath.Join(name[:2], name)
	if err := os.MkdirAll(filepath.Join(w.Blobs, name[:2]), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.Blobs, path), []byte{n}, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.exec(`insert into attachment values ('` + name + `')`)
	return path
}

func (w *world) take() Manifest {
	w.t.Helper()
	m, err := Take(w.t.Context(), w.Config)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) rehearse(want string) {
	w.t.Helper()
	_, err := w.Rehearse(w.t.Context(), w.dir, nil)
	switch {
	case want == "" && err != nil:
		w.t.Errorf("restore-check: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		w.t.Errorf("restore-check says %v, want %q", err, want)
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, "homecare-restore-check-*")); len(left) > 0 {
		w.t.Errorf("left behind: %v", left)
	}
}

func TestRestoreCheckSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`insert into visit select generate_series(1, 500)`)
	m := w.take()
	if m.Tables["visit"] != 500 || m.Tables["attachment"] != 1 || m.Blobs != 1 {
		t.Errorf("manifest %+v", m)
	}
	w.exec(`insert into visit values (501)`) // after the snapshot
	w.rehearse("")

	blob := filepath.Join(w.Dir, "blobs", "bb", strings.Repeat("b", 32))
	if err := os.WriteFile(blob, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.rehearse("was changed")
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	w.rehearse("missing")
	if _, err := w.copyBlobs(""); err != nil {
		t.Fatal(err)
	}
	w.rehearse("")

	manifest := filepath.Join(w.base(m.ID), "manifest.json")
	good, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(manifest, bytes.Replace(good, []byte(`"visit": 500`), []byte(`"visit": 501`), 1),
		0o600); err != nil {
		t.Fatal(err)
	}
	w.rehearse("visit has 500 rows, the product had 501")
	if err := os.WriteFile(manifest, good, 0o600); err != nil {
		t.Fatal(err)
	}

	if err := os.Truncate(filepath.Join(w.base(m.ID), "pgdata", "global", "pg_control"), 100); err != nil {
		t.Fatal(err)
	}
	w.rehearse("damaged")
}

func TestRestoreToATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.take()
	w.exec(`insert into visit values (1)`)
	time.Sleep(10 * time.Millisecond)
	to := time.Now()
	time.Sleep(10 * time.Millisecond)
	w.exec(`insert into visit values (2)`)
	target := filepath.Join(w.dir, "restored")

	if _, err := w.Run(t.Context(), Restore{Target: target, To: m.Begun.Add(-time.Hour)}); !errors.Is(err, ErrNone) {
		t.Errorf("before the first backup: %v", err)
	}
	if _, err := w.Run(t.Context(), Restore{Target: w.dir, To: to}); err == nil ||
		!strings.Contains(err.Error(), "not empty") {
		t.Errorf("over something: %v", err)
	}
	// The WAL after the base backup was not fetched yet: the restore refuses to
	// give less than asked.
	if _, err := w.Run(t.Context(), Restore{Target: filepath.Join(w.dir, "early"), To: to}); err == nil ||
		!strings.Contains(err.Error(), "do not reach") {
		t.Errorf("beyond what is kept: %v", err)
	}
	s, err := connect(t.Context(), w.Config)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.catchUp(t.Context(), w.Config); err != nil {
		t.Fatal(err)
	}
	r, err := w.Run(t.Context(), Restore{Target: target, To: to})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	c, err := pgx.Connect(t.Context(), r.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var n, highest int
	if err := c.QueryRow(t.Context(), `select count(*), max(n) from visit`).Scan(&n, &highest); err != nil || n != 1 ||
		highest != 1 {
		t.Errorf("%d visits up to %d, %v: want the first only", n, highest, err)
	}
	if _, err := c.Exec(t.Context(), `insert into visit values (3)`); err != nil {
		t.Errorf("the restored database takes no writes: %v", err)
	}
	if _, err := os.Stat(filepath.Join(target, "blobs", "bb", strings.Repeat("b", 32))); err != nil {
		t.Error(err)
	}
}

func TestKeepRemovesWhatNobodyNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Keep = 1
	old := w.take()
	path := w.attach(2)
	w.exec(`select pg_switch_wal()`)
	time.Sleep(1100 * time.Millisecond)                                                      // ids are seconds
	if err := os.Remove(filepath.Join(w.Blobs, "bb", strings.Repeat("b", 32))); err != nil { // deleted in the product
		t.Fatal(err)
	}
	w.exec(`delete from attachment where blob like 'b%'`)
	kept := w.take()
	all, err := List(w.Dir)
	if err != nil || len(all) != 1 || all[0].ID != kept.ID {
		t.Errorf("kept %v, %v", all, err)
	}
	if _, err := os.Stat(filepath.Join(w.wal(), old.FirstWAL)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("old WAL is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.Dir, "blobs", "bb", strings.Repeat("b", 32))); !errors.Is(err,
		os.ErrNotExist) {
		t.Errorf("a deleted attachment is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.Dir, "blobs", path)); err != nil {
		t.Error(err)
	}
	w.rehearse("")
}

// TestTakeWhileFollowing makes a base backup while another process follows, and
// restores what only that process has fetched.
func TestTakeWhileFollowing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Follow(ctx, w.Config, 0) }()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var active bool
		err := w.conn.QueryRow(t.Context(), `select active from pg_replication_slots where slot_name = $1`, slot).
			Scan(&active)
		if active {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("nothing follows: %v", err)
		}
	}
	w.take()
	w.exec(`insert into visit values (7)`)
	var lsn string
	if err := w.conn.QueryRow(t.Context(), `select pg_current_wal_lsn()::text`).Scan(&lsn); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var there bool
		if err := w.conn.QueryRow(t.Context(), `select coalesce(bool_or(flush_lsn >= $1::pg_lsn), false)
			from pg_stat_replication`, lsn).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the change is not fetched")
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	r, err := w.Run(t.Context(), Restore{Target: filepath.Join(w.dir, "restored")})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	c, err := pgx.Connect(t.Context(), r.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var n int
	if err := c.QueryRow(t.Context(), `select n from visit`).Scan(&n); err != nil || n != 7 {
		t.Errorf("the last change is not restored: %d, %v", n, err)
	}
}

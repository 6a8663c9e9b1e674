//go:build sabotage

// Package full_disk measures: the disk with the tables becomes full under write
// load and is freed again. Nothing acknowledged is lost, reads are served
// meanwhile, writes are told to retry and work again without a restart.
package full_disk

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Promise is DUR-5. Its disk is a small file system in memory, which needs root.
var Promise = promise.Promise{ID: "DUR-5",
	Promised: "disk full, then freed: LOST = DUPLICATE = HALF = PHANTOM = 0, reads served meanwhile, writes 503 with Retry-After and going on without a restart",
	Measure:  measure, Control: promise.Control{Fault: "commit_unchecked"}}

const (
	writers = 8
	full    = 4 * time.Second // how long the disk stays full
)

func measure(t *testing.T) promise.Result {
	disk := mount(t)
	c := crash.NewCluster(t)
	move(t, c, disk)
	p := crash.NewProduct(t, c.Config())
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	pid, server := p.PID(), c.PID
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	stop := j.Write(writers)
	time.Sleep(500 * time.Millisecond)
	before := j.Acked()
	ballast := fill(t, disk)
	var refused, reads, served int64
	for begin := time.Now(); time.Since(begin) < full || j.Unavailable.Load() == 0 &&
		time.Since(begin) < 30*time.Second; {
		code, _ := j.Get(t.Context(), "/v1/staff")
		reads++
		if code == http.StatusOK {
			served++
		}
		time.Sleep(20 * time.Millisecond)
	}
	refused = j.Unavailable.Load()
	during := j.Acked()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for j.Acked() < during+50 && time.Since(begin) < 20*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	back := time.Since(begin)
	stop()
	v := j.Verify(t, c.Admin())
	same := p.Alive() && p.PID() == pid && syscall.Kill(server, 0) == nil
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d acknowledged before, %d until freed, %d in all; full for %v: %d writes 503 with Retry-After, %d without, %d answers 500, %d of %d reads served; 50 more written %d ms after; same processes: %t; %s; %d unexpected",
			before, during, j.Acked(), full, refused, j.Bare.Load(), j.Failed.Load(), served, reads,
			back.Milliseconds(), same, v, j.Unexpected.Load()),
		Kept: v.Clean() && refused > 0 && j.Bare.Load() == 0 && j.Failed.Load() == 0 && served == reads &&
			back < 5*time.Second && same && j.Unexpected.Load() == 0,
	}
}

// mount makes a small disk. The test is skipped where that is not allowed.
func mount(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		fmt.Println("DUR-5  SKIP: a small disk needs root to mount it")
		t.Skip()
	}
	dir, err := os.MkdirTemp("", "homecare-disk-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=128m,mode=711"); err != nil {
		_ = os.Remove(dir)
		fmt.Println("DUR-5  SKIP: this machine does not allow mounting a small disk:", err)
		t.Skip()
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
		_ = os.Remove(dir)
	})
	return dir
}

// move moves the database's files to the small disk. The WAL stays where it is.
func move(t *testing.T, c *crash.Cluster, disk string) {
	t.Helper()
	space := filepath.Join(disk, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(localpg.Data(c.Dir))
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	if err := os.Chown(space, int(st.Uid), int(st.Gid)); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.DSN("postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, sql := range []string{`create tablespace small location '` + space + `'`, `alter database homecare
		set tablespace small`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// fill fills the disk.
func fill(t *testing.T, disk string) (path string) {
	t.Helper()
	path = filepath.Join(disk, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, endless{}); err == nil {
		t.Fatal("the disk does not run full at " + strconv.Quote(path))
	}
	return path
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

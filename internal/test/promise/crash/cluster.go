//go:build sabotage

package crash

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Password of the demo accounts of a Cluster.
const Password = apitest.Password

// Cluster is a private PostgreSQL, as durable as in production (fsync on), with
// a migrated and seeded database.
type Cluster struct {
	*localpg.Server
	dir    string
	killed bool
}

const database = "homecare"

// NewCluster makes a cluster that ends with the test.
func NewCluster(t *testing.T) *Cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "homecare-promise-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // as root the server runs as another user
		t.Fatal(err)
	}
	c := &Cluster{dir: dir}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c.Start(t)
	t.Cleanup(func() {
		if err := c.Stop(); err != nil && !c.killed {
			t.Error(err)
		}
		_ = os.RemoveAll(c.Dir)
	})
	if err := c.prepare(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Cluster) prepare(ctx context.Context) error {
	admin, err := pgx.Connect(ctx, c.DSN("postgres", "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	for _, sql := range []string{postgres.Roles, `create database ` + database + ` owner homecare_owner`} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := app.Prepare(ctx, c.Config().OwnerURL); err != nil {
		return err
	}
	a, err := app.New(ctx, c.Config(), slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = staff.SeedDemo(ctx, a.DB, a.Master, a.Hasher, Password)
	return err
}

// Start starts the server, which recovers from a kill.
func (c *Cluster) Start(t *testing.T) {
	t.Helper()
	s, err := localpg.Start(context.WithoutCancel(t.Context()), localpg.Options{Dir: c.dir})
	if err != nil {
		t.Fatal(err)
	}
	c.Server, c.killed = s, false
}

// Kill ends every process of the server with SIGKILL, the postmaster first: a
// surviving backend would finish its work.
func (c *Cluster) Kill(t *testing.T) {
	t.Helper()
	all := append([]int{c.PID}, children(c.PID)...)
	for i, pid := range all {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && i == 0 {
			t.Fatal(err)
		}
	}
	c.killed = true
	_ = c.Stop() // it reports the kill; this releases the folder
}

// children lists the processes that a process started.
func children(parent int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var out []int
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (name) state ppid ...; a name may hold blanks and brackets
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			out = append(out, pid)
		}
	}
	return out
}

// Exec runs a statement as the superuser.
func (c *Cluster) Exec(t *testing.T, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// Admin is the superuser's address of the database.
func (c *Cluster) Admin() string { return c.DSN("postgres", database) }

// Config is the product's configuration over the cluster.
func (c *Cluster) Config() config.Config {
	role := func(name string) string { return c.DSN("homecare_"+name, database) }
	return config.Config{PublicURL: "http://homecare.test", MasterKey: apitest.MasterKey, Timeout: 30 * time.Second,
		PoolSize: 8, DemoClock: true,
		OwnerURL: role("owner"), AppURL: role("app"), ReportURL: role("report"), DistrictURL: role("district"),
		SystemURL: role("system")}
}

// SignIn signs c in, with the second factor where one is owed: once per account
// and 30 seconds, because a code works once.
func SignIn(t *testing.T, c *homecare.Client, username, password string) {
	t.Helper()
	tokens, err := c.SignIn(t.Context(), homecare.SignIn{Username: username, Password: password})
	if err == nil && tokens.SecondFactorRequired {
		_, err = c.SecondFactor(t.Context(), homecare.SecondFactor{Code: staff.DemoCode(time.Now())})
	}
	if err != nil {
		t.Fatalf("sign in as %s: %v", username, err)
	}
}

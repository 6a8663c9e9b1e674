package pg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

// reads counts the statements that read roll-ups.
type reads struct{ n atomic.Int64 }

func (r *reads) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if strings.Contains(q.SQL, "rollup_month") {
		r.n.Add(1)
	}
	return ctx
}

func (*reads) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TestDistrictReadsFromStandby runs the product with a real streaming standby,
// in a separate process and cluster: a standby of the shared cluster would
// first copy the databases of all other tests.
func TestDistrictReadsFromStandby(t *testing.T) {
	t.Parallel()
	const alone = "HOMECARE_TEST_ALONE"
	if os.Getenv(alone) == "" {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDistrictReadsFromStandby$",
			"-test.timeout=5m")
		c.Env = append(os.Environ(), pgtest.Variable+"=", alone+"=1")
		if out, err := c.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("PASS")) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	dir, err := os.MkdirTemp("", "homecare-standby-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	standby, err := localpg.StartStandby(t.Context(), pgtest.AdminDSN("postgres"), "homecare_test_standby",
		localpg.Options{Dir: dir + "/standby", Test: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	var primary, replica reads
	var database string
	const lag = 4 * time.Second
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		database = pgtest.FromDSN(c.AppURL).Name
		c.ReplicaURL, c.ReplicaLag = standby.DSN("homecare_report", database), lag
	}), apitest.Pools(func(c *pg.Config) {
		c.Configure = func(role string, pc *pgxpool.Config) {
			switch role {
			case "report":
				pc.ConnConfig.Tracer = &primary
			case "replica":
				pc.ConnConfig.Tracer = &replica
			}
		}
	}))
	ask := func(c *homecare.Client, from *reads, what string) {
		t.Helper()
		before := from.n.Load()
		// A standby that has just caught up may be behind again shortly after.
		for end := time.Now().Add(lag); ; time.Sleep(200 * time.Millisecond) {
			if _, err := c.DistrictDashboard(t.Context(), "2026-10", "kupinang"); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if from.n.Load() > before || from == &primary || time.Now().After(end) {
				break
			}
		}
		if from.n.Load() != before+1 {
			t.Errorf("%s: primary %d, standby %d reads, not where it should have been read", what, primary.n.Load(),
				replica.n.Load())
		}
	}
	on := func(sql string) error {
		c, err := pgx.Connect(t.Context(), standby.DSN("postgres", database))
		if err != nil {
			return err
		}
		defer func() { _ = c.Close(t.Context()) }()
		_, err = c.Exec(t.Context(), sql)
		return err
	}
	caughtUp(t, s, standby.DSN("postgres", database))
	c, other := s.As(t, "dinkes.analis"), s.As(t, "dinkes.admin")
	caughtUp(t, s, standby.DSN("postgres", database))
	ask(c, &replica, "a fresh standby")

	err = on(`create table written (x int)`)
	if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != "25006" {
		t.Errorf("a write on the standby: %v", err)
	}

	if err := on(`select pg_wal_replay_pause()`); err != nil {
		t.Fatal(err)
	}
	if err := other.SignOut(t.Context()); err != nil { // a write that the standby does not see
		t.Fatal(err)
	}
	_, err = other.DistrictDashboard(t.Context(), "2026-10", "kupinang")
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != http.StatusUnauthorized {
		t.Errorf("an ended session reads from a standby that is behind: %v", err)
	}
	ask(c, &replica, "behind, within the lag allowed")
	time.Sleep(lag + 200*time.Millisecond)
	ask(c, &primary, "too far behind")
	if age, err := s.App.DB.ReplicaLag(t.Context()); err != nil || age < lag {
		t.Errorf("a standby that is behind says %s, %v", age, err)
	}
	if err := on(`select pg_wal_replay_resume()`); err != nil {
		t.Fatal(err)
	}
	caughtUp(t, s, standby.DSN("postgres", database))
	ask(c, &replica, "caught up")
	figures := func() string {
		families, err := s.App.Metrics.Registry().Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "homecare_replica_lag_seconds" {
				return fmt.Sprint(f.GetMetric()[0].GetGauge().GetValue() < lag.Seconds())
			}
		}
		return "absent"
	}
	if got := figures(); got != "true" {
		t.Errorf("the lag of a standby that has all is below what is allowed: %s", got)
	}

	if err := standby.Stop(); err != nil {
		t.Fatal(err)
	}
	ask(c, &primary, "no standby")
	if age, err := s.App.DB.ReplicaLag(t.Context()); err == nil {
		t.Errorf("a standby that is away says %s", age)
	}
}

// caughtUp waits until the standby has the database and the primary's current
// position.
func caughtUp(t *testing.T, s *apitest.Server, standby string) {
	t.Helper()
	var lsn string
	s.Database.Row(t, `select pg_current_wal_lsn()::text`, nil, &lsn)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c, err := pgx.Connect(t.Context(), standby)
		if err != nil {
			continue // the database is not there yet
		}
		var there bool
		err = c.QueryRow(t.Context(), `select pg_last_wal_replay_lsn() >= $1::pg_lsn`, lsn).Scan(&there)
		_ = c.Close(t.Context())
		if err == nil && there {
			return
		}
	}
	t.Fatal("the standby does not catch up")
}

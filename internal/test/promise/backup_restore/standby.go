//go:build sabotage

package backup_restore

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/crash"
)

// Standby is the second part of DUR-8. The control is the same with a primary
// that does not wait for its standby.
var Standby = promise.Promise{ID: "DUR-8",
	Promised: "primary killed under write load, standby promoted: LOST = DUPLICATE = HALF = PHANTOM = 0",
	Measure:  func(t *testing.T) promise.Result { return promote(t, true) },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return promote(t, false) }}}

func promote(t *testing.T, waits bool) promise.Result {
	c := crash.NewCluster(t)
	s, err := localpg.StartStandby(t.Context(), c.DSN("postgres", "postgres"), "homecare_standby",
		localpg.Options{Dir: filepath.Join(folder(t), "standby")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	if waits {
		c.Exec(t, `alter system set synchronous_standby_names = 'homecare_standby'`)
		c.Exec(t, `alter system set synchronous_commit = remote_apply`)
		c.Exec(t, `select pg_reload_conf()`)
	}
	p := crash.NewProduct(t, c.Config())
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	j := crash.NewJournal(t, p.URL, "koordinator.uren", crash.Password)
	stop := j.Write(writers)
	time.Sleep(1500 * time.Millisecond)
	// The connection between the two breaks a moment before the primary dies: a
	// primary that does not wait continues to acknowledge.
	exec(t, s, `alter system set primary_conninfo = ''`)
	exec(t, s, `select pg_reload_conf()`)
	time.Sleep(500 * time.Millisecond)
	before := j.Acked()
	c.Kill(t)
	begin := time.Now()
	exec(t, s, `select pg_promote()`)
	p.Kill()
	moved := c.Config()
	role := func(name string) string { return s.DSN("homecare_"+name, "homecare") }
	moved.AppURL, moved.ReportURL, moved.DistrictURL, moved.SystemURL = role("app"), role("report"), role("district"),
		role("system")
	p.Move(moved)
	if _, err := p.Start(t.Context()); err != nil {
		stop()
		t.Fatal(err)
	}
	back := time.Since(begin)
	time.Sleep(time.Second)
	stop()
	v := j.Verify(t, s.DSN("postgres", "homecare"))
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d acknowledged before, %d after the promotion, ready again %d ms after the kill: %s; %d unexpected",
			before, j.Acked()-before, back.Milliseconds(), v, j.Unexpected.Load()),
		Kept: v.Clean() && j.Unexpected.Load() == 0 && before > 50 && j.Acked() > before,
	}
}

func exec(t *testing.T, s *localpg.Server, sql string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), s.DSN("postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

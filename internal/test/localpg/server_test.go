package localpg

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStopAndStartKeepsData(t *testing.T) {
	t.Parallel()
	o := Options{Dir: filepath.Join(newDir(t), "deep", "pg"), Timezone: "Asia/Makassar",
		Settings: map[string]string{"work_mem": "5MB"}}
	s := start(t, o)
	query(t, s, "CREATE TABLE visit AS SELECT 41 AS n", "SELECT '1'")
	stop(t, s)
	if err := s.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
	if answers(s.SocketDir) {
		t.Error("the socket still answers after Stop")
	}
	s = start(t, o)
	if s.Adopted {
		t.Error("adopted a server that was stopped")
	}
	if got := query(t, s, "SELECT n::text FROM visit"); got != "41" {
		t.Errorf("row is %q after a restart", got)
	}
	for name, want := range map[string]string{
		"listen_addresses": "", "wal_level": "replica", "max_connections": "100", "fsync": "on",
		"data_checksums": "on", "log_statement": "none", "log_parameter_max_length": "0",
		"log_min_error_statement": "panic", "TimeZone": "Asia/Makassar", "work_mem": "5MB", "server_encoding": "UTF8",
	} {
		if got := query(t, s, "SELECT current_setting('"+name+"')"); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, dir := range []string{s.SocketDir, filepath.Join(s.Dir, dataName)} {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v, want 0700", dir, info.Mode(), err)
		}
	}
	if s.Major == "" || !exists(filepath.Join(s.Bin, "psql")) {
		t.Errorf("Major %q, Bin %q", s.Major, s.Bin)
	}
}

func TestAdoptsServerOfKilledProcess(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t)}
	h := hold(t, o)
	query(t, &h.Server, "CREATE TABLE visit AS SELECT 42 AS n", "SELECT '1'")
	h.kill()
	begin := time.Now()
	s := start(t, o)
	t.Logf("adopted in %v", time.Since(begin))
	if !s.Adopted || s.PID != h.PID {
		t.Errorf("Adopted %v, process %d; the running one is %d", s.Adopted, s.PID, h.PID)
	}
	if got := query(t, s, "SELECT n::text FROM visit"); got != "42" {
		t.Errorf("row is %q", got)
	}
	stop(t, s)
}

func TestRestartsKilledProcessesServerWhoseSettingsDiffer(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t)}
	h := hold(t, o)
	h.kill()
	o.Settings = map[string]string{"work_mem": "6MB"}
	s := start(t, o)
	if s.Adopted || s.PID == h.PID {
		t.Error("adopted a server with other settings")
	}
	if got := query(t, s, "SHOW work_mem"); got != "6MB" {
		t.Errorf("work_mem = %s", got)
	}
}

func TestRecoversWhenBothAreKilled(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t)}
	h := hold(t, o)
	query(t, &h.Server, "CREATE TABLE visit AS SELECT 43 AS n", "SELECT '1'")
	// A backend that does not notice its postmaster's death for a long time.
	busy := make(chan struct{})
	go func() {
		defer close(busy)
		_, _ = tryQuery(&h.Server, "SELECT count(*)::text FROM generate_series(1, 4e9::bigint)")
	}()
	eventually(t, "the long query runs", func() bool {
		return query(t, &h.Server,
			"SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid() AND state = 'active'") == "1"
	})
	h.kill()
	if p, err := os.FindProcess(h.PID); err != nil || p.Kill() != nil {
		t.Fatal("cannot kill the postmaster")
	}
	begin := time.Now()
	s := start(t, o)
	t.Logf("recovered in %v", time.Since(begin))
	if s.Adopted {
		t.Error("adopted a killed server")
	}
	if got := query(t, s, "SELECT n::text FROM visit"); got != "43" {
		t.Errorf("row is %q", got)
	}
	<-busy
}

// The process id in postmaster.pid belongs to another process by now: of the
// same user, another PostgreSQL, or a zombie.
func TestRecycledProcessID(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t), Test: true}
	s := start(t, o)
	file, err := os.ReadFile(s.pidFile())
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	_, rest, _ := strings.Cut(string(file), "\n")

	sleeper := asServer(s, exec.Command("sleep", "60"))
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() }()
	zombie := asServer(s, exec.Command("true"))
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zombie.Wait() }()
	time.Sleep(100 * time.Millisecond)
	other := start(t, Options{Dir: newDir(t), Test: true})

	for name, pid := range map[string]int{"same user": sleeper.Process.Pid, "zombie": zombie.Process.Pid,
		"other cluster": other.PID} {
		content := itoa(pid) + "\n" + rest
		if err := os.WriteFile(s.pidFile(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.account.own(s.pidFile()); err != nil {
			t.Fatal(err)
		}
		again, err := Start(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again.Adopted || again.PID == pid {
			t.Errorf("%s: took process %d for the server", name, pid)
		}
		stop(t, again)
	}
	if sleeper.ProcessState != nil || syscall.Kill(sleeper.Process.Pid, 0) != nil {
		t.Error("the unrelated process was ended")
	}
	query(t, other, "SELECT '1'")
}

func TestConcurrentStartsShareOneServer(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t)}
	type result struct {
		h   *holder
		err error
	}
	results := make(chan result)
	for range 3 {
		go func() {
			h, err := tryHold(t, o)
			results <- result{h, err}
		}()
	}
	var all []*holder
	fresh := 0
	for range 3 {
		r := <-results
		if r.err != nil {
			t.Fatal(r.err)
		}
		all = append(all, r.h)
		if !r.h.Adopted {
			fresh++
		}
	}
	if fresh != 1 || all[0].PID != all[1].PID || all[1].PID != all[2].PID {
		t.Errorf("%d of 3 made a server; processes %d %d %d", fresh, all[0].PID, all[1].PID, all[2].PID)
	}
	if _, err := Start(t.Context(), Options{Dir: o.Dir, Test: true}); !errors.Is(err, ErrInUse) {
		t.Errorf("a test cluster in a used folder: %v, want ErrInUse", err)
	}
	all[0].stopNow(t)
	all[1].kill()
	query(t, &all[2].Server, "SELECT '1'")
	all[2].stopNow(t)
	if answers(all[2].SocketDir) {
		t.Error("the server runs on after its last user stopped it")
	}
}

func TestTestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t), Test: true}
	h := hold(t, o)
	if got := query(t, &h.Server, "SELECT current_setting('fsync') || current_setting('max_connections')"); got !=
		"off300" {
		t.Errorf("fsync, max_connections: %s", got)
	}
	data := filepath.Join(h.Dir, dataName)
	if Discard(h.Dir) {
		t.Fatal("Discard removed a cluster in use")
	}
	h.kill()
	eventually(t, "the server has ended", func() bool { return len(processesOf(data)) == 0 })
	if !Discard(h.Dir) || exists(h.Dir) {
		t.Error("Discard left a dead cluster's folder")
	}
}

func TestStartRightAfterTestProcessWasKilled(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t), Test: true}
	for range 3 {
		hold(t, o).kill()
	}
	s := start(t, o)
	if s.Adopted {
		t.Error("adopted a server that is about to end")
	}
	time.Sleep(300 * time.Millisecond)
	query(t, s, "SELECT '1'")

	// As if this process had been killed and its watchdog had not noticed yet.
	s.users.Close()
	if Discard(s.Dir) {
		t.Fatal("Discard removed the folder of a server that runs")
	}
	again := start(t, o)
	if again.Adopted || again.PID == s.PID {
		t.Error("adopted the server of another test run")
	}
	query(t, again, "SELECT '1'")
}

func TestDiscardRespectsLocks(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	if Discard(dir) {
		t.Error("removed a folder that is no cluster's")
	}
	for _, name := range []string{startLock, userLock} {
		f, err := openLock(dir, name, account{})
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := tryLock(f, syscall.LOCK_SH); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if Discard(dir) {
			t.Fatalf("removed a folder whose %s is held", name)
		}
		f.Close()
	}
	if !Discard(dir) {
		t.Error("an unused folder stays")
	}
	if err := os.Mkdir(dir, 0o711); err != nil { // for the cleanup
		t.Fatal(err)
	}
}

func TestBadSettingAndCancelledStartLeaveNothing(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	_, err := Start(t.Context(), Options{Dir: dir, Test: true, Settings: map[string]string{"work_mem": "many"}})
	if err == nil || !strings.Contains(err.Error(), "work_mem") {
		t.Errorf("error %v does not name the setting", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{Dir: dir, Test: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled start: %v", err)
	}
	if n := processesOf(filepath.Join(dir, dataName)); len(n) > 0 {
		t.Errorf("processes %v are left", n)
	}
	query(t, start(t, Options{Dir: dir, Test: true}), "SELECT '1'")
}

func TestSocketOfLongAndUnusualPaths(t *testing.T) {
	t.Parallel()
	base := newDir(t)
	for _, name := range []string{strings.Repeat("p", 95), `it's, "a b"\c`} {
		s := start(t, Options{Dir: filepath.Join(base, name), Test: true})
		query(t, s, "SELECT '1'")
		if filepath.Dir(s.SocketDir) != "/tmp" {
			t.Errorf("socket in %s", s.SocketDir)
		}
		stop(t, s)
		if exists(s.SocketDir) {
			t.Errorf("%s is left", s.SocketDir)
		}
	}
}

func TestListensOnSocketOnly(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Dir: newDir(t), Test: true})
	if c, err := net.Dial("unix", filepath.Join(s.SocketDir, socketFile)); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	if got := query(t, s, "SELECT coalesce(inet_server_addr()::text, 'unix')"); got != "unix" {
		t.Errorf("connected over %s", got)
	}
	b, err := os.ReadFile(s.pidFile())
	if lines := strings.Split(string(b), "\n"); err != nil || len(lines) < 6 || lines[5] != "" {
		t.Errorf("the server listens on a network address: %q %v", b, err)
	}
}

// The log must not name a person: neither statements, parameters, failed values
// nor the statement a crashed backend was running.
func TestLogHoldsNoPersonalData(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Dir: newDir(t), Test: true})
	query(t, s, "CREATE TABLE patient (nik text UNIQUE, n int)",
		"INSERT INTO patient VALUES ('RAHASIA', 1) RETURNING '1'")
	for _, sql := range []string{
		"INSERT INTO patient VALUES ('RAHASIA', 1) RETURNING '1'",
		"SELECT 'RAHASIA'::int::text",
		"SELECT RAHASIA",
		"SELECT 'RAHASIA' || pg_terminate_backend(pg_backend_pid())::text",
	} {
		if _, err := tryQuery(s, sql); err == nil {
			t.Errorf("%s did not fail", sql)
		}
	}
	crashed := make(chan struct{})
	go func() {
		defer close(crashed)
		_, _ = tryQuery(s, "SELECT 'RAHASIA' || pg_sleep(30)::text")
	}()
	var pid string
	eventually(t, "the backend sleeps", func() bool {
		pid, _ = tryQuery(s, "SELECT coalesce(max(pid), 0)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
		return pid != "0" && pid != ""
	})
	if err := exec.Command("kill", "-9", pid).Run(); err != nil {
		t.Fatal(err)
	}
	<-crashed
	eventually(t, "the server is back", func() bool { _, err := tryQuery(s, "SELECT '1'"); return err == nil })
	b, err := os.ReadFile(filepath.Join(s.Dir, logName))
	if err != nil || !strings.Contains(string(b), "signal 9") {
		t.Fatalf("no crash in the log: %v", err)
	}
	if strings.Contains(strings.ToUpper(string(b)), "RAHASIA") {
		t.Errorf("the log quotes a value:\n%s", b)
	}
}

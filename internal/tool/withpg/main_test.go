//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is withpg itself with WITHPG_MAIN set.
func TestMain(m *testing.M) {
	if os.Getenv("WITHPG_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func withpg(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "withpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], append([]string{"-dir", filepath.Join(dir, "pg"), "--"}, args...)...)
	c.Env = append(os.Environ(), "WITHPG_MAIN=1", "HOMECARE_TEST_PG=")
	return c, filepath.Join(dir, "pg", "pgdata", "postmaster.pid")
}

func TestExitCodeAndServer(t *testing.T) {
	t.Parallel()
	// psql may be missing from PATH where the server's folder is not on it.
	c, pid := withpg(t, "/bin/sh", "-c", `read line; echo "$line $HOMECARE_TEST_PG"; exit 7`)
	c.Stdin = strings.NewReader("hello\n")
	out, err := c.Output()
	if c.ProcessState.ExitCode() != 7 {
		t.Errorf("exit code %d, %v", c.ProcessState.ExitCode(), err)
	}
	if !strings.HasPrefix(string(out), "hello host='/") || !strings.Contains(string(out), "user='postgres'") ||
		strings.Contains(string(out), "dbname") {
		t.Errorf("command saw %q", out)
	}
	if _, err := os.Stat(pid); !os.IsNotExist(err) {
		t.Errorf("the server was not stopped: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(pid)); err != nil {
		t.Errorf("no cluster was made: %v", err)
	}
}

func TestSignalsReachTheCommand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		script string
		sig    syscall.Signal
		code   int
	}{
		{`trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done`, syscall.SIGTERM, 9},
		{`trap 'exit 8' INT; echo up; while :; do sleep 0.1; done`, syscall.SIGINT, 8},
		{`echo up; exec sleep 60`, syscall.SIGTERM, 128 + 15},
	} {
		c, pid := withpg(t, "/bin/sh", "-c", test.script)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "up\n" {
			t.Fatalf("%q %v", line, err)
		}
		if err := c.Process.Signal(test.sig); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()
		if got := c.ProcessState.ExitCode(); got != test.code {
			t.Errorf("%s: exit code %d, want %d", test.sig, got, test.code)
		}
		if _, err := os.Stat(pid); !os.IsNotExist(err) {
			t.Errorf("%s: the server was not stopped: %v", test.sig, err)
		}
	}
}

func TestKilledWithpgLeavesNoServer(t *testing.T) {
	t.Parallel()
	c, pid := withpg(t, "/bin/sh", "-c", "echo up; exec sleep 3")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(pid); os.IsNotExist(err) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the server lives on")
		}
	}
}

func TestFaultsReachTheCommand(t *testing.T) {
	t.Parallel()
	c, _ := withpg(t, "/bin/sh", "-c", `file=${GOFLAGS##*-overlay=}; grep -q token.go "$file" && echo "$file"`)
	c.Args, c.Dir = slices.Insert(c.Args, 1, "-faults"), filepath.Join("..", "..", "..")
	out, err := c.Output()
	file := strings.TrimSpace(string(out))
	if err != nil || !strings.HasSuffix(file, "overlay.json") {
		t.Fatalf("the command saw no overlay: %q %v", out, err)
	}
	if _, err := os.Stat(filepath.Dir(file)); !os.IsNotExist(err) {
		t.Errorf("the overlay was not removed: %v", err)
	}
	c, _ = withpg(t, "/bin/sh", "-c", "exit 0")
	c.Args = slices.Insert(c.Args, 1, "-faults") // no patches below this folder
	if err := c.Run(); err == nil || c.ProcessState.ExitCode() != 126 {
		t.Errorf("without patches: exit code %d", c.ProcessState.ExitCode())
	}
}

func TestCommandThatCannotRun(t *testing.T) {
	t.Parallel()
	c, pid := withpg(t, "/nonexistent/command")
	if err := c.Run(); err == nil || c.ProcessState.ExitCode() != 126 {
		t.Errorf("exit code %d", c.ProcessState.ExitCode())
	}
	if _, err := os.Stat(pid); !os.IsNotExist(err) {
		t.Errorf("the server was not stopped: %v", err)
	}
}

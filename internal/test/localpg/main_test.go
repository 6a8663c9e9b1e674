package localpg

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain is also a program that uses a cluster: with LOCALPG_HOLD set it starts
// the given one, prints it, and holds it until a line or the end of input.
func TestMain(m *testing.M) {
	held := os.Getenv("LOCALPG_HOLD")
	if held == "" {
		os.Exit(m.Run())
	}
	var o Options
	if err := json.Unmarshal([]byte(held), &o); err != nil {
		panic(err)
	}
	s, err := Start(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	_ = json.NewEncoder(os.Stdout).Encode(s)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	if err := s.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
}

// newDir is a temporary folder that the database's user can enter (t.TempDir is
// 0700 and, in a test run by root, root's).
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if answers(s.SocketDir) {
		t.Fatalf("process %d still serves after Stop", s.PID)
	}
}

// query runs statements as the superuser and returns the last one's single value.
func query(t *testing.T, s *Server, statements ...string) string {
	t.Helper()
	v, err := tryQuery(s, statements...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func tryQuery(s *Server, statements ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, s.DSN("postgres", "postgres"))
	if err != nil {
		return "", err
	}
	defer c.Close(ctx)
	var v string
	for i, sql := range statements {
		if i < len(statements)-1 {
			_, err = c.Exec(ctx, sql)
		} else {
			err = c.QueryRow(ctx, sql).Scan(&v)
		}
		if err != nil {
			return "", err
		}
	}
	return v, nil
}

// holder is another process that uses a cluster.
type holder struct {
	Server
	cmd   *exec.Cmd
	input io.WriteCloser
}

func hold(t *testing.T, o Options) *holder {
	t.Helper()
	h, err := tryHold(t, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func tryHold(t *testing.T, o Options) (*holder, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "LOCALPG_HOLD="+string(b))
	c.Stderr = os.Stderr
	input, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	h := &holder{cmd: c, input: input}
	t.Cleanup(func() { input.Close(); _ = c.Wait() })
	if err := json.NewDecoder(output).Decode(&h.Server); err != nil {
		return nil, fmt.Errorf("holder: %w", err)
	}
	return h, nil
}

func (h *holder) kill() {
	_ = h.cmd.Process.Kill()
	_ = h.cmd.Wait()
}

func (h *holder) stopNow(t *testing.T) {
	t.Helper()
	h.input.Close()
	if err := h.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// eventually polls for up to ten seconds.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// asServer makes c run as the cluster's user.
func asServer(s *Server, c *exec.Cmd) *exec.Cmd {
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.account.cred}
	return c
}

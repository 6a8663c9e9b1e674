package localpg

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	logName = "postgres.log"
	maxLog  = 16 << 20 // the log is renamed to postgres.log.1 at a start beyond this size
)

// watchdog becomes postgres and leaves a process that waits for a line on file
// 3. This process writes the line once the server has ended. If this process
// dies first, the pipe closes and the server is stopped. $$ is the process id
// of the shell, and so of the server. The waiting process is not a child of the
// postmaster, which would take the death of an unknown child for a crash.
const watchdog = `( ( read -r _ <&3 || kill -INT $$ ) </dev/null >/dev/null 2>&1 & ); exec "$@" 3<&-`

// child is a server that this process started.
type child struct {
	cmd    *exec.Cmd
	tether *os.File      // write end of the watchdog's pipe; nil without one
	ended  chan struct{} // closed when the server has ended
	err    error         // how it ended; read after ended
}

// arguments are the arguments of the server. They decide whether it can be
// adopted.
func (s *Server) arguments(o Options) []string {
	args := []string{"-D", s.data(), "-k", s.SocketDir, "-p", port}
	for _, kv := range settings(o) {
		args = append(args, "-c", kv)
	}
	return args
}

// startedWith: the running server has these arguments (postmaster.opts holds them
// quoted, after the program's path with its symbolic links resolved).
func (s *Server) startedWith(args []string) bool {
	b, err := os.ReadFile(filepath.Join(s.Dir, dataName, "postmaster.opts"))
	return err == nil && strings.HasSuffix(string(b), `postgres "`+strings.Join(args, `" "`)+"\"\n")
}

func (s *Server) openLog() (*os.File, error) {
	path := filepath.Join(s.Dir, logName)
	if info, err := os.Lstat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	return f, s.account.own(path)
}

// spawn starts the server and waits until it is ready. On an error it has ended,
// and said is its output in the log.
func (s *Server) spawn(ctx context.Context, o Options) (said string, err error) {
	log, err := s.openLog()
	if err != nil {
		return "", err
	}
	defer log.Close()
	begin, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	c := &child{ended: make(chan struct{})}
	postgres := filepath.Join(s.Bin, "postgres")
	args := s.arguments(o)
	if o.Test {
		read, write, err := os.Pipe()
		if err != nil {
			return "", err
		}
		defer read.Close()
		c.tether = write
		c.cmd = exec.Command("/bin/sh", append([]string{"-c", watchdog, "sh", postgres}, args...)...)
		c.cmd.ExtraFiles = []*os.File{read}
	} else {
		c.cmd = exec.Command(postgres, args...)
	}
	s.prepare(c.cmd)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	if err := c.cmd.Start(); err != nil {
		return "", err
	}
	go func() {
		c.err = c.cmd.Wait()
		if c.tether != nil {
			_, _ = c.tether.WriteString("\n")
			c.tether.Close()
		}
		close(c.ended)
	}()
	s.child, s.PID = c, c.cmd.Process.Pid
	for !s.ready(ctx) {
		select {
		case <-c.ended:
			s.child = nil
			b, _ := io.ReadAll(io.NewSectionReader(log, begin, 64<<10))
			return string(b), fmt.Errorf("PostgreSQL did not start: %w\n%s", c.err, b)
		case <-ctx.Done():
			s.child = nil
			_ = syscall.Kill(s.PID, syscall.SIGQUIT)
			<-c.ended
			return "", fmt.Errorf("PostgreSQL in %s is not ready yet: %w", s.Dir, context.Cause(ctx))
		case <-time.After(10 * time.Millisecond):
		}
	}
	return "", nil
}

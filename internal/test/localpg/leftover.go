package localpg

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func (s *Server) pidFile() string { return filepath.Join(s.data(), "postmaster.pid") }

// clear prepares the cluster for a new server after one that was killed. Call it
// only when no server listens.
func (s *Server) clear(ctx context.Context) error {
	endOrphans(ctx, s.data())
	if err := disown(s.pidFile()); err != nil {
		return err
	}
	// The socket's lock file contains a process id too.
	for _, name := range []string{socketFile, socketFile + ".lock"} {
		if err := os.Remove(filepath.Join(s.SocketDir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// endOrphans ends backends whose postmaster was killed: a long query would
// prevent the next server from starting.
func endOrphans(ctx context.Context, data string) {
	for round := 0; ; round++ {
		pids := processesOf(data)
		if len(pids) == 0 || ctx.Err() != nil {
			return
		}
		sig := syscall.SIGQUIT
		if round >= 40 {
			sig = syscall.SIGKILL
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, sig)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// processesOf lists the live PostgreSQL processes of a data folder: each has it
// as its working folder; a zombie has none. Without /proc it finds none, and
// backends without a postmaster end by themselves.
func processesOf(data string) []int {
	dir, err := os.Stat(data)
	if err != nil {
		return nil
	}
	var pids []int
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range all {
		cwd, err := os.Stat(filepath.Join(proc, "cwd"))
		if err != nil || !os.SameFile(cwd, dir) {
			continue
		}
		exe, err := os.Readlink(filepath.Join(proc, "exe"))
		if pid, _ := strconv.Atoi(filepath.Base(proc)); err == nil && strings.HasPrefix(filepath.Base(exe),
			"postgres") {
			pids = append(pids, pid)
		}
	}
	return pids
}

// disown makes PostgreSQL see that the process in postmaster.pid has ended, for
// when its id now belongs to a zombie or to another process: PostgreSQL and pg_ctl
// check only the id. The other lines stay: PostgreSQL reads the shared memory
// segment from them, which prevents a start beside running backends.
func disown(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, rest, ok := strings.Cut(string(b), "\n")
	if !ok {
		return os.Remove(path) // cut short by a crash: it contains no process and no segment
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteString(strconv.Itoa(math.MaxInt32-1) + "\n" + rest) // above every pid_max
	return err
}

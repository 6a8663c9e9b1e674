//go:build unix

package localpg

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// pidFile is postmaster.pid: line 1 process id, 5 socket folder, 8 status.
type pidFile struct {
	pid       int
	socketDir string
	status    string // starting, ready, stopping, standby
}

func pidPath(dir string) string { return filepath.Join(dir, dataName, "postmaster.pid") }

// readPID reads postmaster.pid; the zero pidFile when there is none.
func readPID(dir string) pidFile {
	b, err := os.ReadFile(pidPath(dir))
	if err != nil {
		return pidFile{}
	}
	var p pidFile
	for i, line := range strings.Split(string(b), "\n") {
		switch i {
		case 0:
			p.pid, _ = strconv.Atoi(strings.TrimSpace(line))
			p.pid = max(p.pid, -p.pid) // negative: a stand-alone backend
		case 4:
			p.socketDir = line
		case 7:
			p.status = strings.TrimSpace(line)
		}
	}
	return p
}

// disown makes PostgreSQL see that the process of postmaster.pid is gone, for when
// its number lives on in a zombie or in somebody else's process. The file itself
// stays: PostgreSQL reads the shared memory segment from it, which keeps it from
// starting beside backends that still run.
func disown(dir string) error {
	path := pidPath(dir)
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, rest, ok := strings.Cut(string(b), "\n")
	if !ok || strings.TrimSpace(string(b)) == "" {
		return os.Remove(path) // cut short by a crash: it names no process and no segment
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "postmaster.pid.")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if _, err := tmp.WriteString(strconv.Itoa(math.MaxInt32-1) + "\n" + rest); err != nil { // above every pid_max
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		if err := tmp.Chown(int(st.Uid), int(st.Gid)); err != nil {
			return err
		}
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// processExists: the number is taken, be it by another user's process or a zombie.
func processExists(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

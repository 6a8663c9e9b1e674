package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// serves: the process is a live PostgreSQL of this data folder. Every PostgreSQL
// process works in its data folder; a zombie works nowhere.
func serves(pid int, data string) bool {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	cwd, err := os.Stat(filepath.Join(proc, "cwd"))
	if err != nil {
		return false
	}
	dir, err := os.Stat(data)
	if err != nil || !os.SameFile(cwd, dir) {
		return false
	}
	exe, err := os.Readlink(filepath.Join(proc, "exe"))
	return err == nil && strings.HasPrefix(filepath.Base(exe), "postgres")
}

// processesOf lists the live PostgreSQL processes of a data folder.
func processesOf(data string) []int {
	entries, _ := os.ReadDir("/proc")
	var pids []int
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && serves(pid, data) {
			pids = append(pids, pid)
		}
	}
	return pids
}

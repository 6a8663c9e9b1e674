package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Cost is what one request takes of the machine. Unlike a rate it hardly depends on what
// else the machine does.
type Cost struct {
	Server   float64 `json:"server_cpu_us"`             // microseconds of processor of the server's process
	Database float64 `json:"database_cpu_us"`           // the same of PostgreSQL's processes that serve it
	WAL      float64 `json:"wal_bytes,omitempty"`       // written to PostgreSQL's log
	Allocs   float64 `json:"allocations,omitempty"`     // of memory, in the server; 0 for the floor
	Memory   float64 `json:"allocated_bytes,omitempty"` // by them
	Rows     float64 `json:"rows_written,omitempty"`    // inserted, updated or deleted; see written.go
}

// CPU is the processor time of both, in microseconds.
func (c Cost) CPU() float64 { return c.Server + c.Database }

func (c Cost) minus(o Cost) Cost {
	return Cost{c.Server - o.Server, c.Database - o.Database, c.WAL - o.WAL, c.Allocs - o.Allocs, c.Memory - o.Memory,
		c.Rows - o.Rows}
}

func (c Cost) each(n int) Cost {
	d := float64(n)
	return Cost{c.Server / d, c.Database / d, c.WAL / d, c.Allocs / d, c.Memory / d, c.Rows / d}
}

// meter reads what a server has used since its start.
type meter struct {
	c        *child
	database string
	roles    string // the beginning of the names of its roles in PostgreSQL
	wal      *pgx.Conn
}

func (m meter) read(ctx context.Context) (Cost, error) {
	var out Cost
	used, err := cpuOf(m.c.cmd.Process.Pid)
	if err != nil {
		return out, err
	}
	out.Server = used
	if out.Database, err = backends(m.roles, m.database); err != nil {
		return out, err
	}
	if err := m.wal.QueryRow(ctx, `select pg_current_wal_insert_lsn() - '0/0'`).Scan(&out.WAL); err != nil {
		return out, err
	}
	if m.c.figures == "" {
		return out, nil
	}
	figures, err := m.c.look(ctx, "/metrics")
	for line := range strings.Lines(string(figures)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		var err2 error
		switch name {
		case "go_memstats_mallocs_total":
			out.Allocs, err2 = strconv.ParseFloat(value, 64)
		case "go_memstats_alloc_bytes_total":
			out.Memory, err2 = strconv.ParseFloat(value, 64)
		}
		err = errors.Join(err, err2)
	}
	return out, err
}

// tick is the unit of /proc/*/stat on Linux, in microseconds.
const tick = 10_000

// cpuOf is the processor time of a process with its threads, in microseconds.
func cpuOf(pid int) (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %q", pid, b)
	}
	user, err := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	return (user + system) * tick, errors.Join(err, err2)
}

// backends is the processor time of PostgreSQL's processes that serve these roles on a
// database, in microseconds. A process that has ended is not in it.
func backends(roles, database string) (sum float64, err error) {
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, file := range all {
		title, err := os.ReadFile(file)
		if err != nil || !bytes.HasPrefix(title, []byte("postgres: "+roles)) ||
			!bytes.Contains(title, []byte(" "+database+" ")) {
			continue // not of this server, or ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return 0, err
		}
		if used, err := cpuOf(pid); err == nil {
			sum += used
		}
	}
	return sum, nil
}

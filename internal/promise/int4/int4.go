//go:build sabotage

// Package int4 measures: a hostile file is refused with a clear error, in
// bounded memory and time. Each file is read by a process of its own, whose
// memory the kernel tells (VmHWM).
package int4

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/promise"
)

const (
	mostMB   = 300
	most     = 10 * time.Second
	least    = 40
	faultSet = "HOMECARE_SABOTAGE"
)

// Promise is INT-4.
var Promise = promise.Promise{ID: "INT-4", Promised: ">= 40 hostile files and one of 50,000 x 20: <= 300 MB resident, <= 10 s, a clear error each, 0 crashes",
	Measure: func(t *testing.T) promise.Result { return measure(t, files(), "") },
	// Without limits these three exhaust the machine or say nothing; the child
	// is stopped at 1 GB.
	Control: promise.Control{Measure: func(t *testing.T) promise.Result {
		list := slices.DeleteFunc(files(), func(f file) bool { return !f.control })
		return measure(t, list, "uncapped_files")
	}}}

func measure(t *testing.T, list []file, fault string) promise.Result {
	dir := t.TempDir()
	hostile, unclear, over, slow, worst := 0, 0, 0, 0, answer{}
	for i, f := range list {
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(path, f.make(), 0o600); err != nil {
			t.Fatal(err)
		}
		a := read(t, path, f.source, fault)
		_ = os.Remove(path)
		if f.want == "" {
			t.Logf("%s: %s, %d MB, %s", f.name, a.said, a.mb, a.took)
		} else {
			hostile++
		}
		if a.said != f.want {
			unclear++
			t.Logf("%s: %q, want %q", f.name, a.said, f.want)
		}
		if a.mb > mostMB {
			over++
			t.Logf("%s: %d MB", f.name, a.mb)
		}
		if a.took > most {
			slow++
			t.Logf("%s: %s", f.name, a.took)
		}
		worst.mb, worst.took = max(worst.mb, a.mb), max(worst.took, a.took)
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d hostile files, %d without the clear error, %d over %d MB, %d over %s, worst %d MB %.1f s", hostile, unclear, over, mostMB, slow, most, worst.mb, worst.took.Seconds()),
		Kept:     unclear+over+slow == 0 && hostile >= least,
	}
}

// answer is what a child said of a file: the class it refused it with, or ""
// where it read it.
type answer struct {
	said string
	mb   int
	took time.Duration
}

// read lets a process of its own read the file.
func read(t *testing.T, path, source, fault string) answer {
	t.Helper()
	// ulimit -d bounds what the process may ask for, so that a broken reader
	// ends itself and not the machine.
	c := exec.Command("sh", "-c", `ulimit -d 1048576; exec "$0"`, os.Args[0])
	c.Env = append(os.Environ(), childFile+"="+path, childSource+"="+source, faultSet+"="+fault)
	start := time.Now()
	out, err := c.Output()
	a := answer{took: time.Since(start)}
	fields := strings.Fields(string(out))
	if err != nil || len(fields) != 2 {
		a.said, a.mb = "crashed", 1024
		return a
	}
	a.mb, _ = strconv.Atoi(fields[0])
	a.said = strings.TrimPrefix(fields[1], "=")
	return a
}

//go:build sabotage

// Package hostile_files measures: a hostile file is refused with a clear error, in
// bounded memory and time. A separate process reads each file, and the kernel
// reports its memory (VmHWM).
package hostile_files

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/sabotage"
)

const (
	mostMB = 300
	most   = 10 * time.Second
	least  = 40
)

const promised = "hostile files: <= 300 MB resident, <= 10 s, a clear error each, 0 crashes"

// Promise is INT-4.
var Promise = promise.Promise{ID: "INT-4", Promised: ">= 40 " + promised +
	"; one honest file of 50,000 x 20 within the same, and the server that takes it in <= 300 MB",
	Measure: whole,
	Control: control(3),
	// The short form reads some of the hostile files, with one fault.
	Short: &promise.Promise{ID: "INT-4", Promised: promised + " (short)", Measure: short, Control: control(1)}}

// whole reads every file, and imports the valid one on a server.
func whole(t *testing.T) promise.Result {
	list := files()
	r := measure(t, list, least)
	mb, people, took := served(t, list[0].make())
	r.Measured += fmt.Sprintf("; a server took %d people in %d MB, and looked through %d of one birth date in %.1f s",
		people, mb, crowded, took.Seconds())
	r.Kept = r.Kept && mb <= mostMB && people == honestRows && took <= most
	return r
}

// control reads n of the files that show the failure of a reader without
// limits: it exhausts the machine or reports nothing. The child is stopped at 1
// GB.
func control(n int) promise.Control {
	return promise.Control{Fault: "uncapped_files", Measure: func(t *testing.T) promise.Result {
		list := slices.DeleteFunc(files(), func(f file) bool { return !f.control })
		return measure(t, list[:n], n)
	}}
}

// perSeed is how many files the short form takes per seed.
const perSeed = 8

// short takes files by a fixed seed and by a random one.
func short(t *testing.T) promise.Result {
	list := slices.DeleteFunc(files(), func(f file) bool { return f.want == "" })
	var chosen []file
	seed := rand.Uint64()
	for _, s := range []uint64{1, seed} {
		for _, i := range rand.New(rand.NewPCG(s, 0)).Perm(len(list))[:perSeed] {
			chosen = append(chosen, list[i])
		}
	}
	r := measure(t, chosen, 2*perSeed)
	r.Measured += fmt.Sprintf(" (short %d/%d, seed %d)", 2*perSeed, len(list), seed)
	return r
}

// measure reads each file. At least that many must be hostile.
func measure(t *testing.T, list []file, hostileAtLeast int) promise.Result {
	dir := t.TempDir()
	hostile, unclear, over, slow, worst := 0, 0, 0, 0, answer{}
	for i, f := range list {
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(path, f.make(), 0o600); err != nil {
			t.Fatal(err)
		}
		a := read(t, path, f.source)
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
		Measured: fmt.Sprintf(
			"%d hostile files, %d without the clear error, %d over %d MB, %d over %s, worst %d MB %.1f s", hostile,
			unclear, over, mostMB, slow, most, worst.mb, worst.took.Seconds()),
		Kept: unclear+over+slow == 0 && hostile >= hostileAtLeast,
	}
}

// answer is the child's result for a file: the class of the refusal, or "" if
// it read the file.
type answer struct {
	said string
	mb   int
	took time.Duration
}

// read reads the file in a separate process.
func read(t *testing.T, path, source string) answer {
	t.Helper()
	// ulimit -d limits the memory of the process, so that a faulty reader ends
	// itself and not the machine.
	c := exec.Command("sh", "-c", `ulimit -d 1048576; exec "$0"`, os.Args[0])
	c.Env = append(os.Environ(), childFile+"="+path, childSource+"="+source, sabotage.Env())
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

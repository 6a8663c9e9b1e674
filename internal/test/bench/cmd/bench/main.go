// Command bench measures the product against its floor and writes
// docs/benchmarks/<version>.json and its table. See package bench.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/balangan/homecare/internal/test/bench"
)

func main() {
	scales := flag.String("scale", "1,10", "multiples of the district, separated by commas")
	rounds := flag.Int("rounds", 3, "rounds per row; of the ratios the lower quartile counts")
	measure := flag.Duration("measure", 4*time.Second, "of one round of one server")
	warmup := flag.Duration("warmup", time.Second, "before each, left out")
	out := flag.String("out", "", "folder of the results; empty writes none")
	check := flag.Bool("check", false, "fail when a ratio is below its promise less the noise band")
	within := flag.Bool("budget", false, "fail when a request takes more than its budget")
	band := flag.Float64("band", 0.15, "the noise band")
	profile := flag.String("profile", "", "folder of profiles of the product's work; empty takes none")
	only := flag.String("only", "", "the rows whose work begins so; empty: all")
	long := flag.Bool("long", false, "import 50,000 rows too")
	keep := flag.String("keep", "", "folder of loaded databases, used again while they fit; empty keeps none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := bench.Options{Rounds: *rounds, Measure: *measure, Warmup: *warmup, Log: os.Stderr, Profile: *profile,
		Only: *only, Long: *long, Keep: *keep}
	for s := range strings.SplitSeq(*scales, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			fail(fmt.Errorf("-scale %q: whole numbers from 1", *scales))
		}
		o.Scales = append(o.Scales, n)
	}
	if err := benchmark(ctx, o, *out, *check, *within, *band); err != nil {
		fail(err)
	}
}

func benchmark(ctx context.Context, o bench.Options, out string, check, within bool, band float64) (err error) {
	if o.Dir, err = os.MkdirTemp("", "homecare-bench-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(o.Dir) }()
	for _, dir := range []string{out, o.Profile} {
		if dir != "" {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
	}
	if o.Keep != "" {
		if o.Keep, err = filepath.Abs(o.Keep); err == nil {
			err = os.MkdirAll(o.Keep, 0o755)
		}
		if err != nil {
			return err
		}
	}
	if err := os.Chmod(o.Dir, 0o755); err != nil { // PostgreSQL does not run as root
		return err
	}
	o.Product, o.Floor = filepath.Join(o.Dir, "homecare"), filepath.Join(o.Dir, "floor")
	for binary, pkg := range map[string]string{o.Product: "./cmd/homecare", o.Floor: "./internal/test/bench/floor"} {
		c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, pkg)
		c.Stdout, c.Stderr = os.Stderr, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("build %s: %w", pkg, err)
		}
	}
	r, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	r.Version = version(ctx)
	if out != "" {
		if err := r.Write(out); err != nil {
			return err
		}
	}
	err = errors.Join(r.Table(os.Stdout), r.Failures())
	if within {
		err = errors.Join(err, r.Within())
	}
	if check {
		err = errors.Join(err, r.Check(band))
	}
	return err
}

// version is git's name for this tree; "unversioned" without git.
func version(ctx context.Context) string {
	b, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unversioned"
	}
	return strings.TrimSpace(string(b))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

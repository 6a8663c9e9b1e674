// Withpg runs a command with a private PostgreSQL for tests:
//
//	withpg [-faults] -dir DIR -- command [argument...]
//
// It starts the server in DIR, passes its superuser's DSN (without a database)
// to the command as HOMECARE_TEST_PG, forwards SIGINT and SIGTERM, stops the
// server and exits with the command's code, or with 128 plus the number of the
// signal that ended it. 125: the server failed, 126: the command cannot run.
//
// With -faults every go command below it builds the product with the faults of
// package sabotage, which the promises need: GOFLAGS names the overlay. Run it
// in the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/balangan/homecare/internal/test/localpg"
	"github.com/balangan/homecare/internal/test/sabotage/overlay"
)

func main() {
	dir := flag.String("dir", "", "folder of the private PostgreSQL")
	faults := flag.Bool("faults", false, "build the product with its faults, for the promises")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: withpg [-faults] -dir DIR -- command [argument...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *dir == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	os.Exit(runWith(*faults, *dir, flag.Args()))
}

// runWith keeps the overlay of the faults while the command runs.
func runWith(faults bool, dir string, args []string) int {
	if !faults {
		return runCommand(dir, args)
	}
	sources, err := os.MkdirTemp("", "homecare-faults-")
	if err == nil {
		defer os.RemoveAll(sources)
		var flags string
		if flags, err = overlay.Flags(".", sources); err == nil {
			err = os.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" "+flags)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		return 126
	}
	return runCommand(dir, args)
}

func runCommand(dir string, args []string) (code int) {
	// From here on signals are caught, so that none leaves the server running.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	started := make(chan struct{})
	held := make(chan os.Signal, 1)
	go func() {
		select {
		case s := <-signals:
			held <- s
			cancel()
		case <-started:
		}
	}()
	s, err := localpg.Start(ctx, localpg.Options{Dir: dir, Test: true, Install: true, InstallLog: os.Stderr})
	close(started)
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		select {
		case sig := <-held:
			return signalCode(sig)
		default:
			return 125
		}
	}
	defer func() {
		if err := s.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "withpg:", err)
			if code == 0 {
				code = 125
			}
		}
	}()
	select {
	case sig := <-held:
		return signalCode(sig)
	default:
	}
	c := exec.Command(args[0], args[1:]...)
	c.Env = append(os.Environ(), "HOMECARE_TEST_PG="+s.DSN("postgres", ""))
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		return 126
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case sig := <-signals:
			_ = c.Process.Signal(sig)
		case err := <-ended:
			return exitCode(err)
		}
	}
}

func signalCode(sig os.Signal) int {
	if n, ok := sig.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 125
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	e, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		return 125
	}
	if st, ok := e.Sys().(syscall.WaitStatus); ok && st.Signaled() {
		return 128 + int(st.Signal())
	}
	return e.ExitCode()
}

// Package pgtest provides a PostgreSQL for the tests of other packages. It is
// never part of the program.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/test/localpg"
)

// Variable holds the superuser's DSN of the tests' server, without a database:
// keyword/value pairs or a postgres:// URL.
const Variable = "HOMECARE_TEST_PG"

const prefix = "homecare-pgtest-"

// Main is a package's TestMain: it runs the tests against the server in
// HOMECARE_TEST_PG, or against a private one for this run, and exits with their
// code. The private server ends with the test program even if that panics or is
// killed. A later run then removes its folder.
func Main(m interface{ Run() int }) { os.Exit(runTests(m)) }

func runTests(m interface{ Run() int }) (code int) {
	if os.Getenv(Variable) != "" {
		return m.Run()
	}
	sweep(os.TempDir())
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // as root the server runs as another user
		return failed(err)
	}
	s, err := localpg.Start(context.Background(), localpg.Options{Dir: dir, Test: true})
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(s.Dir) // not dir if the server's user cannot enter it
	defer func() {
		if err := s.Stop(); err != nil && code == 0 {
			code = failed(err)
		}
	}()
	if err := os.Setenv(Variable, s.DSN("postgres", "")); err != nil {
		return failed(err)
	}
	defer os.Unsetenv(Variable)
	return m.Run()
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "pgtest:", err)
	return 1
}

// sweep removes the folders of killed test runs. A recent folder may belong to
// a run that has not acquired its locks yet.
func sweep(tmp string) {
	dirs, _ := filepath.Glob(filepath.Join(tmp, prefix+"*"))
	for _, dir := range dirs {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > time.Minute {
			localpg.Discard(dir)
		}
	}
}

// AdminDSN is the superuser's DSN for a database of the test server. It panics
// outside of Main when HOMECARE_TEST_PG is not set.
func AdminDSN(database string) string {
	base := os.Getenv(Variable)
	if base == "" {
		panic("pgtest: no test server: call pgtest.Main from TestMain")
	}
	return withDatabase(base, database)
}

func withDatabase(base, database string) string {
	if strings.HasPrefix(base, "postgres://") || strings.HasPrefix(base, "postgresql://") {
		u, err := url.Parse(base)
		if err != nil {
			panic("pgtest: " + Variable + " is not a valid URL") // not the error: it contains the password
		}
		u.Path = "/" + database
		return u.String()
	}
	return base + " dbname='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(database) + "'"
}

// Package localpg runs a private PostgreSQL for development and tests: it finds
// the installed server (or installs it), creates a cluster in a folder, starts
// it on a Unix socket only and stops it.
//
// Contents of a folder: pgdata (the cluster), run (the socket), postgres.log,
// and two lock files. A cluster is never deleted: a folder of another major
// version of PostgreSQL is refused unchanged.
//
// Unless Options.Test is set, the server outlives a killed process, and the
// next Start on the folder adopts it.
package localpg

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Options are where the private cluster is and how it runs.
type Options struct {
	// Dir is the folder of the cluster, created if missing. For root, a folder that
	// the database's user cannot enter (below a home of mode 0700) is replaced by
	// /var/lib/homecare/<hash of the absolute path>; Server.Dir is the folder used.
	Dir string
	// Install lets Start install PostgreSQL where none is found. It does so only
	// as root (unless HOMECARE_INSTALL=0) or with HOMECARE_INSTALL=1.
	Install bool
	// InstallLog receives the output of the installation; nil discards it.
	InstallLog io.Writer
	// Settings are further server settings. They override those of this
	// package.
	Settings map[string]string
	// Test reduces durability for speed, allows 300 connections, never shares the
	// server with another process, and ends it with this process in any case.
	Test bool
	// Timezone is the server's time zone (IANA name); empty means UTC.
	Timezone string
	// Patience is the time limit of a start; 0 means a minute. A recovery from a
	// backup takes longer.
	Patience time.Duration
}

var (
	// ErrNoPostgres: no PostgreSQL server binaries are installed.
	ErrNoPostgres = errors.New("no PostgreSQL server found")
	// ErrVersion: the cluster was created by a major version that is not
	// installed.
	ErrVersion = errors.New("the cluster belongs to another PostgreSQL version")
	// ErrInUse: another process uses this test cluster.
	ErrInUse = errors.New("the cluster is in use by another process")
)

// VersionError reports a cluster that no installed server can open. It is
// ErrVersion.
type VersionError struct {
	Dir       string   // data folder, left untouched
	Made      string   // major version that created it
	Installed []string // major versions found, newest first
}

func (e *VersionError) Error() string {
	return fmt.Sprintf(
		"%s was made by PostgreSQL %s, installed is %s: left untouched; install PostgreSQL %s, or dump it there and restore it here",
		e.Dir, e.Made, strings.Join(e.Installed, ", "), e.Made)
}

// Is makes errors.Is(err, ErrVersion) true.
func (e *VersionError) Is(target error) bool { return target == ErrVersion }

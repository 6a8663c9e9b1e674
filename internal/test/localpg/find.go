package localpg

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version for a new cluster.
const oldest = 14

// places are where systems install server binaries: Debian, the PostgreSQL
// project's RPMs, Alpine, Homebrew (Apple silicon, Intel, Linux), Postgres.app.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

type binaries struct {
	dir   string
	major int
}

// FindBin returns the folder of initdb and postgres and their major version: the
// newest installed one from 14 on, or exactly the major version want. HOMECARE_PG_BIN
// names a folder to search first. Errors: ErrNoPostgres; *VersionError when servers
// are installed but not want.
func FindBin(want string) (bin, major string, err error) {
	found := installed()
	if i := slices.IndexFunc(found, func(b binaries) bool {
		if want == "" {
			return b.major >= oldest
		}
		return strconv.Itoa(b.major) == want
	}); i >= 0 {
		return found[i].dir, strconv.Itoa(found[i].major), nil
	}
	if want == "" || len(found) == 0 {
		return "", "", fmt.Errorf("%w: install it (version %d or newer) with\n  %s", ErrNoPostgres, oldest,
			InstallCommand())
	}
	var have []string
	for _, b := range found {
		have = append(have, strconv.Itoa(b.major))
	}
	return "", "", &VersionError{Made: want, Installed: slices.Compact(have)}
}

// installed lists the servers of this machine, newest first; among equals the
// folder of HOMECARE_PG_BIN comes first, then the order of places, then PATH.
func installed() []binaries {
	var dirs []string
	if d := os.Getenv("HOMECARE_PG_BIN"); d != "" {
		dirs = append(dirs, d)
	}
	for _, pattern := range places {
		m, _ := filepath.Glob(pattern)
		dirs = append(dirs, m...)
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			p = real
		}
		dirs = append(dirs, filepath.Dir(p))
	}
	if p, err := exec.LookPath("pg_config"); err == nil {
		if out, err := exec.Command(p, "--bindir").Output(); err == nil {
			dirs = append(dirs, strings.TrimSpace(string(out)))
		}
	}
	var found []binaries
	seen := map[string]bool{}
	for _, d := range dirs {
		if seen[d] {
			continue
		}
		seen[d] = true
		if _, err := os.Stat(filepath.Join(d, "initdb")); err != nil {
			continue
		}
		out, err := exec.Command(filepath.Join(d, "postgres"), "-V").Output()
		if err != nil {
			continue
		}
		if n := majorOf(string(out)); n > 0 {
			found = append(found, binaries{d, n})
		}
	}
	slices.SortStableFunc(found, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	return found
}

// majorOf reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" or
// "postgres (PostgreSQL) 18beta1"; 0 when it is neither.
func majorOf(version string) int {
	f := strings.Fields(version)
	if len(f) < 3 {
		return 0
	}
	end := strings.IndexFunc(f[2], func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(f[2])
	}
	n, _ := strconv.Atoi(f[2][:end])
	return n
}

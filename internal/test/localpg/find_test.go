package localpg

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMajorOf(t *testing.T) {
	for in, want := range map[string]int{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)": 15,
		"postgres (PostgreSQL) 18beta1":                        18,
		"postgres (PostgreSQL) 17":                             17,
		"postgres":                                             0,
		"postgres (PostgreSQL) devel":                          0,
	} {
		if got := majorOf(in); got != want {
			t.Errorf("majorOf(%q) = %d, want %d", in, got, want)
		}
	}
}

// fakeBin makes a folder with programs that report a version.
func fakeBin(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"initdb", "postgres"} {
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindBinPlaces(t *testing.T) {
	defer func(old []string) { places = old }(places)
	t.Setenv("PATH", "/nonexistent")
	t.Setenv("HOMECARE_PG_BIN", "")
	places = nil
	if _, _, err := FindBin(""); !errors.Is(err, ErrNoPostgres) || !strings.Contains(err.Error(), InstallCommand()) {
		t.Errorf("nothing installed: %v", err)
	}
	old, mid, young := fakeBin(t, "13.2"), fakeBin(t, "15.1"), fakeBin(t, "17.0")
	places = []string{filepath.Dir(old) + "/*", mid}
	t.Setenv("PATH", young)
	for want, dir := range map[string]string{"": young, "15": mid, "13": old} {
		if bin, _, err := FindBin(want); err != nil || bin != dir {
			t.Errorf("FindBin(%q) = %s %v, want %s", want, bin, err, dir)
		}
	}
	if _, _, err := FindBin("16"); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "17, 15, 13") {
		t.Errorf("FindBin(16): %v", err)
	}
	own := fakeBin(t, "17.5")
	t.Setenv("HOMECARE_PG_BIN", own)
	if bin, _, err := FindBin(""); err != nil || bin != own {
		t.Errorf("HOMECARE_PG_BIN: %s %v", bin, err)
	}
	places, _ = []string{old}, os.Setenv("PATH", "/nonexistent")
	t.Setenv("HOMECARE_PG_BIN", "")
	if _, _, err := FindBin(""); !errors.Is(err, ErrNoPostgres) {
		t.Errorf("only version 13 installed: %v", err)
	}
}

func TestMayInstall(t *testing.T) {
	for _, c := range []struct {
		uid  int
		env  string
		want bool
	}{{0, "", true}, {0, "0", false}, {0, "1", true}, {1000, "", false}, {1000, "0", false}, {1000, "1", true}} {
		if got := mayInstall(c.uid, c.env); got != c.want {
			t.Errorf("mayInstall(%d, %q) = %v", c.uid, c.env, got)
		}
	}
}

func TestInstallCommand(t *testing.T) {
	only := func(name string) func(string) bool { return func(n string) bool { return n == name } }
	if got := installCommand("linux", true, only("apt-get")); got != debian || strings.Contains(got, "'") {
		t.Errorf("Debian as root: %s", got)
	}
	if got := installCommand("linux", false, only("apt-get")); got != "sudo sh -c '"+debian+"'" {
		t.Errorf("Debian as a user: %s", got)
	}
	if got := installCommand("darwin", false, only("brew")); got != "brew install postgresql@17" {
		t.Errorf("macOS: %s", got)
	}
}

// Without permission nothing runs; with it, the command's failure is reported.
func TestEnsureInstalled(t *testing.T) {
	defer func(old []string) { places = old }(places)
	places = nil
	t.Setenv("HOMECARE_PG_BIN", "")
	bin, marker := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	script := "#!/bin/sh\necho ran >" + marker + "\nexit 1\n"
	for _, name := range []string{"dnf", "sudo"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv("HOMECARE_INSTALL", "0")
	for _, install := range []bool{true, false} {
		err := ensureInstalled(t.Context(), Options{Install: install})
		if !errors.Is(err, ErrNoPostgres) || !strings.Contains(err.Error(), "dnf install") {
			t.Errorf("Install %v: %v", install, err)
		}
	}
	t.Setenv("HOMECARE_INSTALL", "1")
	places = []string{fakeBin(t, "13.2")}
	if err := ensureInstalled(t.Context(), Options{Install: true}); err != nil {
		t.Errorf("an old version is installed, which may fit an old cluster: %v", err)
	}
	places = nil
	if _, err := os.Stat(marker); err == nil {
		t.Fatal("the command ran without permission")
	}
	var log strings.Builder
	if err := ensureInstalled(t.Context(), Options{Install: true, InstallLog: &log}); err == nil {
		t.Error("a failed installation was not reported")
	}
	if _, err := os.Stat(marker); err != nil || !strings.Contains(log.String(), "dnf install") {
		t.Errorf("the command did not run: %v %q", err, log.String())
	}
}

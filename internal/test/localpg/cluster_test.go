package localpg

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

// snapshot maps every file below dir to its content.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			m[path] = ""
			return err
		}
		b, err := os.ReadFile(path)
		m[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOtherVersionIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t), Test: true}
	s := start(t, o)
	major := s.Major
	stop(t, s)
	write(t, versionFile(o.Dir), "9\n")
	before := snapshot(t, filepath.Join(o.Dir, dataName))
	_, err := Start(t.Context(), o)
	v, ok := errors.AsType[*VersionError](err)
	if !ok || !errors.Is(err, ErrVersion) || v.Made != "9" {
		t.Fatalf("error %v, want a VersionError", err)
	}
	for _, part := range []string{"PostgreSQL 9", major, o.Dir} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %q", err, part)
		}
	}
	after := snapshot(t, filepath.Join(o.Dir, dataName))
	if len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
	for path, content := range before {
		if after[path] != content {
			t.Errorf("%s changed", path)
		}
	}
	write(t, versionFile(o.Dir), major+"\n")
	query(t, start(t, o), "SELECT '1'")
}

func TestHalfMadeClusterIsMadeAgain(t *testing.T) {
	t.Parallel()
	o := Options{Dir: newDir(t), Test: true}
	write(t, filepath.Join(o.Dir, newName+"1", "PG_VERSION"), "15\n")
	s := start(t, o)
	query(t, s, "SELECT '1'")
	if left, _ := filepath.Glob(filepath.Join(o.Dir, newName+"*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// A wrong folder keeps its content.
func TestForeignDataIsRefused(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"thesis.txt", "global/pg_control"} {
		o := Options{Dir: newDir(t), Test: true}
		path := filepath.Join(o.Dir, dataName, file)
		write(t, path, "precious")
		if s, err := Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "left untouched") {
			t.Errorf("%s: error %v", file, err)
			if s != nil {
				_ = s.Stop()
			}
		}
		if b, _ := os.ReadFile(path); string(b) != "precious" {
			t.Errorf("%s is gone", file)
		}
	}
}

// An ordinary user gets the same: the main tests again, as nobody.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("the whole suite runs as an ordinary user already")
	}
	t.Parallel()
	dir := newDir(t)
	binary, err := os.ReadFile(os.Args[0]) // its own folder is closed to others
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "suite")
	if err := os.WriteFile(program, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	a, err := accountOf(u)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-test.v", "-test.run",
		"^Test(StopAndStart|Adopts|RecoversWhen|Recycled|HalfMade|OtherVersion|SocketOf|TestClusterEnds)")
	c.Dir = "/"
	c.Env = []string{"PATH=" + os.Getenv("PATH")}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := strings.Count(string(out), "\n--- PASS"); n != 8 {
		t.Errorf("%d of 8 passed as nobody:\n%s", n, out)
	}
}

func TestRootsHomeFallsBack(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	base := newDir(t) // not parallel: the fallback's place is a package variable
	defer func(old string) { fallbackRoot = old }(fallbackRoot)
	fallbackRoot = filepath.Join(base, "lib")
	home := filepath.Join(base, "root")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: filepath.Join(home, "repo", ".data"), Test: true}
	s := start(t, o)
	if filepath.Dir(s.Dir) != fallbackRoot {
		t.Errorf("cluster in %s", s.Dir)
	}
	query(t, s, "CREATE TABLE visit AS SELECT 44 AS n", "SELECT '1'")
	stop(t, s)
	// The home is opened later: the data is still found.
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(t, o), "SELECT n::text FROM visit"); got != "44" {
		t.Errorf("row is %q", got)
	}
}

func TestRootUsesTheFoldersOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	t.Parallel()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	a, err := accountOf(u)
	if err != nil {
		t.Fatal(err)
	}
	repo := newDir(t)
	if err := a.own(repo); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Dir: filepath.Join(repo, ".data", "pg"), Test: true})
	for _, path := range []string{filepath.Dir(s.Dir), s.Dir, filepath.Join(s.Dir, dataName),
		filepath.Join(s.Dir, startLock), filepath.Join(s.Dir, logName)} {
		if uid, _, _ := owner(path); uid != a.cred.Uid {
			t.Errorf("%s belongs to %d", path, uid)
		}
	}
}

package pgtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { Main(m) }

func TestServerAnswers(t *testing.T) {
	c, err := pgx.Connect(t.Context(), AdminDSN("template1"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var db, super, user string
	if err := c.QueryRow(t.Context(), "SELECT current_database(), current_setting('is_superuser'), current_user").
		Scan(&db, &super, &user); err != nil {
		t.Fatal(err)
	}
	if db != "template1" || super != "on" || user != "postgres" {
		t.Errorf("database %s, superuser %s, user %s", db, super, user)
	}
}

func TestDatabaseOfDSN(t *testing.T) {
	for base, want := range map[string]string{
		"host='/x' user='postgres'":                `host='/x' user='postgres' dbname='it\'s'`,
		"postgres://u:p@h:5/old?sslmode=disable":   "postgres://u:p@h:5/it%27s?sslmode=disable",
		"postgresql:///?host=/run/x&user=postgres": "postgresql:///it%27s?host=/run/x&user=postgres",
	} {
		got := withDatabase(base, "it's")
		if got != want {
			t.Errorf("%s: %s, want %s", base, got, want)
		}
		if c, err := pgx.ParseConfig(got); err != nil || c.Database != "it's" {
			t.Errorf("%s: pgx reads %v %v", got, c, err)
		}
	}
}

// TestVictim is a test run that ends abnormally; see TestServerEndsWithTheRun.
func TestVictim(t *testing.T) {
	how := os.Getenv("PGTEST_VICTIM")
	if how == "" {
		t.Skip("run by TestServerEndsWithTheRun")
	}
	c, err := pgx.Connect(t.Context(), AdminDSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	var dir string
	if err := c.QueryRow(t.Context(), "SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("PGTEST_REPORT"), []byte(dir), 0o600); err != nil {
		t.Fatal(err)
	}
	switch how {
	case "panic":
		panic("victim")
	case "kill":
		p, _ := os.FindProcess(os.Getpid())
		_ = p.Kill()
		select {}
	case "fail":
		t.Error("victim")
	}
}

func TestServerEndsWithTheRun(t *testing.T) {
	for _, how := range []string{"panic", "kill", "fail", "pass"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			report := filepath.Join(t.TempDir(), "dir")
			c := exec.Command(os.Args[0], "-test.run=^TestVictim$")
			c.Env = append(os.Environ(), Variable+"=", "PGTEST_VICTIM="+how, "PGTEST_REPORT="+report)
			out, err := c.CombinedOutput()
			if (err == nil) != (how == "pass") {
				t.Fatalf("%v\n%s", err, out)
			}
			b, err := os.ReadFile(report)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			data := string(b)
			for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				if _, err := os.Stat(filepath.Join(data, "postmaster.pid")); os.IsNotExist(err) {
					break
				}
				if time.Now().After(end) {
					t.Fatal("the server lives on")
				}
			}
			dir := filepath.Dir(data)
			killed := how == "panic" || how == "kill"
			if _, err := os.Stat(dir); (err == nil) != killed {
				t.Fatalf("folder of a run that ended by %s: %v", how, err)
			}
			if !killed {
				return
			}
			time.Sleep(200 * time.Millisecond) // the postmaster removes its file just before it ends
			sweep(filepath.Dir(dir))
			if _, err := os.Stat(dir); err != nil {
				t.Error("a young folder was swept")
			}
			old := time.Now().Add(-time.Hour)
			if err := os.Chtimes(dir, old, old); err != nil {
				t.Fatal(err)
			}
			for end := time.Now().Add(5 * time.Second); time.Now().Before(end) &&
				err == nil; time.Sleep(50 * time.Millisecond) {
				sweep(filepath.Dir(dir))
				_, err = os.Stat(dir)
			}
			if !os.IsNotExist(err) {
				t.Errorf("the folder of a killed run is not swept: %v", err)
			}
		})
	}
	if !strings.Contains(AdminDSN("x"), "x") {
		t.Error("no database in the DSN")
	}
}

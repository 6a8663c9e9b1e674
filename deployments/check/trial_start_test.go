package check

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
)

const pgBin = "/usr/lib/postgresql/15/bin"

// TestTrialStarts does what docker compose up does, without an engine: it
// carries out the Dockerfile over the files of a clean clone, fills a database
// as the service postgres does, and starts the program among nothing but the
// image's files, as its user, with the service's environment. Only addresses
// are others. It is ready, a demo account signs in, the log warns; the same
// environment does not serve, and an installation's address does not run.
func TestTrialStarts(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIP: the program is started in the image's root as root")
	}
	if _, err := os.Stat(pgBin + "/initdb"); err != nil {
		t.Skip("SKIP: Debian's PostgreSQL 15 is not there")
	}
	p, err := trial.load(trial.text(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "homecare-trial-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // the users of database and program go through it
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	api := p.Services["api"]
	image := build(t, filepath.Join(api.Build.Context, api.Build.Dockerfile), clone(t, filepath.Join(dir, "clone")))
	if image.user != api.User || api.User != fmt.Sprintf("%d:%[1]d", user) || len(image.env) > 0 {
		t.Errorf("the image is of %s with %v, the service of %s", image.user, image.env, api.User)
	}
	addr, metrics := "127.0.0.1:"+freePort(t), "127.0.0.1:"+freePort(t)
	database := "127.0.0.1:" + startDatabase(t, p, filepath.Join(dir, "database"))
	env := []string{"HOMECARE_METRICS_ADDR=" + metrics}
	for key, v := range api.Environment {
		env = append(env, key+"="+strings.NewReplacer("postgres:5432", database, "0.0.0.0:8080", addr).Replace(*v))
	}
	if err := os.Mkdir(filepath.Join(image.root, "tmp"), 0o1777); err != nil {
		t.Fatal(err)
	}
	inside := func(env []string, args ...string) *exec.Cmd {
		args = append(slices.Clone(image.entrypoint), args...)
		c := exec.CommandContext(t.Context(), args[0], args[1:]...)
		c.Dir, c.Env = image.dir, env
		c.SysProcAttr = &syscall.SysProcAttr{Chroot: image.root, Credential: &syscall.Credential{Uid: user, Gid: user}}
		return c
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := inside(env, api.Command...)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	said := func() string { b, _ := os.ReadFile(log.Name()); return string(b) }
	if api.HealthCheck.Test[0] != "CMD" || api.HealthCheck.Test[1] != image.entrypoint[0] {
		t.Errorf("health check %v", api.HealthCheck.Test)
	}
	for deadline := time.Now().Add(time.Minute); inside(env, api.HealthCheck.Test[2:]...).Run() != nil; {
		select {
		case err := <-ended:
			t.Fatalf("ended: %v\n%s", err, said())
		case <-time.After(200 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			_ = c.Process.Kill()
			t.Fatalf("not ready after a minute\n%s", said())
		}
	}
	password, address := *api.Environment["HOMECARE_DEMO_PASSWORD"], *api.Environment["HOMECARE_PUBLIC_URL"]
	signIn(t, "http://"+addr, password)
	for _, want := range []string{`"level":"WARN","msg":"this is a trial`, "First page   " + address, password} {
		if !strings.Contains(said(), want) {
			t.Errorf("the log does not say %s\n%s", want, said())
		}
	}
	for want, c := range map[string]*exec.Cmd{"demo_password": inside(env, "serve"),
		"not an address of this machine": inside(append(env, "HOMECARE_PUBLIC_URL=https://homecare.test"), "run")} {
		if out, err := c.CombinedOutput(); err == nil || !bytes.Contains(out, []byte(want)) {
			t.Errorf("%s: %s, %v", want, out, err)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it does not end well: %v\n%s", err, said())
	}
}

// clone copies what git keeps, or will keep, to a folder.
func clone(t *testing.T, folder string) string {
	t.Helper()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "../..", []string{"CLONE=" + folder}, "sh", "-c",
		`git ls-files -z --cached --others --exclude-standard --deduplicate | tar -c --null -T - | tar -x -C "$CLONE"`)
	return folder
}

// startDatabase makes and starts the cluster of the service postgres with
// Debian's programs, in the order of its image: initdb, then the mounted scripts.
// It returns the port on 127.0.0.1.
func startDatabase(t *testing.T, p *types.Project, dir string) string {
	t.Helper()
	s := p.Services["postgres"]
	secrets := filepath.Join(dir, "secrets")
	put := func(path string, b []byte, err error) string {
		if err == nil {
			err = os.WriteFile(path, b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.MkdirAll(secrets, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range s.Secrets {
		b, err := os.ReadFile(p.Secrets[name.Source].File)
		put(filepath.Join(secrets, name.Source), b, err)
	}
	run(t, ".", nil, "chown", "postgres", dir)
	port := freePort(t)
	env := []string{"PGHOST=" + dir, "PGPORT=" + port, "PGUSER=postgres", "PGDATA=" + dir + "/pgdata"}
	as := func(args ...string) { t.Helper(); run(t, dir, env, "setpriv", asPostgres(args...)...) }
	password := put(filepath.Join(dir, "password"), []byte(*s.Environment["POSTGRES_PASSWORD"]), nil)
	as(append([]string{pgBin + "/initdb", "--username=postgres", "--pwfile=" + password},
		strings.Fields(*s.Environment["POSTGRES_INITDB_ARGS"])...)...)
	as(pgBin+"/pg_ctl", "-w", "-s", "-l", dir+"/log", "-o",
		"-c listen_addresses=127.0.0.1 -p "+port+" -k "+dir, "start")
	t.Cleanup(func() {
		c := exec.Command("setpriv", asPostgres(pgBin+"/pg_ctl", "-D", dir+"/pgdata", "-m", "fast", "-w", "-s",
			"stop")...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s, %v", out, err)
		}
	})
	scripts := slices.DeleteFunc(slices.Clone(s.Volumes), func(v types.ServiceVolumeConfig) bool {
		return !strings.HasPrefix(v.Target, "/docker-entrypoint-initdb.d/")
	})
	slices.SortFunc(scripts, func(a, b types.ServiceVolumeConfig) int { return cmp.Compare(a.Target, b.Target) })
	for _, v := range scripts {
		b, err := os.ReadFile(v.Source)
		b = bytes.ReplaceAll(b, []byte("/run/secrets"), []byte(secrets))
		script := put(filepath.Join(dir, filepath.Base(v.Target)), b, err)
		if strings.HasSuffix(script, ".sh") {
			as("sh", script)
		} else {
			as("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", script)
		}
	}
	return port
}

func asPostgres(args ...string) []string {
	return append([]string{"--reuid=postgres", "--regid=postgres", "--init-groups", "--"}, args...)
}

// signIn asks for a token of a demo account.
func signIn(t *testing.T, base, password string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": "koordinator.tanah-habang", "password": password})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(base+"/v1/auth/login", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil || res.StatusCode != http.StatusOK ||
		token.AccessToken == "" {
		t.Errorf("a demo account does not sign in: %s, %v", res.Status, err)
	}
}

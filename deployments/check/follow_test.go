package check

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFollowRunbooks follows the procedures word by word on a scratch prefix
// with its own ports: install with the first sign-in, backup and restore check,
// restore after a loss, change of every secret, upgrade and roll back. It needs
// bin/homecare, root and Debian's postgresql-common; make runbooks sets
// HOMECARE_FOLLOW.
func TestFollowRunbooks(t *testing.T) {
	if os.Getenv("HOMECARE_FOLLOW") == "" {
		t.Skip("make runbooks follows them (HOMECARE_FOLLOW)")
	}
	if os.Getuid() != 0 {
		t.Skip("SKIP: the runbooks are followed as root")
	}
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		t.Skip("SKIP: on a machine with systemd the runbooks would install units")
	}
	for _, tool := range []string{"pg_createcluster", "curl", "setpriv", "openssl", "runuser",
		"/usr/lib/postgresql/15/bin/initdb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP: %s is not there (Debian: postgresql, curl, openssl)", tool)
		}
	}
	dir, err := os.MkdirTemp("", "homecare-runbooks-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the database's user and the service's go through it
		t.Fatal(err)
	}
	if exec.Command("runuser", "-u", "postgres", "--", "test", "-x", dir).Run() != nil {
		_ = os.RemoveAll(dir)
		t.Skipf("SKIP: the user postgres cannot enter %s (TMPDIR)", dir)
	}
	cluster := "hcrb" + strconv.Itoa(os.Getpid())
	env := append(os.Environ(), "BIN="+dir+"/bin/homecare", "ETC="+dir+"/etc", "STATE="+dir+"/state", "BACKUP="+dir+
		"/backup", "SCRATCH="+dir,
		"RESTORED="+dir+"/restored", "RUNAS=daemon", "CLUSTER="+cluster, "PGPORT="+freePort(t), "ADDR=127.0.0.1:"+
			freePort(t), "METRICS=127.0.0.1:"+freePort(t))
	t.Cleanup(func() { leaveNothing(t, dir, cluster) })
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	begun := time.Now()
	c := exec.CommandContext(ctx, "../runbooks/follow.sh", "install.md", "backup.md", "restore-after-loss.md",
		"key-rotation.md", "upgrade.md", "rollback.md")
	c.Env = env
	// A file, not a pipe: the service that is started would hold the pipe open.
	says, err := os.Create(filepath.Join(dir, "follow.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer says.Close()
	c.Stdout, c.Stderr = says, says
	err = c.Run()
	log, _ := os.ReadFile(says.Name())
	if err != nil {
		t.Fatalf("%v\n%s", err, log[max(0, len(log)-4000):])
	}
	for _, want := range []string{"the first sign-in's recovery codes:\"codes\":[", "the backup check:is good:",
		"the roll back:== rollback.md, block 3"} {
		what, text, _ := strings.Cut(want, ":")
		if !bytes.Contains(log, []byte(text)) {
			t.Errorf("%s: not in what was said\n%s", what, log)
		}
	}
	fmt.Printf("runbooks followed in %s\n", time.Since(begun).Round(time.Second))
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// leaveNothing ends what the runbooks started and removes what they made.
func leaveNothing(t *testing.T, dir, cluster string) {
	do := func(name string, args ...string) {
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Errorf("%s %v: %v %s", name, args, err, out)
		}
	}
	if _, err := os.Stat(dir + "/etc/restart"); err == nil {
		do(dir+"/etc/restart", "stop")
	}
	if _, err := os.Stat(dir + "/restored/pgdata/postmaster.pid"); err == nil {
		do("runuser", "-u", "postgres", "--", "/usr/lib/postgresql/15/bin/pg_ctl", "-D", dir+"/restored/pgdata", "-m",
			"fast", "-w", "stop")
	}
	if _, err := os.Stat("/etc/postgresql/15/" + cluster); err == nil {
		do("pg_dropcluster", "--stop", "15", cluster)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
}

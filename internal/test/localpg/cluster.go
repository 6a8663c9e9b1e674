package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	dataName = "pgdata"      // the cluster; complete if it exists
	newName  = "pgdata-new-" // a cluster that initdb is creating
)

// Data is the folder of the cluster itself within dir.
func Data(dir string) string { return filepath.Join(dir, dataName) }

func (s *Server) data() string { return Data(s.Dir) }

func versionFile(dir string) string { return filepath.Join(Data(dir), "PG_VERSION") }

// madeBy reads the major version that created the cluster of dir; empty: no
// cluster yet.
func madeBy(dir string) (string, error) {
	b, err := os.ReadFile(versionFile(dir))
	if err == nil {
		if v := strings.TrimSpace(string(b)); v != "" {
			return v, nil
		}
		return "", fmt.Errorf("%s is empty: left untouched", versionFile(dir))
	}
	if !os.IsNotExist(err) {
		return "", err
	}
	return "", nil
}

// makeCluster runs initdb in a temporary folder and renames it at the end, so a
// cluster is either complete or absent. initdb writes PG_VERSION first, so that
// file alone proves nothing.
func (s *Server) makeCluster(ctx context.Context, o Options) error {
	if entries, err := os.ReadDir(s.data()); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds %q and no PG_VERSION, so it is no PostgreSQL cluster of ours: left untouched",
			s.data(), entries[0].Name())
	}
	left, _ := filepath.Glob(filepath.Join(s.Dir, newName+"*"))
	for _, d := range left {
		if err := os.RemoveAll(d); err != nil {
			return err
		}
	}
	// A new name each time: an initdb whose parent was killed may still be
	// writing.
	tmp, err := os.MkdirTemp(s.Dir, newName)
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := s.account.own(tmp); err != nil {
		return err
	}
	args := []string{"-D", tmp, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums",
		"--no-instructions"}
	if o.Test {
		args = append(args, "--no-sync")
	}
	c := exec.CommandContext(ctx, filepath.Join(s.Bin, "initdb"), args...)
	s.prepare(c)
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) } // includes its postgres
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if err := os.Rename(tmp, s.data()); err != nil {
		return err
	}
	d, err := os.Open(s.Dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// prepare makes c run as the server's user, in a separate process group: Ctrl-C
// must not end the server before the program has drained.
func (s *Server) prepare(c *exec.Cmd) {
	c.Dir = "/"
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") { // PGPORT, PGDATA, PGOPTIONS... are for clients of other servers
			c.Env = append(c.Env, kv)
		}
	}
	c.Env = append(c.Env, "LC_ALL=C", "HOME=/")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.account.cred}
}

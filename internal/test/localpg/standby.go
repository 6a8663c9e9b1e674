package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Own gives a cluster that was copied into Data(dir) to the user as whom Start
// will run it. For an ordinary user nothing changes. It refuses a folder which
// that user cannot enter: unlike a new cluster, a copied one is not moved
// elsewhere.
func Own(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	a, err := chooseAccount(dir)
	if err != nil || a.cred == nil {
		return err
	}
	if !a.enters(dir) {
		return fmt.Errorf(
			"user id %d, who is to run PostgreSQL, cannot enter %s: make its parents searchable (chmod o+x) or name another folder",
			a.uid(), dir)
	}
	if err := a.own(dir); err != nil {
		return err
	}
	return filepath.WalkDir(Data(dir), func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return a.own(path)
	})
}

// StartStandby copies the server behind dsn (its superuser, or a role that may
// replicate) into o.Dir, which must contain no cluster, and starts the copy as
// a streaming standby for reads. name is the name of the standby on the primary
// (synchronous_standby_names).
func StartStandby(ctx context.Context, dsn, name string, o Options) (*Server, error) {
	if exists(Data(o.Dir)) {
		return nil, errors.New("localpg: there is a cluster already: " + Data(o.Dir))
	}
	bin, _, err := FindBin("")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, filepath.Join(bin, "pg_basebackup"), "-d", dsn+" application_name="+quote(name), "-D",
		Data(o.Dir), "-R", "-X", "stream", "-c", "fast")
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pg_basebackup: %w\n%s", err, out)
	}
	if err := Own(o.Dir); err != nil {
		return nil, err
	}
	return Start(ctx, o)
}

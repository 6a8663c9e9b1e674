package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Check is the result of a rehearsal.
type Check struct {
	Manifest Manifest
	Took     time.Duration
	Rows     int64 // in all tables
	Blobs    int
	Trail    string // the result of the audit trail's check
}

// Rehearse restores the newest base backup into a temporary folder below
// scratch (empty: the system's). It compares every table's rows with the
// manifest and every attachment with its hash and its row. It runs trail (may
// be nil) to check the audit trail of the restored database. At the end it
// removes the folder.
func (c Config) Rehearse(ctx context.Context, scratch string, trail func(ctx context.Context, r *Restored) (string,
	error)) (Check, error) {
	begin := time.Now()
	dir, err := os.MkdirTemp(scratch, "homecare-restore-check-")
	if err != nil {
		return Check{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o711); err != nil { // run by root, the server runs as another user
		return Check{}, err
	}
	all, err := List(c.Dir)
	if err != nil {
		return Check{}, err
	}
	if len(all) == 0 {
		return Check{}, ErrNone
	}
	m := all[len(all)-1]
	out := Check{Manifest: m}
	r, err := c.Run(ctx, Restore{Target: filepath.Join(dir, "cluster"), ID: m.ID, point: m.Point})
	if err != nil {
		return out, err
	}
	defer func() { _ = r.Stop() }()
	if out.Rows, err = compare(ctx, r); err != nil {
		return out, err
	}
	if out.Blobs, err = c.checkBlobs(m.ID); err != nil {
		return out, err
	}
	if err := namedBlobs(ctx, r.Admin(), filepath.Join(dir, "cluster", "blobs")); err != nil {
		return out, err
	}
	if trail != nil {
		if out.Trail, err = trail(ctx, r); err != nil {
			return out, fmt.Errorf("the audit trail of the restored database: %w", err)
		}
	}
	out.Took = time.Since(begin)
	return out, r.Stop()
}

// compare compares the restored rows with the manifest.
func compare(ctx context.Context, r *Restored) (total int64, err error) {
	conn, err := pgx.Connect(ctx, r.Admin())
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	names, err := tableNames(ctx, conn)
	if err != nil {
		return 0, err
	}
	got, err := countTables(ctx, conn, names)
	if err != nil {
		return 0, err
	}
	var wrong []string
	for name, want := range r.Manifest.Tables {
		total += got[name]
		if n, ok := got[name]; !ok || n != want {
			wrong = append(wrong, fmt.Sprintf("%s has %d rows, the product had %d", name, n, want))
		}
	}
	if len(got) != len(r.Manifest.Tables) {
		wrong = append(wrong, fmt.Sprintf("%d tables instead of %d", len(got), len(r.Manifest.Tables)))
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return total, errors.New("the restored database differs: " + strings.Join(wrong, "; "))
	}
	return total, nil
}

// namedBlobs checks that every attachment named by a row exists.
func namedBlobs(ctx context.Context, admin, dir string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(ctx, `select blob from attachment`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	missing := 0
	for _, name := range names {
		if len(name) < 2 {
			missing++
		} else if _, err := os.Lstat(filepath.Join(dir, name[:2], name)); err != nil {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d attachments that rows name are not in the backup", missing, len(names))
	}
	return nil
}

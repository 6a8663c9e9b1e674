package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/localpg"
)

// Restore is the request for a restore.
type Restore struct {
	// Target is the new folder: Target/pgdata and Target/blobs. It must be absent
	// or empty: a restore never overwrites files.
	Target string
	// To is the time to restore to: everything committed until then, nothing
	// after. Zero: to the end of the WAL.
	To time.Time
	// ID selects a base backup. Empty selects the newest before To.
	ID string
	// Patience is the time limit of the recovery; 0 means six hours.
	Patience time.Duration

	point string // a named restore point instead of To
}

// Restored is a running private server with the restored database. The caller
// stops it; its data folder remains.
type Restored struct {
	*localpg.Server
	Manifest Manifest
	Reached  time.Time // the last commit that was applied
}

// Admin is the superuser's address of the restored database.
func (r *Restored) Admin() string { return r.DSN("postgres", r.Manifest.Database) }

// Run restores into a new folder and starts the result on a private Unix socket;
// when root calls it, the server runs as user postgres. It fails when it cannot
// restore all that was asked: when the WAL ends before To, when a part of the
// WAL is missing, or when a file of the base backup has changed.
func (c Config) Run(ctx context.Context, r Restore) (*Restored, error) {
	m, err := c.pick(r)
	if err != nil {
		return nil, err
	}
	if err := c.fill(ctx, m, r); err != nil {
		return nil, err
	}
	patience := r.Patience
	if patience == 0 {
		patience = 6 * time.Hour
	}
	server, err := localpg.Start(ctx, localpg.Options{Dir: r.Target, Patience: patience, Settings: settings(r)})
	if err != nil {
		return nil, c.explain(err, r)
	}
	out := &Restored{Server: server, Manifest: m}
	if out.Reached, err = finish(ctx, out.Admin()); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	if _, err := c.restoreBlobs(r.Target); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return out, nil
}

// pick finds the base backup to start from.
func (c Config) pick(r Restore) (Manifest, error) {
	all, err := List(c.Dir)
	if err != nil {
		return Manifest{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		if r.ID != "" && m.ID != r.ID {
			continue
		}
		if r.To.IsZero() || !r.To.Before(m.Consistent) {
			return m, nil
		}
	}
	if len(all) > 0 && !r.To.IsZero() {
		return Manifest{}, fmt.Errorf("%w: the oldest can be opened as of %s", ErrNone,
			all[0].Consistent.Format(time.RFC3339))
	}
	return Manifest{}, ErrNone
}

// fill makes the new data folder from the verified base backup and the WAL.
func (c Config) fill(ctx context.Context, m Manifest, r Restore) error {
	left, err := os.ReadDir(r.Target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("%s is not empty: nothing is restored over something", r.Target)
	}
	bin, _, err := localpg.FindBin(m.Server)
	if err != nil {
		return err
	}
	from := filepath.Join(c.base(m.ID), "pgdata")
	if got, err := sum(filepath.Join(from, "backup_manifest")); err != nil || got != m.Sum {
		return errors.Join(errors.New("PostgreSQL's list of the base backup's files is not what it was"), err)
	}
	if err := tool(ctx, bin, append(os.Environ(), "LC_ALL=C"), "pg_verifybackup", "-q", from); err != nil {
		return fmt.Errorf("the base backup is damaged: %w", err)
	}
	// When root calls it, another user runs the server. That user must traverse
	// the folder and owns the data (0700).
	if err := os.MkdirAll(r.Target, 0o711); err != nil {
		return err
	}
	data := localpg.Data(r.Target)
	if err := os.CopyFS(data, os.DirFS(from)); err != nil {
		return err
	}
	if err := tighten(data); err != nil {
		return err
	}
	if err := c.copyWAL(m.FirstWAL, data); err != nil {
		return err
	}
	// The settings of the old machine (archive, standbys, paths, passwords) do
	// not fit this one. They are kept under another name.
	for name, content := range map[string]string{"postgresql.conf": "", "postgresql.auto.conf": "",
		"pg_hba.conf": "local all all trust\nlocal replication all trust\n", "pg_ident.conf": ""} {
		path := filepath.Join(data, name)
		if err := os.Rename(path, path+".before-restore"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(data, "recovery.signal"), nil, 0o600); err != nil {
		return err
	}
	return localpg.Own(r.Target)
}

// tighten sets the modes that PostgreSQL requires; CopyFS sets wider ones.
func tighten(data string) error {
	return filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
}

// settings are the settings of the recovery. All WAL is in pg_wal already, so
// the restore command has nothing to fetch.
func settings(r Restore) map[string]string {
	s := map[string]string{
		"restore_command": "false", "recovery_target_action": "promote", "archive_mode": "off",
		"synchronous_standby_names": "",
		// No client reads before the end, so the old machine's limits need not
		// be met.
		"hot_standby": "off",
	}
	switch {
	case r.point != "":
		s["recovery_target_name"] = r.point
	case !r.To.IsZero():
		s["recovery_target_time"] = r.To.UTC().Format("2006-01-02 15:04:05.999999") + "+00"
	}
	return s
}

func (c Config) explain(err error, r Restore) error {
	if strings.Contains(err.Error(), "before configured recovery target was reached") {
		what := "the end of the backup itself"
		if !r.To.IsZero() {
			what = r.To.Format(time.RFC3339)
		}
		return fmt.Errorf(
			"the changes kept in %s do not reach %s: a piece of the WAL is missing, or it was not fetched yet (homecare backup --follow): %w",
			c.wal(), what, err)
	}
	return err
}

// finish waits until the server accepts writes and returns the time of the last
// applied commit.
func finish(ctx context.Context, admin string) (time.Time, error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for range 600 {
		var in bool
		var last *time.Time
		if err := conn.QueryRow(ctx, `select pg_is_in_recovery(), pg_last_xact_replay_timestamp()`).Scan(&in,
			&last); err != nil {
			return time.Time{}, err
		}
		if !in {
			if last == nil {
				return time.Time{}, nil // no commit after the base backup
			}
			return *last, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return time.Time{}, errors.New("the restored server stays in recovery")
}

// restoreBlobs copies the attachments beside the data.
func (c Config) restoreBlobs(target string) (n int, err error) {
	from := filepath.Join(c.Dir, "blobs")
	return n, eachBlob(from, func(rel string) error {
		n++
		to := filepath.Join(target, "blobs", rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return copyFile(filepath.Join(from, rel), to)
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/backup"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/pg"
)

var errNoBackupDir = errors.New("no backup folder: set HOMECARE_BACKUP_DIR")

func backupCommand() *cobra.Command {
	var follow bool
	var every time.Duration
	var keep int
	c := &cobra.Command{
		Use:   "backup",
		Short: "Copy database, changes and attachments to HOMECARE_BACKUP_DIR",
		Long: `backup makes a base backup of the database behind HOMECARE_DB_BACKUP_URL (its
superuser; without one: the database of make run), fetches the changes (WAL)
written since, and copies the attachments, while the product serves.

With --follow it stays and fetches the changes as they are written: what a
disaster can take is then what was written in the last moment. --every makes a
base backup now and then besides.

The master key is NOT in the backup. Keep it elsewhere, in two places.`,
		Example: `  homecare backup --keep 7
  homecare backup --follow --every 24h --keep 7`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, done, err := backupConfig(cmd)
			if err != nil {
				return err
			}
			defer done()
			c.Keep = keep
			if follow {
				return backup.Follow(cmd.Context(), c, every)
			}
			_, err = backup.Take(cmd.Context(), c)
			return err
		},
	}
	c.Flags().BoolVar(&follow, "follow", false, "stay, and fetch the changes as they are written")
	c.Flags().DurationVar(&every, "every", 0, "with --follow: a base backup every so often, such as 24h")
	c.Flags().IntVar(&keep, "keep", 0, "base backups to keep, and what belongs to them; 0 keeps all")
	return c
}

func backupConfig(cmd *cobra.Command) (backup.Config, func(), error) {
	c, err := config.Load()
	if err != nil {
		return backup.Config{}, nil, err
	}
	if c.BackupDir == "" {
		return backup.Config{}, nil, errNoBackupDir
	}
	b := backup.Config{URL: c.BackupURL, Dir: c.BackupDir, Blobs: c.BlobDir, Log: cmd.OutOrStdout(),
		Taken: func() error { return stamp(c, "backup.ok") }}
	if b.URL != "" {
		return b, func() {}, nil
	}
	if c.DatabaseURL != "" || c.OwnerURL != "" || c.AppURL != "" {
		return b, nil,
			errors.New("HOMECARE_DB_BACKUP_URL is not set: a superuser's address is needed to copy the database")
	}
	d, err := openDevelopment(cmd.Context(), c, cmd.ErrOrStderr())
	if err != nil {
		return b, nil, err
	}
	b.URL = d.server.DSN("postgres", database)
	if b.Blobs == "" {
		b.Blobs = filepath.Join(c.DataDir, "blobs")
	}
	return b, d.close, nil
}

func restoreCommand() *cobra.Command {
	var to, target, id string
	c := &cobra.Command{
		Use:   "restore --target DIR [--to TIME]",
		Short: "Make a new data folder from HOMECARE_BACKUP_DIR, as of a second",
		Long: `restore makes DIR/pgdata and DIR/blobs from the backup: everything committed until
TIME and nothing after, or without --to everything there is. It opens the result
privately to see that it is whole, stops it again, and says how to go on. It
writes into a new or empty folder only, and gives up rather than giving less
than was asked.`,
		Example: `  homecare restore --to '2026-11-22T05:00:00+08:00' --target /srv/homecare-restored`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			if c.BackupDir == "" {
				return errNoBackupDir
			}
			r := backup.Restore{Target: target, ID: id}
			if to != "" {
				if r.To, err = time.Parse(time.RFC3339, to); err != nil {
					return errors.New("--to is a time with its zone, such as 2026-11-22T05:00:00+08:00")
				}
			}
			got, err := backup.Config{Dir: c.BackupDir, Log: cmd.OutOrStdout()}.Run(cmd.Context(), r)
			if err != nil {
				return err
			}
			if err := got.Stop(); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), `Restored from base backup %s. The last change in it: %s.
  database     %s
  attachments  %s
The settings of the old machine lie beside the new ones (*.before-restore).
Start PostgreSQL %s on that folder, set passwords, point serve at it, with the
same master key as before: it is not in the backup.
`, got.Manifest.ID, got.Reached.Format(time.RFC3339Nano), filepath.Join(got.Dir, "pgdata"), filepath.Join(got.Dir, "blobs"), got.Major)
			return err
		},
	}
	c.Flags().StringVar(&to, "to", "", "moment, with its zone (RFC 3339); default: as far as the changes go")
	c.Flags().StringVar(&target, "target", "", "new folder")
	c.Flags().StringVar(&id, "backup", "", "base backup to begin with; default: the newest before TIME")
	if err := c.MarkFlagRequired("target"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

func restoreCheckCommand() *cobra.Command {
	var scratch string
	c := &cobra.Command{
		Use:   "restore-check",
		Short: "Rehearse: restore the newest backup aside, compare it, and remove it",
		Long: `restore-check restores the newest base backup into a scratch folder, compares the
rows of every table with what the product had at that moment, every attachment
with its hash and with the row that names it, and ends and removes it all. Exit
code 0 says that the backup is good. Run it every week, and look at the answer.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			if c.BackupDir == "" {
				return errNoBackupDir
			}
			got, err := backup.Config{Dir: c.BackupDir, Log: cmd.OutOrStdout()}.Rehearse(cmd.Context(), scratch,
				trailCheck(c))
			if err != nil {
				return err
			}
			if err := stamp(c, "restore-check.ok"); err != nil {
				return err
			}
			trail := got.Trail
			if trail == "" {
				trail = "not checked: HOMECARE_MASTER_KEY is not set here"
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(),
				"The backup of %s is good: %d rows in %d tables, %d attachments, audit trail %s. It took %s.\n",
				got.Manifest.Begun.Format(time.RFC3339), got.Rows, len(got.Manifest.Tables), got.Blobs, trail,
				got.Took.Round(time.Second))
			return err
		},
	}
	c.Flags().StringVar(&scratch, "scratch", os.TempDir(), "folder with room for one restored copy")
	return c
}

// trailCheck checks every tenant's key and the whole audit trail of the restored
// database. It opens only the database and not the product, which would take
// over the spool of this machine's access log.
func trailCheck(c config.Config) func(context.Context, *backup.Restored) (string, error) {
	if c.MasterKey == "" {
		return nil
	}
	return func(ctx context.Context, r *backup.Restored) (string, error) {
		master, err := crypt.ParseMaster(c.MasterKey, c.MasterKeysOld...)
		if err != nil {
			return "", fmt.Errorf("HOMECARE_MASTER_KEY: %w", err)
		}
		dsn := func(role string) string { return r.DSN("homecare_"+role, r.Manifest.Database) }
		db, err := pg.Open(ctx, pg.Config{App: dsn("app"), Report: dsn("report"), District: dsn("district"),
			System: dsn("system")}, master)
		if err != nil {
			return "", err
		}
		defer db.Close()
		return checkTrail(ctx, db)
	}
}

func checkTrail(ctx context.Context, db *pg.DB) (string, error) {
	if err := keyring.Open(ctx, db); err != nil {
		return "", fmt.Errorf("the keys of the backup: %w", err)
	}
	trail := audit.NewTrail(db.Master())
	chains, err := audit.Chains(ctx, db, "")
	if err != nil {
		return "", err
	}
	rows, seals := 0, 0
	for _, id := range chains {
		// Without the folder of the newest seals: a backup ends before the
		// newest.
		v, err := trail.Verify(ctx, db, id, "")
		if err != nil {
			return "", err
		}
		if len(v.Findings) > 0 {
			return "", fmt.Errorf("%d findings, the first: %s", len(v.Findings), v.Findings[0])
		}
		rows, seals = rows+v.Rows, seals+v.Seals
	}
	return fmt.Sprintf("whole (%d rows, %d seals, every key opens)", rows, seals), nil
}

// stamp stores the time of a success for the operator's figures.
func stamp(c config.Config, name string) error {
	if c.StatusDir == "" {
		return nil
	}
	path := filepath.Join(c.StatusDir, name)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	now := time.Now()
	return os.Chtimes(path, now, now)
}

// Package backup keeps copies of the whole product in a folder outside it, made
// with PostgreSQL's own tools: base backups, the stream of changes (WAL)
// between and after them, and the sealed files of attachments. A restore makes
// a new data folder as of any second since the oldest base backup.
//
// A backup folder holds
//
//	base/<id>/pgdata         one base backup, checked by pg_verifybackup
//	base/<id>/manifest.json  when, what, and how many rows (Manifest)
//	base/<id>/blobs.sha256 the attachments at that time, with their hashes
//	wal/                     the changes, shared by all base backups
//	blobs/                   the attachments, shared as well
//
// The master key is not in it. Without the key nobody, the operator included,
// can read an identity number, a letter or an attachment of a backup.
package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config says what is kept and where.
type Config struct {
	// URL is the address of the database's superuser. Counting the rows of all
	// tenants needs a role that row-level security does not bind, and copying
	// needs REPLICATION.
	URL string
	// Dir is the backup folder; it should be on another machine's disk.
	Dir string
	// Blobs is the folder of attachments; empty when there are none.
	Blobs string
	// Keep is how many base backups are kept; 0 keeps all.
	Keep int
	// Log receives messages about the progress.
	Log io.Writer
	// Taken, if set, is called after each successful base backup.
	Taken func() error
}

func (c Config) say(format string, args ...any) {
	if c.Log != nil {
		fmt.Fprintf(c.Log, format+"\n", args...)
	}
}

// Manifest describes one base backup.
type Manifest struct {
	ID       string    `json:"id"` // start in UTC, 20061122T050000Z
	Begun    time.Time `json:"begun"`
	Finished time.Time `json:"finished"`
	// Consistent is the earliest time to which this copy can be restored.
	Consistent time.Time `json:"consistent"`
	Server     string    `json:"server"`   // PostgreSQL's major version
	Database   string    `json:"database"` // name
	FirstWAL   string    `json:"first_wal"`
	// Point names a moment in the WAL at which no transaction was writing.
	// Tables are the rows per table at that moment.
	Point  string           `json:"point"`
	LSN    string           `json:"lsn"`
	Tables map[string]int64 `json:"tables"`
	// Sum is the SHA-256 of PostgreSQL's own manifest, which lists every file.
	Sum   string `json:"sum"`
	Blobs int    `json:"blobs"`
	// Key reminds the reader of the manifest that the master key is needed.
	Key string `json:"key"`
}

const keyNote = "The master key is not in this backup. Without it identity numbers, letters and attachments stay sealed."

// ErrNone says that no base backup fits.
var ErrNone = errors.New("there is no base backup to restore from")

func (c Config) base(id string) string { return filepath.Join(c.Dir, "base", id) }
func (c Config) wal() string           { return filepath.Join(c.Dir, "wal") }

// Take makes one base backup and fetches the WAL until its end. It may run
// while the product serves. Writers wait for the few milliseconds in which the
// snapshot for counting is taken.
//
// The database is copied first, then the attachments. A file is written before
// the row that names it is committed, and is never changed. So the files copied
// last include every file that a copied row names.
func Take(ctx context.Context, c Config) (Manifest, error) {
	if err := os.MkdirAll(c.wal(), 0o700); err != nil {
		return Manifest{}, err
	}
	s, err := connect(ctx, c)
	if err != nil {
		return Manifest{}, err
	}
	defer s.close()
	if err := s.makeSlot(ctx); err != nil {
		return Manifest{}, err
	}
	now := time.Now().UTC()
	m := Manifest{ID: now.Format("20060102T150405Z"), Begun: now, Server: s.major, Database: s.database, Key: keyNote}
	part := c.base(m.ID + ".part")
	for _, left := range leftovers(c) {
		_ = os.RemoveAll(left)
	}
	if err := os.MkdirAll(part, 0o700); err != nil {
		return m, err
	}
	defer func() { _ = os.RemoveAll(part) }() // already renamed on success
	data := filepath.Join(part, "pgdata")
	if err := s.tool(ctx, "pg_basebackup", "-D", data, "-X", "stream", "-c", "fast",
		"--manifest-checksums=SHA256"); err != nil {
		return m, err
	}
	if err := s.tool(ctx, "pg_verifybackup", "-q", data); err != nil {
		return m, err
	}
	if m.FirstWAL, err = firstWAL(data); err != nil {
		return m, err
	}
	m.Consistent = time.Now().UTC()
	m.Point = "homecare-" + m.ID
	if m.LSN, m.Tables, err = s.count(ctx, m.Point); err != nil {
		return m, err
	}
	if err := s.beat(ctx); err != nil {
		return m, err
	}
	if err := s.catchUp(ctx, c); err != nil {
		return m, err
	}
	if m.Blobs, err = c.copyBlobs(filepath.Join(part, "blobs.sha256")); err != nil {
		return m, err
	}
	if m.Sum, err = sum(filepath.Join(data, "backup_manifest")); err != nil {
		return m, err
	}
	m.Finished = time.Now().UTC()
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := os.WriteFile(filepath.Join(part, "manifest.json"), append(b, '\n'), 0o600); err != nil {
		return m, err
	}
	if err := os.Rename(part, c.base(m.ID)); err != nil {
		return m, err
	}
	c.say("Backup %s: %d tables, %d attachments, WAL up to %s. The master key is not in it: keep it elsewhere.", m.ID,
		len(m.Tables), m.Blobs, m.LSN)
	if err := c.prune(); err != nil || c.Taken == nil {
		return m, err
	}
	return m, c.Taken()
}

// List returns the finished base backups, oldest first.
func List(dir string) ([]Manifest, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "base"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var out []Manifest
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, "base", e.Name(), "manifest.json"))
		if err != nil {
			return nil, fmt.Errorf("the base backup %s has no manifest: %w", e.Name(), err)
		}
		var m Manifest
		if err := json.Unmarshal(b, &m); err != nil || m.ID != e.Name() {
			return nil, fmt.Errorf("the manifest of base backup %s cannot be read", e.Name())
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Manifest) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func leftovers(c Config) []string {
	left, _ := filepath.Glob(c.base("*.part"))
	return left
}

// prune removes the base backups beyond Keep, and the WAL and attachments that
// no remaining base backup needs.
func (c Config) prune() error {
	all, err := List(c.Dir)
	if err != nil || c.Keep <= 0 || len(all) <= c.Keep {
		return err
	}
	gone, kept := all[:len(all)-c.Keep], all[len(all)-c.Keep:]
	for _, m := range gone {
		if err := os.RemoveAll(c.base(m.ID)); err != nil {
			return err
		}
		c.say("Base backup %s is removed: %d newer ones are kept.", m.ID, len(kept))
	}
	entries, err := os.ReadDir(c.wal())
	if err != nil {
		return err
	}
	for _, e := range entries {
		if n := segment(e.Name()); n != "" && n[8:] < kept[0].FirstWAL[8:] {
			if err := os.Remove(filepath.Join(c.wal(), e.Name())); err != nil {
				return err
			}
		}
	}
	return c.pruneBlobs(kept)
}

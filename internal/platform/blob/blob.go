// Package blob keeps files outside the database: sealed bytes under random
// names. A file is useless without the row that names it and the tenant's key.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// ErrNotFound is returned by Get and Replace for a name that does not exist.
var ErrNotFound = errors.New("blob: not found")

// Store keeps bytes by name. Names have 32 to 64 lower-case hex digits.
type Store interface {
	// Put writes data durably. A name is written once.
	Put(ctx context.Context, name string, data []byte) error
	// Replace durably replaces the bytes of an existing name, atomically.
	// Error: ErrNotFound. The caller prevents a concurrent deletion of the
	// name.
	Replace(ctx context.Context, name string, data []byte) error
	// Get returns the bytes. Error: ErrNotFound.
	Get(ctx context.Context, name string) ([]byte, error)
	// Delete removes a name. A missing name is no error.
	Delete(ctx context.Context, name string) error
	// List calls f for every name with the time of its last write, in no order.
	// An error of f ends it.
	List(ctx context.Context, f func(name string, written time.Time) error) error
}

// Local keeps blobs as files in a folder.
type Local struct{ dir string }

// NewLocal returns a store in dir. The first Put creates dir.
func NewLocal(dir string) Local { return Local{dir} }

var form = regexp.MustCompile(`^[0-9a-f]{32,64}$`)

func (l Local) path(name string) (string, error) {
	if l.dir == "" {
		return "", errors.New("blob: no folder is set (HOMECARE_BLOB_DIR)")
	}
	if !form.MatchString(name) {
		return "", errors.New("blob: a name must be 32 to 64 hex digits")
	}
	return filepath.Join(l.dir, name[:2], name), nil
}

// Put implements Store. It writes to a temporary file, syncs it, and links it
// to its name: a crash leaves a complete file or none, and no name is written
// twice.
func (l Local) Put(_ context.Context, name string, data []byte) error {
	return l.write(name, data, os.Link)
}

// Replace implements Store.
func (l Local) Replace(_ context.Context, name string, data []byte) error {
	return l.write(name, data, func(from, to string) error {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return ErrNotFound
		}
		return os.Rename(from, to)
	})
}

func (l Local) write(name string, data []byte, place func(from, to string) error) error {
	path, err := l.path(name)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	f, err := os.CreateTemp(dir, ".put-*")
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = place(f.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// Get implements Store.
func (l Local) Get(_ context.Context, name string) ([]byte, error) {
	path, err := l.path(name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	return b, err
}

// Delete implements Store.
func (l Local) Delete(_ context.Context, name string) error {
	path, err := l.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// List implements Store. It skips files that are being written: they have no
// name yet.
func (l Local) List(ctx context.Context, f func(name string, written time.Time) error) error {
	if l.dir == "" {
		return nil
	}
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !form.MatchString(d.Name()) {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed during the walk
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		return f(d.Name(), info.ModTime())
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no file yet
	}
	return err
}

package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// blobPath matches the paths of platform/blob's files: two digits, then the
// name.
var blobPath = regexp.MustCompile(`^[0-9a-f]{2}/[0-9a-f]{32,64}$`)

// eachBlob calls f for the relative path of every attachment below dir.
func eachBlob(dir string, f func(rel string) error) error {
	if dir == "" {
		return nil
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || !blobPath.MatchString(filepath.ToSlash(rel)) { // a file that is being written
			return err
		}
		return f(rel)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no attachments yet, or one was removed during the walk
	}
	return err
}

// copyBlobs copies the attachments that the backup lacks. A name is written once,
// so an existing file is complete. With list it also writes the hashes to that
// file.
func (c Config) copyBlobs(list string) (n int, err error) {
	var lines strings.Builder
	err = eachBlob(c.Blobs, func(rel string) error {
		to := filepath.Join(c.Dir, "blobs", rel)
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				return err
			}
			if err := copyFile(filepath.Join(c.Blobs, rel), to); err != nil {
				if errors.Is(err, fs.ErrNotExist) {
					return nil // removed during the copy
				}
				return err
			}
		}
		n++
		if list == "" {
			return nil
		}
		h, err := sum(to)
		fmt.Fprintf(&lines, "%s  %s\n", h, filepath.ToSlash(rel))
		return err
	})
	if err == nil && list != "" {
		err = os.WriteFile(list, []byte(lines.String()), 0o600)
	}
	return n, err
}

// hashes reads the list of a base backup: path to SHA-256.
func (c Config) hashes(id string) (map[string]string, error) {
	f, err := os.Open(filepath.Join(c.base(id), "blobs.sha256"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		hash, rel, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !blobPath.MatchString(rel) {
			return nil, fmt.Errorf("the list of attachments of backup %s is damaged", id)
		}
		out[rel] = hash
	}
	return out, lines.Err()
}

// pruneBlobs removes the attachments that neither the product nor a kept base
// backup has. Files deleted at a person's request end here too.
func (c Config) pruneBlobs(kept []Manifest) error {
	if c.Blobs == "" {
		return nil
	}
	needed := map[string]bool{}
	for _, m := range kept {
		h, err := c.hashes(m.ID)
		if err != nil {
			return err
		}
		for rel := range h {
			needed[rel] = true
		}
	}
	return eachBlob(filepath.Join(c.Dir, "blobs"), func(rel string) error {
		if needed[filepath.ToSlash(rel)] {
			return nil
		}
		if _, err := os.Lstat(filepath.Join(c.Blobs, rel)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Remove(filepath.Join(c.Dir, "blobs", rel))
	})
}

// checkBlobs compares every attachment of a base backup with its hash.
func (c Config) checkBlobs(id string) (n int, err error) {
	want, err := c.hashes(id)
	if err != nil {
		return 0, err
	}
	for rel, hash := range want {
		got, err := sum(filepath.Join(c.Dir, "blobs", rel))
		if err != nil {
			return 0, fmt.Errorf("an attachment of the backup is missing: %s", rel)
		}
		if got != hash {
			return 0, fmt.Errorf("an attachment of the backup was changed: %s", rel)
		}
	}
	return len(want), nil
}

func sum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// copyFile copies a file to a temporary name, syncs it and renames it, so that
// a partial file never has the final name.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to+".copy", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(to + ".copy")
		return err
	}
	return os.Rename(to+".copy", to)
}

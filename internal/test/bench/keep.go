package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// made is what the content of a loaded database depends on, from the root of the
// repository: the schema, the seeds, the forms of sealed numbers and keys, the loader.
var made = []string{"internal/schema/migrations", "internal/reference", "internal/staff/demo.go",
	"internal/patient/identity.go", "internal/source/match.go", "internal/test/bench/load.go",
	"internal/test/bench/bulk.go", "internal/test/bench/records.go"}

// digest changes when a kept database no longer fits.
func digest() (string, error) {
	h := sha256.New()
	root := os.DirFS(".")
	for _, name := range made {
		err := fs.WalkDir(root, name, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(file) == ".md" {
				return err
			}
			b, err := fs.ReadFile(root, file)
			fmt.Fprintf(h, "%s %d\n%s", file, len(b), b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// database makes the database of a run. With kept ones it is a copy of the loaded one,
// which no run writes to: every run begins with the same rows in the same places. The copy
// takes the disk once more and seconds for what takes minutes to load.
func (o Options) database(ctx context.Context, c *cluster, scale int) (string, error) {
	name := fmt.Sprintf("bench_%d", scale)
	if err := c.drop(ctx, name); err != nil { // a run was broken off
		return "", err
	}
	if o.Keep == "" {
		return name, c.load(ctx, scale, name, o.Log)
	}
	now, err := digest()
	if err != nil {
		return "", err
	}
	kept := fmt.Sprintf("loaded_%d", scale)
	have, err := c.comment(ctx, kept)
	if err != nil {
		return "", err
	}
	if have != now {
		if err := c.drop(ctx, kept); err != nil {
			return "", err
		}
		if err := c.load(ctx, scale, kept, o.Log); err != nil {
			return "", err
		}
		// Last: a load that was broken off has no comment, and is done again.
		if err := c.exec(ctx, "postgres", fmt.Sprintf(`comment on database %s is '%s'`, kept, now)); err != nil {
			return "", err
		}
	}
	// Copying files writes no WAL of their content, which is faster from a gigabyte on.
	return name, c.exec(ctx, "postgres", fmt.Sprintf(
		`create database %s template %s owner homecare_owner strategy file_copy`, name, kept))
}

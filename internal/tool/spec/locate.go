package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var routerLine = regexp.MustCompile(`^//\s*@Router\s+(\S+)\s+\[(\w+)\]`)

// locate puts file and line before each complaint, where the comment exists.
func locate(root string, err error) error {
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	at := map[string]string{}
	for _, dir := range sourceDirs {
		// A file that cannot be read leaves its complaints without a place.
		_ = filepath.WalkDir(filepath.Join(root, dir), func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") {
				return err
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			line := 0
			for l := range bytes.Lines(src) {
				line++
				if m := routerLine.FindSubmatch(l); m != nil {
					rel, _ := filepath.Rel(root, name)
					at[strings.ToUpper(string(m[2]))+" "+string(m[1])] = fmt.Sprintf("%s:%d", filepath.ToSlash(rel), line)
				}
			}
			return nil
		})
	}
	var located []error
	for _, e := range all.Unwrap() {
		if c, ok := errors.AsType[*Complaint](e); ok && at[c.Method+" "+c.Path] != "" {
			e = fmt.Errorf("%s: %w", at[c.Method+" "+c.Path], c)
		}
		located = append(located, e)
	}
	return errors.Join(located...)
}

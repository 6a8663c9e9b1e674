// Package overlay applies the patches of package sabotage to the product's sources
// and writes the input of `go build -overlay`. The sources do not change.
package overlay

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// folder is package sabotage with its patches; names is the file with the
// faults of a binary.
const (
	folder = "internal/test/sabotage"
	names  = folder + "/faults.go"
)

// patch is a fault: its description and the files it changes.
type patch struct {
	file, fault string
	changes     []*gitdiff.File
}

// Flags writes the patched files and the list of them into dir, for the sources
// below root, and returns the flags of a build with every fault.
func Flags(root, dir string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	sources, err := patched(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, text := range sources {
		to := filepath.Join(dir, filepath.FromSlash(path))
		replace[filepath.Join(root, filepath.FromSlash(path))] = to
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return "-tags=sabotage -overlay=" + file, os.WriteFile(file, list, 0o644)
}

// patched returns the files that the patches change, by path below root, and
// the file with the names of the faults.
func patched(root string) (map[string]string, error) {
	all, err := patches(root)
	if err != nil {
		return nil, err
	}
	out, faults := map[string]string{}, []string{}
	for _, p := range all {
		faults = append(faults, p.fault)
		for _, change := range p.changes {
			path := change.NewName
			if _, again := out[path]; !again {
				src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
				if err != nil {
					return nil, fmt.Errorf("%s: %w", p.file, err)
				}
				if out[path], err = withImport(string(src)); err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
			}
			if out[path], err = apply(out[path], change); err != nil {
				return nil, fmt.Errorf("%s: %w\nThe code has moved: make the patch again (CONTRIBUTING.md)", p.file,
					err)
			}
		}
	}
	out[names] = fmt.Sprintf("package sabotage\n\nvar faults = %#v\n", faults)
	return out, nil
}

// patches reads the patches in the order of their names.
func patches(root string) ([]patch, error) {
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.patch"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no patches in %s: is this the root of the repository?", filepath.Join(root, folder))
	}
	var out []patch
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		p, err := parse(strings.TrimSuffix(filepath.Base(file), ".patch"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		p.file = file
		out = append(out, p)
	}
	return out, nil
}

// parse reads one patch.
func parse(fault, text string) (patch, error) {
	changes, says, err := gitdiff.Parse(strings.NewReader(text))
	switch {
	case err != nil:
		return patch{}, err
	case strings.TrimSpace(says) == "":
		return patch{}, fmt.Errorf("the first line says which promise it breaks and how")
	case !strings.Contains(text, `sabotage.On("`+fault+`")`):
		return patch{}, fmt.Errorf(`it does not ask for sabotage.On(%q)`, fault)
	}
	for _, c := range changes {
		if c.OldName != c.NewName || len(c.TextFragments) == 0 {
			return patch{}, fmt.Errorf("%s%s: a patch changes lines of files that there are", c.OldName, c.NewName)
		}
	}
	return patch{fault: fault, changes: changes}, nil
}

// apply changes text by the hunks. The lines of a hunk must occur exactly once.
// Their position does not matter, so other code may move.
func apply(text string, change *gitdiff.File) (string, error) {
	text = "\n" + text
	for i, hunk := range change.TextFragments {
		before, after := "\n", "\n"
		for _, line := range hunk.Lines {
			if line.Old() {
				before += line.Line
			}
			if line.New() {
				after += line.Line
			}
		}
		at := strings.Index(text, before)
		if at < 0 || strings.Contains(text[at+1:], before) {
			where := "nowhere"
			if at >= 0 {
				where = "in more than one place; it needs more context (git diff -U3)"
			}
			return "", fmt.Errorf("hunk %d of %s (%s) fits %s:%s",
				i+1, change.NewName, strings.TrimSpace(hunk.Header()), where, before)
		}
		text = text[:at] + after + text[at+len(before):]
	}
	return text[1:], nil
}

// withImport adds the import for the faults on the line of the package clause:
// patches do not conflict over it and lines keep their numbers.
func withImport(text string) (string, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "", text, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	at := set.Position(f.Name.End()).Offset
	return text[:at] + `; import "github.com/balangan/homecare/` + folder + `"` + text[at:], nil
}

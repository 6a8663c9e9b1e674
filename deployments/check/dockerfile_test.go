package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// built is a stage of a Dockerfile, carried out without an engine: RUN happens
// on this machine, in the stage's folder.
type built struct {
	root, dir, user string
	env, entrypoint []string
}

// build carries out a Dockerfile over a folder and returns its last stage.
func build(t *testing.T, dockerfile, context string) built {
	t.Helper()
	f, err := os.Open(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parsed, err := parser.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := map[string]string{"": context}
	var last built
	for _, s := range stages {
		root, err := os.MkdirTemp(filepath.Dir(context), "stage-")
		if err == nil {
			err = os.Chmod(root, 0o755) // a chrooted user enters it
		}
		if err != nil {
			t.Fatal(err)
		}
		roots[s.Name], last = root, built{root: root, dir: "/"}
		for _, c := range s.Commands {
			if err := last.step(t, c, roots); err != nil {
				t.Fatalf("%v: %v", c, err)
			}
		}
	}
	return last
}

func (b *built) step(t *testing.T, c instructions.Command, roots map[string]string) error {
	t.Helper()
	switch c := c.(type) {
	case *instructions.WorkdirCommand:
		b.dir = c.Path
		return os.MkdirAll(filepath.Join(b.root, c.Path), 0o755)
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			b.env = append(b.env, kv.String())
		}
	case *instructions.UserCommand:
		b.user = c.User
	case *instructions.EntrypointCommand:
		b.entrypoint = c.CmdLine
	case *instructions.RunCommand:
		line := strings.Join(c.CmdLine, " ")
		if !c.PrependShell || strings.Contains(line, " /") || b.user != "" {
			return fmt.Errorf("not in the stage's folder: %s", line)
		}
		run(t, filepath.Join(b.root, b.dir), append(b.env, "GOWORK=off"), "sh", "-c", line)
	case *instructions.CopyCommand:
		from, ok := roots[c.From]
		if !ok {
			return fmt.Errorf("there is no stage %s", c.From)
		}
		to := c.DestPath
		if !filepath.IsAbs(to) {
			to = filepath.Join(b.dir, to)
		}
		for _, source := range c.SourcePaths {
			into := strings.HasSuffix(c.DestPath, "/")
			b.copy(t, filepath.Join(from, source), filepath.Join(b.root, to), into, c.Chown)
		}
	default:
		return errors.New("unknown here")
	}
	return nil
}

// copy is COPY: what a folder contains, or one file under a name or into a
// folder. The owner is root unless another is named.
func (b *built) copy(t *testing.T, from, to string, into bool, owner string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(to)
	if into || info.IsDir() {
		folder = to
	}
	if info.IsDir() {
		from += "/."
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, ".", nil, "cp", "-a", from, to)
	if owner != "" {
		run(t, ".", nil, "chown", "-R", owner, to)
	}
}

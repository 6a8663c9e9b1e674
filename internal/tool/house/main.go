// Command house writes the table of rooms in docs/architecture.md from the code: their
// order, the first sentence of each package, and the rooms that each one imports.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/test/archtest"
)

const (
	module = "github.com/balangan/homecare/internal/"
	page   = "docs/architecture.md"
	begin  = "<!-- rooms: drawn by go run ./internal/tool/house -->\n"
	end    = "<!-- end of rooms -->\n"
)

func main() {
	if err := draw(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// draw replaces the text between the two marks.
func draw() error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	head, rest, found := bytes.Cut(text, []byte(begin))
	_, tail, closed := bytes.Cut(rest, []byte(end))
	if !found || !closed {
		return fmt.Errorf("%s lacks the marks of the rooms", page)
	}
	rooms, err := table(archtest.Order)
	if err != nil {
		return err
	}
	platform, err := folders("internal/platform")
	if err != nil {
		return err
	}
	below, err := table(platform)
	if err != nil {
		return err
	}
	out := slices.Concat(head, []byte(begin), rooms,
		[]byte("\nBelow them the platform, which knows no word of the domain:\n\n"), below,
		[]byte(end), tail)
	return os.WriteFile(page, out, 0o644)
}

// folders are the packages directly below a folder, by their path under
// internal.
func folders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, strings.TrimPrefix(dir, "internal/")+"/"+e.Name())
		}
	}
	return out, err
}

// table has a line for each existing package, in the given order.
func table(packages []string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("| room | what it is | imports |\n|---|---|---|\n")
	for _, name := range packages {
		says, imports, err := read(name)
		if err != nil {
			return nil, err
		}
		if says != "" { // a room that is not built yet has no files
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, says, strings.Join(imports, ", "))
		}
	}
	return b.Bytes(), nil
}

// read returns the first sentence of a package, without its name, and the rooms that
// it imports, in order.
func read(name string) (says string, imports []string, err error) {
	pattern := filepath.Join("internal", filepath.FromSlash(name), "*.go")
	files, err := filepath.Glob(pattern)
	if err != nil {
		return "", nil, err
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ParseComments|parser.ImportsOnly)
		if err != nil {
			return "", nil, fmt.Errorf("%w: %w", fs.ErrInvalid, err)
		}
		says = longer(says, src.Doc)
		for _, i := range src.Imports {
			room, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module)
			if ours && slices.Contains(archtest.Order, room) && !slices.Contains(imports, room) {
				imports = append(imports, room)
			}
		}
	}
	slices.SortFunc(imports, func(a, b string) int {
		return slices.Index(archtest.Order, a) - slices.Index(archtest.Order, b)
	})
	return says, imports, nil
}

// longer returns says, or the first sentence of a package comment without the
// package's name.
func longer(said string, comment *ast.CommentGroup) string {
	if said != "" || comment == nil {
		return said
	}
	var p doc.Package
	words := strings.Fields(p.Synopsis(comment.Text()))
	if len(words) < 3 || words[0] != "Package" {
		return said
	}
	return strings.TrimRight(strings.Join(words[2:], " "), ".:")
}

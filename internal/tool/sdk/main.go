// Command sdk writes the calls of the Go SDK, pkg/homecare/calls_*.go, from
// api/openapi.yaml: one method of Client for each operation. The types are the
// server's own, written by hand.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	root := flag.String("root", ".", "the repository")
	flag.Parse()
	if err := writeCalls(*root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeCalls writes a file for each tag, and removes those of removed tags.
func writeCalls(root string) error {
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "api", "openapi.yaml"))
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "pkg", "homecare")
	types, err := typesOf(dir)
	if err != nil {
		return err
	}
	files, err := generate(doc, types)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "calls_*.go"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if files[filepath.Base(name)] == nil && !strings.HasSuffix(name, "_test.go") {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

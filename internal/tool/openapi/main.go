// Command openapi writes the generated documents: api/openapi.yaml, api/problems.md, docs/roles.md,
// docs/dates.md and docs/states.md. With -check it only reports whether they are current.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/tool/spec"
)

func main() {
	root := flag.String("root", ".", "the repository")
	check := flag.Bool("check", false, "write nothing; fail when a document is not current")
	flag.Parse()
	work := spec.Generate
	if *check {
		work = spec.Check
	}
	// Making a handler needs no service, so the table needs no database.
	if err := work(*root, new(app.App).Routes(), app.Machines()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

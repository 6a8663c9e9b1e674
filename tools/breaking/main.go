// Command breaking lists what breaks clients between two OpenAPI documents,
// one finding a line, and exits 1 when there is any: breaking OLD NEW.
package main

import (
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: breaking OLD.yaml NEW.yaml")
		os.Exit(2)
	}
	found, err := breaking(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "breaking:", err)
		os.Exit(2)
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

func breaking(before, after string) ([]string, error) {
	loader := openapi3.NewLoader()
	old, err := load.NewSpecInfo(loader, load.NewSource(before))
	if err != nil {
		return nil, err
	}
	current, err := load.NewSpecInfo(loader, load.NewSource(after))
	if err != nil {
		return nil, err
	}
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), old, current)
	if err != nil {
		return nil, err
	}
	var found []string
	text := checker.NewDefaultLocalizer()
	for _, c := range checker.CheckBackwardCompatibility(checker.NewConfig(checker.GetAllChecks()), report, sources) {
		if c.GetLevel() == checker.ERR {
			found = append(found, fmt.Sprintf("%s %s: %s [%s]", c.GetOperation(), c.GetPath(),
				c.GetUncolorizedText(text), c.GetId()))
		}
	}
	return found, nil
}

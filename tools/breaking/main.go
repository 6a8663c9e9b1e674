// Command breaking lists what breaks clients between two OpenAPI documents,
// one finding a line, and exits 1 when there is any: breaking OLD NEW.
package main

import (
	"fmt"
	"os"
	"strings"

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

// Findings that break no client: a value whose format is now named is the same value
// on the wire, and the length of a text in an answer is no part of the contract
// (.spectral.yaml).
const (
	number = "from 'number'/'' to 'number'/'double'"
	id     = "from 'string'/'' to 'string'/'uuid' for status"
	longer = "response-property-max-length-unset"
)

// oneOfMany shows a parameter of several values, separated by commas, as one value:
// a client that sends one sends the same text as before.
func oneOfMany(doc *openapi3.T) {
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			for _, p := range op.Parameters {
				v := p.Value
				if v.In == openapi3.ParameterInQuery && v.Explode != nil && !*v.Explode && v.Schema.Value.Type.Is("array") {
					one := *v.Schema.Value.Items.Value
					if begin, ok := v.Schema.Value.Default.([]any); ok && len(begin) == 1 {
						one.Default = begin[0]
					}
					v.Schema, v.Explode, v.Style = openapi3.NewSchemaRef("", &one), nil, ""
				}
			}
		}
	}
}

func breaking(before, after string) ([]string, error) {
	loader := openapi3.NewLoader()
	old, err := load.NewSpecInfo(loader, load.NewSource(before), load.WithFlattenAllOf())
	if err != nil {
		return nil, err
	}
	current, err := load.NewSpecInfo(loader, load.NewSource(after), load.WithFlattenAllOf())
	if err != nil {
		return nil, err
	}
	oneOfMany(old.Spec)
	oneOfMany(current.Spec)
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), old, current)
	if err != nil {
		return nil, err
	}
	var found []string
	text := checker.NewDefaultLocalizer()
	for _, c := range checker.CheckBackwardCompatibility(checker.NewConfig(checker.GetAllChecks()), report, sources) {
		said := c.GetUncolorizedText(text)
		if c.GetLevel() == checker.ERR && !strings.Contains(said, number) && !strings.Contains(said, id) &&
			c.GetId() != longer {
			found = append(found, fmt.Sprintf("%s %s: %s [%s]", c.GetOperation(), c.GetPath(), said, c.GetId()))
		}
	}
	return found, nil
}

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

// longer is a finding that breaks no client: the length of a text in an answer is no part
// of the contract (.spectral.yaml).
const longer = "response-property-max-length-unset"

// stability marks in a document what may still change: an operation or a schema.
const stability = "x-stability"

// marked says whether an operation or schema with these extensions may still change.
func marked(extensions map[string]any) bool { return extensions[stability] == "preview" }

// settled leaves out of both documents what the released one marks as still changing: its
// operations, and what its schemas hold.
func settled(released, current *openapi3.T) {
	for path, item := range released.Paths.Map() {
		for method, op := range item.Operations() {
			if marked(op.Extensions) {
				item.SetOperation(method, nil)
				if now := current.Paths.Value(path); now != nil {
					now.SetOperation(method, nil)
				}
			}
		}
	}
	for name, s := range released.Components.Schemas {
		if marked(s.Value.Extensions) {
			*s.Value = openapi3.Schema{}
			if now := current.Components.Schemas[name]; now != nil {
				*now.Value = openapi3.Schema{}
			}
		}
	}
}

// unsettled is what the released document settles and the current one marks again.
func unsettled(released, current *openapi3.T) []string {
	var found []string
	for path, item := range released.Paths.Map() {
		for method, op := range item.Operations() {
			if now := current.Paths.Value(path); now != nil && now.GetOperation(method) != nil && !marked(op.Extensions) &&
				marked(now.GetOperation(method).Extensions) {
				found = append(found, method+" "+path+": may change again [settled-operation-unsettled]")
			}
		}
	}
	for name, s := range released.Components.Schemas {
		if now := current.Components.Schemas[name]; now != nil && !marked(s.Value.Extensions) &&
			marked(now.Value.Extensions) {
			found = append(found, "schema "+name+": may change again [settled-schema-unsettled]")
		}
	}
	return found
}

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
	old, err := load.NewSpecInfo(loader, load.NewSource(before))
	if err != nil {
		return nil, err
	}
	current, err := load.NewSpecInfo(loader, load.NewSource(after))
	if err != nil {
		return nil, err
	}
	found := unsettled(old.Spec, current.Spec)
	settled(old.Spec, current.Spec)
	flat, err := load.WithFlattenAllOf()(loader, []*load.SpecInfo{old, current})
	if err != nil {
		return nil, err
	}
	old, current = flat[0], flat[1]
	oneOfMany(old.Spec)
	oneOfMany(current.Spec)
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), old, current)
	if err != nil {
		return nil, err
	}
	text := checker.NewDefaultLocalizer()
	for _, c := range checker.CheckBackwardCompatibility(checker.NewConfig(checker.GetAllChecks()), report, sources) {
		if c.GetLevel() == checker.ERR && c.GetId() != longer {
			found = append(found, fmt.Sprintf("%s %s: %s [%s]", c.GetOperation(), c.GetPath(),
				c.GetUncolorizedText(text), c.GetId()))
		}
	}
	return found, nil
}

package spec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Unlisted are the routes that are not in the document, with the reason: they
// serve the document itself or the machine.
var Unlisted = map[string]string{
	"/":                  "the first page, for persons",
	"/docs":              "leads to the first page",
	"/docs/*":            "documents of the repository",
	"/api/*":             "documents of the repository",
	"/deployments/*":     "documents of the repository",
	"/README.md":         "a document of the repository",
	"/CHANGELOG.md":      "a document of the repository",
	"/CONTRIBUTING.md":   "a document of the repository",
	"/SECURITY.md":       "a document of the repository",
	"/docs/swagger":      "the documentation",
	"/docs/redoc":        "the documentation",
	"/docs/assets/:name": "the documentation",
	"/openapi.json":      "the document itself",
	"/openapi.yaml":      "the document itself",
	"/problems/:code":    "a page for persons; api/problems.md has the codes",
	"/metrics":           "for the operator, on a port of its own",
}

// Complaint is an error in one operation or its comment.
type Complaint struct{ At, Method, Path, Text string }

// Error implements error.
func (c *Complaint) Error() string {
	said := c.Method + " " + c.Path + ": " + c.Text
	if c.At != "" {
		said = c.At + ": " + said
	}
	return said
}

// document makes the OpenAPI 3.0.3 document, as YAML, from the route table, the
// types of its handlers and the comments in the sources below root. The error
// joins one *Complaint for each missing or repeated part.
func document(root string, routes []rest.Route) ([]byte, error) {
	return newConverter(root).document(routes)
}

func newConverter(root string) *converter {
	c := &converter{doc: &openapi3.T{Paths: openapi3.NewPaths()}, source: newSource(root),
		types: map[string]reflect.Type{}, answers: map[reflect.Type]bool{}}
	c.general()
	return c
}

func (c *converter) document(routes []rest.Route) ([]byte, error) {
	c.schemaOf(reflect.TypeFor[homecare.Problem](), answered)
	code := c.doc.Components.Schemas["Problem"].Value.Properties["code"].Value
	for _, d := range fault.Catalogue() {
		code.Enum = append(code.Enum, d.Code)
	}
	for _, r := range routes {
		if t := r.Handler.Result(); t != nil {
			reachable(t, c.answers)
		}
	}
	c.operations(routes)
	c.clashes()
	if c.broken = append(c.broken, c.source.broken...); len(c.broken) > 0 {
		return nil, errors.Join(c.broken...)
	}
	if err := c.resolve(); err != nil {
		return nil, err
	}
	if c.examples(); len(c.broken) > 0 {
		return nil, errors.Join(c.broken...)
	}
	c.prune()
	return c.yaml()
}

type converter struct {
	doc     *openapi3.T
	source  *source
	types   map[string]reflect.Type // of a schema, by name
	answers map[reflect.Type]bool   // the types reachable from an answer
	broken  []error
}

func (c *converter) complain(at, method, path, format string, args ...any) {
	c.broken = append(c.broken, &Complaint{at, method, path, fmt.Sprintf(format, args...)})
}

// operations makes an operation of each route, and compares routes and
// comments.
func (c *converter) operations(routes []rest.Route) {
	tags := map[string]bool{}
	ids := map[string]string{}
	claimed := map[string]bool{}
	for _, r := range routes {
		if _, ok := Unlisted[r.Path]; ok {
			continue
		}
		path := r.SpecPath()
		said, ok := c.source.operation(r.Handler.Maker)
		if !ok {
			c.complain("", r.Method, path, "the route table has it, but no comment over %s says what it is",
				r.Handler.Maker)
			continue
		}
		claimed[said.at] = true
		id := said.of("ID")
		if first, taken := ids[id]; taken && id != "" {
			c.complain(said.at, r.Method, path, "@ID %s is taken by %s", id, first)
		}
		ids[id] = r.Method + " " + path
		op := &openapi3.Operation{}
		operation{c: c, r: r, path: path, said: said, op: op}.build()
		c.doc.AddOperation(path, r.Method, op)
		for _, t := range op.Tags {
			tags[t] = true
		}
	}
	for _, a := range c.source.unclaimed(claimed) {
		c.broken = append(c.broken, fmt.Errorf("%s: @ID %s is in a comment, but in no line of the route table", a.at,
			a.of("ID")))
	}
	slices.SortFunc(c.broken, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	for _, t := range tagTexts {
		if tags[t.name] {
			c.doc.Tags = append(c.doc.Tags, &openapi3.Tag{Name: t.name, Description: t.text})
		}
	}
}

// resolve reads the document again to resolve every $ref.
func (c *converter) resolve() error {
	b, err := c.doc.MarshalJSON()
	if err != nil {
		return err
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		return fmt.Errorf("reading the document back: %w", err)
	}
	c.doc = doc
	return nil
}

// sections is the order for a reader of the document.
var sections = []string{"openapi", "info", "servers", "tags", "security", "paths", "components"}

func (c *converter) yaml() ([]byte, error) {
	if err := c.resolve(); err != nil {
		return nil, err
	}
	if err := Validate(c.doc); err != nil {
		return nil, err
	}
	b, err := c.doc.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	out := []byte("# Generated by go run ./internal/tool/openapi; do not edit.\n")
	for _, name := range sections {
		value, ok := all[name]
		if !ok {
			continue
		}
		delete(all, name)
		part, err := yaml.Marshal(map[string]any{name: value})
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	if len(all) > 0 {
		return nil, fmt.Errorf("the document has sections without a place: %v", all)
	}
	return out, nil
}

// Validate checks a document against OpenAPI 3.0.3, including its examples and
// patterns.
func Validate(doc *openapi3.T) error {
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation(),
		openapi3.EnableSchemaPatternValidation()); err != nil {
		return fmt.Errorf("the document is no valid OpenAPI 3.0.3: %w", err)
	}
	return nil
}

// Package spec makes the published contract: api/openapi.yaml, api/problems.md
// and the generated pages of docs. Parameters, bodies and answers are the types
// of the handlers. Security, headers and problems follow from the lines of the
// route table. The comment above a handler contains only what it alone knows:
// summary, description, id, tag. No part is written twice, so no two parts can
// contradict each other.
package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/platform/state"
)

// Generate writes the generated documents below root, the repository.
func Generate(root string, routes []rest.Route, machines []state.Table) error {
	files, err := documents(root, routes, machines)
	if err != nil {
		return err
	}
	for name, b := range files {
		if err := write(filepath.Join(root, name), b); err != nil {
			return err
		}
	}
	return nil
}

// Check lists the generated documents that differ from what Generate would
// write.
func Check(root string, routes []rest.Route, machines []state.Table) error {
	files, err := documents(root, routes, machines)
	if err != nil {
		return err
	}
	return compare(root, files)
}

func compare(root string, files map[string][]byte) error {
	var stale []string
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if !bytes.Equal(got, want) {
			stale = append(stale, name)
		}
	}
	if len(stale) > 0 {
		slices.Sort(stale)
		return fmt.Errorf("not current: %s; run go run ./internal/tool/openapi", strings.Join(stale, ", "))
	}
	return nil
}

// documents are the generated files by their path below root.
func documents(root string, routes []rest.Route, machines []state.Table) (map[string][]byte, error) {
	openAPI, err := document(root, routes)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, err
	}
	schemas, ofServices, err := serviceSchemas(root)
	if err != nil {
		return nil, err
	}
	used, err := uses(doc, ofServices)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"api/openapi.yaml":         openAPI,
		"api/reference.json":       used,
		"api/service_schemas.json": schemas,
		"api/problems.md":          Problems(),
		"docs/roles.md":            Roles(routes),
		"docs/dates.md":            Dates(routes),
		"docs/states.md":           States(machines),
	}, nil
}

func write(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}

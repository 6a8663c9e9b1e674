// Package spec makes the published contract from the handlers' comments and
// the route table: api/openapi.yaml, api/problems.md and the generated pages of docs. A
// comment says what only the handler knows; whatever follows from a line of
// the route table (security, headers, problems) is added here, so that it
// cannot be forgotten or contradicted.
package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/platform/state"
)

// sourceDirs hold the general comment, the handlers and the wire types.
var sourceDirs = []string{"api", "internal", "pkg"}

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

// Check says which generated documents are not what Generate would write.
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
	swagger, err := swag(root, sourceDirs)
	if err != nil {
		return nil, err
	}
	document, err := Convert(swagger, routes)
	if err != nil {
		return nil, locate(root, err)
	}
	return map[string][]byte{
		"api/openapi.yaml": document,
		"api/problems.md":  Problems(),
		"docs/roles.md":    Roles(routes),
		"docs/dates.md":    Dates(routes),
		"docs/states.md":   States(machines),
	}, nil
}

// carrier makes swag write the schema Problem, which no comment names because
// every operation has it; Convert drops the operation.
const (
	carrierPath = "/carrier"
	carrier     = `package pkg

import homecare "` + homecareImport + `"

// @Success 200 {object} homecare.Problem
// @Router ` + carrierPath + ` [get]
func carrier() {}
`
)

// swag runs the swag tool over root/dirs and returns its Swagger 2.0 JSON.
func swag(root string, dirs []string) ([]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "homecare-openapi-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := copySources(root, tmp, dirs); err != nil {
		return nil, err
	}
	// swag asks the go command for the import path of each folder it starts in.
	if err := write(filepath.Join(tmp, "internal", "zz_swag.go"), []byte("package internal\n")); err != nil {
		return nil, err
	}
	if err := write(filepath.Join(tmp, "pkg", "zz_swag.go"), []byte(carrier)); err != nil {
		return nil, err
	}
	tool, err := output(root, "go", "tool", "-n", "swag")
	if err != nil {
		return nil, err
	}
	if _, err := output(tmp, strings.TrimSpace(string(tool)), "init", "--quiet", "--outputTypes", "json", "--output", tmp,
		"--generalInfo", "doc.go", "--dir", "api,internal,pkg"); err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), tmp+string(filepath.Separator), ""))
	}
	return os.ReadFile(filepath.Join(tmp, "swagger.json"))
}

// output runs a command and returns what it printed; what it complained of
// becomes the error.
func output(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(name), args[0], err, complaint.Bytes(), out.Bytes())
	}
	return out.Bytes(), nil
}

//go:build sabotage

// Package document_lint measures: the OpenAPI document has no error and no warning in
// Redocly's and Spectral's strictest rules.
package document_lint

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/tool/spec"
)

// Promise is API-1.
var Promise = promise.Promise{ID: "API-1",
	Promised: "0 errors, 0 warnings in Redocly and Spectral; valid OpenAPI 3.0.3", Measure: measure,
	Control: promise.Control{Measure: control}}

func measure(t *testing.T) promise.Result {
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err == nil {
		err = spec.Validate(doc)
	}
	found := lint(t, api.OpenAPI)
	operations := 0
	for _, p := range doc.Paths.Map() {
		operations += len(p.Operations())
	}
	return promise.Result{Measured: fmt.Sprintf("%s in %d operations", found, operations), Kept: err == nil &&
		found.clean() && operations > 100}
}

// control lints a copy with three errors. Each linter must find its own.
func control(t *testing.T) promise.Result {
	var doc map[string]any
	if err := yaml.Unmarshal(api.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	op := operation(doc)
	delete(op, "description")
	responses := op["responses"].(map[string]any)
	for status := range responses {
		if status[0] == '4' {
			delete(responses, status)
		}
	}
	schema := doc["components"].(map[string]any)["schemas"].(map[string]any)["NewCase"].(map[string]any)
	delete(schema["properties"].(map[string]any)["reason"].(map[string]any), "maxLength")
	b, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	found := lint(t, b)
	return promise.Result{Measured: "a missing description, missing 4xx, an unbounded text: " + found.String(),
		Kept: found.redocly == 0 || found.spectral < 3}
}

func operation(doc map[string]any) map[string]any {
	return doc["paths"].(map[string]any)["/v1/cases/{id}"].(map[string]any)["get"].(map[string]any)
}

// findings of the two linters.
type findings struct{ redocly, spectral int }

func (f findings) clean() bool { return f == findings{} }

func (f findings) String() string {
	return fmt.Sprintf("%d findings of Redocly, %d of Spectral", f.redocly, f.spectral)
}

// lint runs both linters with the project's rules on a copy of the document at
// the same path below another root, so that the rules' overrides apply.
func lint(t *testing.T, document []byte) findings {
	t.Helper()
	root := repository(t)
	if _, err := os.Stat(filepath.Join(root, "node_modules", ".bin", "redocly")); err != nil {
		command(t, root, "npm", "ci", "--silent", "--no-fund", "--no-audit")
	}
	dir := t.TempDir()
	for _, name := range []string{".spectral.yaml", "redocly.yaml", "package.json"} {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), b)
	}
	if err := os.Symlink(filepath.Join(root, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "api", "openapi.yaml"), document)
	bin := filepath.Join(dir, "node_modules", ".bin")
	var redocly struct {
		Totals struct{ Errors, Warnings, Ignored int }
	}
	var other []byte
	var both sync.WaitGroup
	both.Go(func() {
		other = command(t, dir, filepath.Join(bin, "spectral"), "lint", "--quiet", "--format=json", "api/openapi.yaml")
	})
	out := command(t, dir, filepath.Join(bin, "redocly"), "lint", "--format=json")
	both.Wait()
	if err := json.Unmarshal(out[strings.IndexByte(string(out), '{'):], &redocly); err != nil {
		t.Fatalf("redocly: %v\n%.2000s", err, out)
	}
	var spectral []json.RawMessage
	if err := json.Unmarshal(other[strings.IndexByte(string(other), '['):], &spectral); err != nil {
		t.Fatalf("spectral: %v\n%.2000s", err, other)
	}
	return findings{redocly.Totals.Errors + redocly.Totals.Warnings + redocly.Totals.Ignored, len(spectral)}
}

// run returns what a command wrote; a linter that finds something exits with 1.
func command(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if len(out) == 0 && filepath.Base(name) != "npm" || err != nil && cmd.ProcessState == nil {
		t.Errorf("%s: %v\n%s", name, err, complaint.String())
		return []byte("{[")
	}
	return out
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// repository is the folder that holds go.mod.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir = filepath.Dir(dir); dir == "/" {
			t.Fatal("no go.mod above the test")
		}
	}
}

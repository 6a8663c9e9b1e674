//go:build sabotage

// Package breaking_changes measures: the OpenAPI document breaks no client of the last
// released one (the newest file of api/released), except in operations and schemas that
// this one marks x-stability: preview; and it marks none that was not.
package breaking_changes

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/api/released"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is API-5.
var Promise = promise.Promise{ID: "API-5",
	Promised: "0 breaking changes of what the last release settled", Measure: measure,
	Control: promise.Control{Measure: control}}

func measure(t *testing.T) promise.Result {
	released, version, err := released.Last()
	if err != nil {
		t.Fatal(err)
	}
	found := breaking(t, released, api.OpenAPI)
	return promise.Result{Measured: strings.Join(append([]string{fmt.Sprintf("%d breaking changes from %s to %s",
		len(found), version, api.Version)}, found...), "; "), Kept: len(found) == 0}
}

type object = map[string]any

// breaks are the ways in which a document can break its clients, each applied
// to the released one.
var breaks = []struct {
	name string
	do   func(doc object)
}{
	{"a path is gone", func(d object) { delete(at(d, "paths"), "/v1/counts") }},
	{"a method is gone", func(d object) { delete(at(d, "paths", "/v1/sessions/{id}"), "delete") }},
	{"a member of an answer is gone", func(d object) { delete(schema(d, "Tokens", "properties"), "expires_in") }},
	{"a member of an answer has another type", func(d object) {
		schema(d, "Tokens", "properties", "expires_in")["type"] = "string"
	}},
	{"a member of an answer may be missing now", func(d object) {
		drop(schema(d, "Tokens"), "required", "expires_in")
	}},
	{"a member of a request must be there now", func(d object) {
		s := schema(d, "SignIn")
		s["required"] = append(s["required"].([]any), "device_id")
	}},
	{"a text of a request must be shorter now", func(d object) {
		schema(d, "SignIn", "properties", "username")["maxLength"] = 5
	}},
	{"a parameter must be there now", func(d object) {
		op := at(d, "paths", "/v1/patients", "get")
		op["parameters"] = append(op["parameters"].([]any), object{"name": "why", "in": "query", "required": true,
			"schema": object{"type": "string"}})
	}},
	{"a value of an enumeration of a request is gone", func(d object) {
		for _, s := range at(d, "components", "schemas") {
			for _, p := range asObject(s.(object)["properties"]) {
				if e, ok := asObject(p)["enum"].([]any); ok && len(e) > 2 {
					p.(object)["enum"] = e[1:]
				}
			}
		}
	}},
	{"a good answer has another status", func(d object) {
		r := at(d, "paths", "/v1/cases", "post", "responses")
		r["202"] = r["201"]
		delete(r, "201")
	}},
	{"an operation may change again", func(d object) {
		at(d, "paths", "/v1/counts", "get")["x-stability"] = "preview"
	}},
	{"a schema may change again", func(d object) { schema(d, "Tokens")["x-stability"] = "preview" }},
}

// allowed are changes of what the released document marks as preview.
var allowed = []struct {
	name string
	do   func(doc object)
}{
	{"a path in preview is gone", func(d object) { delete(at(d, "paths"), "/v1/recap") }},
	{"a member of a schema in preview is gone", func(d object) {
		delete(schema(d, "ReportFigures", "properties"), "sections")
	}},
	{"an operation is settled", func(d object) { delete(at(d, "paths", "/v1/recap", "get"), "x-stability") }},
}

// control breaks the document in each way. A break that is not found keeps the control
// green, and so does an allowed change that is taken for a break.
func control(t *testing.T) promise.Result {
	var missed []string
	released, _, err := released.Last()
	if err != nil {
		t.Fatal(err)
	}
	found := func(do func(object)) bool {
		var doc object
		if err := yaml.Unmarshal(released, &doc); err != nil {
			t.Fatal(err)
		}
		do(doc)
		changed, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return len(breaking(t, released, changed)) > 0
	}
	for _, b := range breaks {
		if !found(b.do) {
			missed = append(missed, b.name)
		}
	}
	for _, a := range allowed {
		if found(a.do) {
			missed = append(missed, "only: "+a.name)
		}
	}
	all := len(breaks) + len(allowed)
	said := fmt.Sprintf("%d of %d ways judged rightly", all-len(missed), all)
	if len(missed) > 0 {
		said += ", not: " + strings.Join(missed, ", ")
	}
	return promise.Result{Measured: said, Kept: len(missed) > 0}
}

func at(d object, path ...string) object {
	for _, p := range path {
		d = d[p].(object)
	}
	return d
}

func asObject(v any) object { o, _ := v.(object); return o }

func schema(d object, path ...string) object {
	return at(d, append([]string{"components", "schemas"}, path...)...)
}

func drop(o object, list, name string) {
	o[list] = slices.DeleteFunc(o[list].([]any), func(v any) bool { return v == name })
}

// breaking runs tools/breaking, a separate module, so that its libraries are
// not part of the product.
func breaking(t *testing.T, before, after []byte) []string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range map[string][]byte{"before.yaml": before, "after.yaml": after} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", filepath.Join(dir, "before.yaml"),
		filepath.Join(dir, "after.yaml"))
	cmd.Dir = filepath.Join("..", "..", "..", "..", "tools", "breaking") // of internal/test/promise/all
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1 || len(out) == 0) {
		t.Fatalf("%v %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if lines[0] == "" {
		return nil
	}
	return lines
}

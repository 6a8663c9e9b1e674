//go:build sabotage

// Package generated_clients measures: clients that strangers make from the
// document alone compile under strict settings, two of them make a case from its
// proposal to its end, and a Postman collection of it runs on the server.
package generated_clients

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is API-4.
var Promise = promise.Promise{ID: "API-4",
	Promised: "clients of openapi-typescript, hey-api, orval (fetch, zod) and oapi-codegen compile; two make a whole " +
		"case journey; the Postman collection runs without an error",
	Measure: measure, Control: promise.Control{Measure: control}}

// clients is the folder with the generators and the two journeys.
const clients = "../../../../tools/clients"

// measure makes the clients of the published document, compiles them, and sends
// both journeys and the collection to a server. A journey counts by the state of
// its case in the database.
func measure(t *testing.T) promise.Result {
	dir := workshop(t, api.OpenAPI)
	wrong := compile(t, dir)
	s := apitest.New(t)
	journeys := 0
	for i, command := range [][]string{{"node", "journey.mjs"}, {filepath.Join(dir, "journey")}} {
		s.Database.Exec(t, `update account set totp_step = 0`) // a code works once
		args := append(command[1:], "--base", s.URL, "--password", apitest.Password, "--code",
			staff.DemoCode(time.Now()), "--nik", []string{"6311055202619001", "6311055202619002"}[i])
		out, err := outputOf(dir, command[0], args...)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		if state := apitest.Ask[string](&apitest.Home{T: t, Server: s},
			`select state from care_case where id = $1`, strings.TrimSpace(out)); state == "terminated" {
			journeys++
		}
	}
	postman := judge(t, runCollection(t, dir, s, served(t, s)))
	wrong = append(wrong, postman.wrong...)
	for _, w := range wrong {
		t.Log(w)
	}
	return promise.Result{Measured: fmt.Sprintf("5 clients and a collection of %d requests, %d done, %d answered 422: "+
		"%d errors; %d of 2 journeys to the end", postman.sent, postman.done, postman.refused, len(wrong), journeys),
		Kept: len(wrong) == 0 && journeys == 2 && postman.sent >= 200 && postman.done >= 50 &&
			postman.refused <= refusals}
}

// control makes the clients of a document that has lost a member: what uses it
// no longer compiles, in each client. Then it runs the collections of documents
// that are wrong about the server.
func control(t *testing.T) promise.Result {
	var doc map[string]any
	if err := yaml.Unmarshal(api.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	schema := doc["components"].(map[string]any)["schemas"].(map[string]any)["NewCase"].(map[string]any)
	delete(schema["properties"].(map[string]any), "reason")
	schema["required"] = slices.DeleteFunc(schema["required"].([]any), func(name any) bool { return name == "reason" })
	b, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(compile(t, workshop(t, b)), "\n")
	var noticed []string
	for client, place := range map[string]string{"openapi-typescript": "journey.ts(", "hey-api": "uses.ts(10,",
		"orval fetch": "uses.ts(14,", "orval zod": "uses.ts(17,", "oapi-codegen": "journey.go:"} {
		if strings.Contains(said, place) {
			noticed = append(noticed, client)
		}
	}
	slices.Sort(noticed)
	run := misled(t)
	return promise.Result{Measured: "a lost member is an error of " + strings.Join(noticed, ", ") + "; " + run,
		Kept: len(noticed) < 5 || run != found}
}

// workshop is a copy of the folder with a document.
func workshop(t *testing.T, document []byte) string {
	t.Helper()
	from, err := filepath.Abs(clients)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(from, "node_modules", ".bin", "orval")); err != nil {
		if out, err := outputOf(from, "npm", "ci", "--silent", "--no-fund", "--no-audit"); err != nil {
			t.Fatal(out, err)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "tsconfig.json", "orval.config.mjs", "oapi-codegen.yaml",
		"journey.ts", "journey.mjs", "uses.ts", "journey.go", "go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(from, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "made", "client"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "openapi.yaml"), document, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// compile makes all clients in dir and says what does not compile.
func compile(t *testing.T, dir string) (wrong []string) {
	t.Helper()
	var mu sync.Mutex
	try := func(name string, args ...string) bool {
		_, err := outputOf(dir, name, args...)
		if err != nil {
			mu.Lock()
			wrong = append(wrong, err.Error())
			mu.Unlock()
		}
		return err == nil
	}
	var both sync.WaitGroup
	both.Go(func() { _ = try("npm", "run", "--silent", "generate") && try("npm", "run", "--silent", "check") })
	both.Go(func() {
		_ = try("go", "tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "openapi.yaml") &&
			try("go", "build", "-o", "journey", ".")
	})
	both.Wait()
	return wrong
}

// outputOf returns what a command wrote; the error has its complaint.
func outputOf(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%.4000s%.4000s", filepath.Base(name), err, out.String(),
			complaint.String())
	}
	return out.String(), nil
}

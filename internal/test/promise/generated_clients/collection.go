//go:build sabotage

package generated_clients

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

// served is the document as the server serves it, with the server's address.
func served(t *testing.T, s *apitest.Server) *openapi3.T {
	t.Helper()
	res, err := http.Get(s.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: s.URL}}
	return doc
}

// runCollection makes the Postman collection of a document in a workshop and
// lets newman send each request once.
func runCollection(t *testing.T, dir string, s *apitest.Server, doc *openapi3.T) []sent {
	t.Helper()
	b, err := doc.MarshalJSON()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "served.json"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := outputOf(dir, "npm", "run", "--silent", "collection"); err != nil {
		t.Fatal(out, err)
	}
	path := filepath.Join(dir, "collection.json")
	var collection map[string]any
	read(t, path, &collection)
	requests := prepare(t, collection, s, doc)
	if b, err = json.Marshal(collection); err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"run", path, "--reporters", "json", "--reporter-json-export", "report.json",
		"--suppress-exit-code"}
	s.Database.Exec(t, `update account set totp_step = 0`) // a code works once
	prober := probe.NewProber(s)
	for _, username := range probe.Accounts {
		args = append(args, "--env-var", username+"="+prober.Token(t, username))
	}
	if out, err := outputOf(dir, filepath.Join("node_modules", ".bin", "newman"), args...); err != nil {
		t.Fatal(out, err)
	}
	var report struct {
		Run struct {
			Executions []struct {
				Item     struct{ ID string }
				Response struct {
					Code   int
					Stream struct{ Data []byte }
				}
			}
		}
	}
	read(t, filepath.Join(dir, "report.json"), &report)
	out := make([]sent, 0, len(requests))
	for _, e := range report.Run.Executions {
		r := requests[e.Item.ID]
		r.status, r.body = e.Response.Code, e.Response.Stream.Data
		out = append(out, r)
	}
	if len(out) != len(requests) {
		t.Errorf("newman sent %d of %d requests", len(out), len(requests))
	}
	return out
}

// prepare does what a person does in Postman before a run: each request gets the
// token of an account that may send it and a fresh Idempotency-Key, and what
// would end the tokens is taken out. It also drops the examples of answers, which
// make newman slow, and returns the requests by their ids.
func prepare(t *testing.T, folder map[string]any, s *apitest.Server, doc *openapi3.T) map[string]sent {
	t.Helper()
	out := map[string]sent{}
	kept := []any{} // a folder without this list would count as a request
	for _, i := range folder["item"].([]any) {
		i := i.(map[string]any)
		request, ok := i["request"].(map[string]any)
		if !ok {
			for id, r := range prepare(t, i, s, doc) {
				out[id] = r
			}
			kept = append(kept, i)
			continue
		}
		r := requestOf(t, request, s, doc)
		if strings.Contains(r.path, "/sign-out") {
			continue
		}
		for _, h := range request["header"].([]any) {
			if h := h.(map[string]any); h["key"] == "Idempotency-Key" {
				h["value"] = "{{$guid}}"
			}
		}
		if r.as != "" {
			request["auth"] = map[string]any{"type": "bearer", "bearer": []any{
				map[string]any{"key": "token", "type": "string", "value": "{{" + r.as + "}}"}}}
		}
		delete(i, "response")
		kept = append(kept, i)
		out[i["id"].(string)] = r
	}
	folder["item"] = kept
	return out
}

// requestOf finds the operation of a request and who may call it.
func requestOf(t *testing.T, request map[string]any, s *apitest.Server, doc *openapi3.T) sent {
	t.Helper()
	r := sent{method: request["method"].(string), as: probe.Accounts[access.Koordinator]}
	for _, part := range request["url"].(map[string]any)["path"].([]any) {
		r.path += "/" + part.(string)
	}
	r.path = rest.Route{Path: r.path}.SpecPath()
	if p := doc.Paths.Value(r.path); p != nil {
		r.op = p.GetOperation(r.method)
	}
	if r.op == nil {
		t.Fatalf("the collection has %s %s, the document does not", r.method, r.path)
	}
	routes := s.App.Routes()
	if i := slices.IndexFunc(routes, func(known rest.Route) bool {
		return known.Method == r.method && known.SpecPath() == r.path
	}); i >= 0 {
		r.as = probe.Operation{Route: routes[i]}.Caller()
	}
	return r
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

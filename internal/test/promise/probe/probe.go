//go:build sabotage

// Package probe calls the whole API for the promises: every operation of the
// OpenAPI document, in every role, with the ids and bodies of a promise.
package probe

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
)

// Operation is one operation of the document with its line of the route table.
type Operation struct {
	ID    string
	Op    *openapi3.Operation
	Route rest.Route
}

// Operations are the operations of the document. It fails t where document and
// route table differ.
func Operations(t testing.TB, routes []rest.Route) []Operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var out []Operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			i := slices.IndexFunc(routes, func(r rest.Route) bool { return r.Method == method && r.SpecPath() == path })
			if i < 0 {
				t.Fatalf("%s %s is documented, but no route", method, path)
			}
			out = append(out, Operation{op.OperationID, op, routes[i]})
		}
	}
	slices.SortFunc(out, func(a, b Operation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Noun is the kind of the {id} in the path, "patients"; "" when the path has
// none.
func (o Operation) Noun() string {
	before, _, found := strings.Cut(o.Route.Path, "/:id")
	if !found {
		return ""
	}
	return before[strings.LastIndexByte(before, '/')+1:]
}

// Writes says whether the operation may change something.
func (o Operation) Writes() bool { return o.Route.Method != http.MethodGet }

// EndsSessions says whether the operation would end the probe's own sessions.
func (o Operation) EndsSessions() bool {
	return strings.Contains(o.Route.Path, "/sign-out") || o.ID == "endSession"
}

// Example is the body of the document's example; nil when the operation takes
// none in JSON.
func (o Operation) Example() map[string]any {
	if o.Op.RequestBody == nil {
		return nil
	}
	m := o.Op.RequestBody.Value.Content["application/json"]
	if m == nil {
		return nil
	}
	body, _ := m.Example.(map[string]any)
	return body
}

// Query are the names of the operation's query parameters.
func (o Operation) Query() []string {
	var out []string
	for _, p := range o.Op.Parameters {
		if p.Value.In == "query" {
			out = append(out, p.Value.Name)
		}
	}
	return out
}

// Members are the names of the members of a JSON answer, for ?fields=.
func (o Operation) Members() []string {
	for status, r := range o.Op.Responses.Map() {
		if status[0] != '2' || r.Value == nil {
			continue
		}
		if m := r.Value.Content["application/json"]; m != nil && m.Schema != nil {
			s := m.Schema.Value
			if data := s.Properties["data"]; data != nil && data.Value.Items != nil {
				s = data.Value.Items.Value
			}
			var out []string
			for name := range s.Properties {
				out = append(out, name)
			}
			slices.Sort(out)
			return out
		}
	}
	return nil
}

// Request is one call.
type Request struct {
	Op          Operation
	As          string // username; "" for nobody
	ID          string // fills {id}, and {code} and {list}
	Query       url.Values
	Body        []byte
	ContentType string // application/json when empty
	IfMatch     string // "1" when empty and needed
	Language    string
	Header      map[string]string
	Drop        []string // headers to leave out
}

// Answer is a complete answer.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Prober sends requests for accounts, each signed in once.
type Prober struct {
	*apitest.Server
	HTTP   *http.Client
	mu     sync.Mutex
	tokens map[string]string
}

// NewProber returns a prober of s. It checks answers against the contract only
// if its HTTP is changed.
func NewProber(s *apitest.Server) *Prober {
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tr.MaxIdleConnsPerHost = 32
	return &Prober{Server: s, HTTP: &http.Client{Transport: tr}, tokens: map[string]string{}}
}

// Token is an access token of an account.
func (p *Prober) Token(t testing.TB, username string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens[username] == "" && strings.HasPrefix(username, "machine.") {
		p.tokens[username] = p.machineToken(t, username)
	}
	if p.tokens[username] == "" {
		p.tokens[username] = p.As(t, username).Tokens().AccessToken
	}
	return p.tokens[username]
}

// Forget makes the next request of the account sign in again.
func (p *Prober) Forget(username string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tokens, username)
}

// Send calls the operation.
func (p *Prober) Send(t testing.TB, r Request) Answer {
	t.Helper()
	req := p.request(t, r)
	res, err := p.HTTP.Do(req)
	if err != nil {
		t.Error(err)
		return Answer{}
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return Answer{res.StatusCode, res.Header, b}
}

func (p *Prober) request(t testing.TB, r Request) *http.Request {
	t.Helper()
	path := r.Op.Route.Path
	for _, part := range strings.Split(path, "/") {
		switch {
		case part == ":n", part == ":number":
			path = strings.Replace(path, part, "1", 1)
		case strings.HasPrefix(part, ":"):
			path = strings.Replace(path, part, url.PathEscape(r.ID), 1)
		}
	}
	if len(r.Query) > 0 {
		path += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(context.Background(), r.Op.Route.Method, p.URL+path, bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	h := req.Header
	if r.Op.Writes() {
		h.Set("Content-Type", "application/json")
		if r.ContentType != "" {
			h.Set("Content-Type", r.ContentType)
		}
	}
	if r.As != "" {
		h.Set("Authorization", "Bearer "+p.Token(t, r.As))
	}
	if r.Op.Route.TakesKey() {
		h.Set("Idempotency-Key", uuid.NewString())
	}
	if r.Op.Route.NeedsIfMatch() {
		h.Set("If-Match", `"1"`)
		if r.IfMatch != "" {
			h.Set("If-Match", r.IfMatch)
		}
	}
	if r.Language != "" {
		h.Set("Accept-Language", r.Language)
	}
	for k, v := range r.Header {
		h.Set(k, v)
	}
	for _, k := range r.Drop {
		h.Del(k)
	}
	return req
}

// Accounts has an account of each role that signs in, in puskesmas Uren.
var Accounts = map[auth.Role]string{
	access.DinkesAdmin: "dinkes.admin", access.DinkesAnalyst: "dinkes.analis",
	access.Kepala: "kepala.uren", access.Koordinator: "koordinator.uren", access.Petugas: "petugas1.uren",
}

// Caller is an account that may call the operation; "" for a public one.
func (o Operation) Caller() string {
	for _, r := range o.Route.By {
		if Accounts[r] != "" {
			return Accounts[r]
		}
	}
	return ""
}

// Each runs f over the items, a few at a time.
func Each[T any](items []T, f func(T)) {
	var wg sync.WaitGroup
	next := make(chan T)
	for range 6 {
		wg.Go(func() {
			for x := range next {
				f(x)
			}
		})
	}
	for _, x := range items {
		next <- x
	}
	close(next)
	wg.Wait()
}

package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// accounts has one account of every role that signs in.
var accounts = map[auth.Role]string{
	access.DinkesAdmin: "dinkes.admin", access.DinkesAnalyst: "dinkes.analis",
	access.Kepala: "kepala.uren", access.Koordinator: "koordinator.uren", access.Petugas: "petugas1.uren",
}

type sweep struct {
	server *apitest.Server
	tokens map[auth.Role]string
}

func newSweep(t *testing.T) *sweep {
	t.Helper()
	s := &sweep{apitest.New(t), map[auth.Role]string{}}
	s.signIn(t)
	return s
}

func (s *sweep) signIn(t *testing.T) {
	t.Helper()
	for role, name := range accounts {
		s.tokens[role] = s.server.As(t, name).Tokens().AccessToken
	}
}

// request is one call of a route in which everything is right except what the
// test changes.
type request struct {
	role  auth.Role // none: no token
	body  string
	query string
	set   map[string]string
	drop  []string
}

func (s *sweep) do(t *testing.T, r rest.Route, in request) (int, homecare.Problem) {
	t.Helper()
	path := r.Path
	for _, part := range strings.Split(r.Path, "/") {
		switch {
		case part == ":n", part == ":number":
			path = strings.Replace(path, part, "1", 1)
		case part == ":id" || strings.HasSuffix(part, "_id"):
			path = strings.Replace(path, part, uuid.NewString(), 1)
		case strings.HasPrefix(part, ":"):
			path = strings.Replace(path, part, "unknown", 1)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), r.Method, s.server.URL+path+in.query,
		strings.NewReader(in.body))
	if err != nil {
		t.Fatal(err)
	}
	if in.role != "" {
		req.Header.Set("Authorization", "Bearer "+s.tokens[in.role])
	}
	req.Header.Set("Content-Type", "application/json")
	if r.TakesKey() {
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if r.NeedsIfMatch() {
		req.Header.Set("If-Match", `"1"`)
	}
	for k, v := range in.set {
		req.Header.Set(k, v)
	}
	for _, k := range in.drop {
		req.Header.Del(k)
	}
	res, err := s.server.HTTP(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p homecare.Problem
	if res.StatusCode >= 400 {
		if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" || json.Unmarshal(b, &p) != nil ||
			p.Code == "" || p.TraceID == "" || p.Detail == "" {
			t.Errorf("%s %s answers %d without a problem: %s", r.Method, r.Path, res.StatusCode, b)
		}
	}
	return res.StatusCode, p
}

func allowed(r rest.Route) auth.Role {
	for _, role := range r.By {
		if accounts[role] != "" {
			return role
		}
	}
	return ""
}

// TestSweep walks every route of the table and checks what all have in common.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	routes := s.server.App.Routes()
	if len(routes) < 30 {
		t.Fatalf("only %d routes", len(routes))
	}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		if r.Flags.Has(rest.Public) {
			continue
		}
		if st, p := s.do(t, r, request{}); st != 401 || p.Code != "auth.required" {
			t.Errorf("%s without a token: %d %s", name, st, p.Code)
		}
		if st, p := s.do(t, r, request{set: map[string]string{"Authorization": "Bearer x.y.z"}}); st != 401 ||
			p.Code != "auth.token" {
			t.Errorf("%s with a wrong token: %d %s", name, st, p.Code)
		}
		for role := range accounts {
			if st, p := s.do(t, r, request{role: role}); (st == 403) == slices.Contains(r.By, role) &&
				p.Code == "auth.forbidden" || st == 403 && slices.Contains(r.By, role) {
				t.Errorf("%s by %s: %d %s", name, role, st, p.Code)
			} else if !slices.Contains(r.By, role) && st != 403 {
				t.Errorf("%s by %s, who may not: %d %s", name, role, st, p.Code)
			}
		}
		if strings.Contains(r.Path, "sign-out") {
			s.signIn(t) // the call just ended every session
			continue
		}
		s.malformed(t, r, name)
	}
}

func (s *sweep) malformed(t *testing.T, r rest.Route, name string) {
	role := allowed(r)
	if role == "" {
		t.Errorf("%s: no test account may call it", name)
		return
	}
	if r.NeedsKey() {
		if st, p := s.do(t, r, request{role: role, drop: []string{"Idempotency-Key"}}); st != 400 ||
			p.Code != "idempotency.key_missing" {
			t.Errorf("%s without an Idempotency-Key: %d %s", name, st, p.Code)
		}
	}
	if st, p := s.do(t, r, request{role: role, set: map[string]string{"Idempotency-Key": "pendek"}}); (st == 400 &&
		p.Code == "idempotency.key_form") != r.TakesKey() {
		t.Errorf("%s with a short Idempotency-Key: %d %s", name, st, p.Code)
	}
	if r.NeedsIfMatch() {
		if st, p := s.do(t, r, request{role: role, drop: []string{"If-Match"}}); st != 428 ||
			p.Code != "if_match.missing" {
			t.Errorf("%s without If-Match: %d %s", name, st, p.Code)
		}
		if st, p := s.do(t, r, request{role: role, set: map[string]string{"If-Match": "three"}}); st != 400 ||
			p.Code != "if_match.unreadable" {
			t.Errorf("%s with a strange If-Match: %d %s", name, st, p.Code)
		}
	}
	if st, p := s.do(t, r, request{role: role, query: "?no_such_parameter=1"}); st != 422 ||
		!slices.ContainsFunc(p.Errors, func(f homecare.ProblemField) bool { return f.Code == "unknown" }) {
		t.Errorf("%s with an unknown parameter: %d %s", name, st, p.Code)
	}
	if r.Method == http.MethodGet || r.Method == http.MethodDelete {
		below := strings.Contains(r.Path, "/:id") // a list of an unknown record is not found, whatever its cursor
		if st, _ := s.do(t, r, request{role: role, query: "?cursor=AAAA"}); st != 400 && st != 422 &&
			(st != 404 || !below) {
			t.Errorf("%s with a made-up cursor: %d", name, st)
		}
		if strings.Contains(r.Path, "/:id") {
			if st, p := s.do(t, r, request{role: role}); st != 404 || p.Code != "record.not_found" {
				t.Errorf("%s with an unknown id: %d %s", name, st, p.Code)
			}
		}
		return
	}
	for _, c := range []struct {
		body string
		want []int
	}{
		{"{", []int{400, 415}},
		{`{"a":1,"a":2}`, []int{400, 415, 422}},
		{"{\"\xff\":1}", []int{400, 415}},
		{`{"no_such_field":1}`, []int{400, 415, 422}},
		{`[1]`, []int{400, 415, 422}},
		{strings.Repeat(" ", rest.UploadLimit+1), []int{413}},
	} {
		if len(c.body) > 100 && !strings.HasPrefix(r.Path, "/v1/auth") && r.Path != "/v1/reports" {
			continue // 20 MB per route proves nothing more
		}
		if st, p := s.do(t, r, request{role: role, body: c.body}); !slices.Contains(c.want, st) {
			t.Errorf("%s with the body %.30q: %d %s", name, c.body, st, p.Code)
		}
	}
	if st, _ := s.do(t, r, request{role: role, body: `{"a":1}`,
		set: map[string]string{"Content-Type": "text/plain"}}); st != 415 && st != 400 {
		t.Errorf("%s as text/plain: %d", name, st)
	}
}

// TestDatabaseAway: while the database is unavailable every route answers 503
// with advice, and works again when it is back.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	s.server.Database.ExecElsewhere(t, `alter database `+s.server.Database.Name+` with allow_connections false`)
	s.server.Database.ExecElsewhere(t, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '`+
		s.server.Database.Name+`'`)
	tried := 0
	for _, r := range s.server.App.Routes() {
		if r.Method != http.MethodGet || r.Flags.Has(rest.Public) || strings.Contains(r.Path, ":") ||
			r.Path == "/v1/risk-codes" || r.Path == "/v1/instruments" {
			continue // the risk codes and instruments are part of the program
		}
		tried++
		if st, p := s.do(t, r, request{role: allowed(r)}); st != 422 && (st != 503 || !p.Retryable) {
			t.Errorf("%s without a database: %d %s", r.Path, st, p.Code)
		}
	}
	if tried < 5 {
		t.Fatalf("only %d routes tried", tried)
	}
	s.server.Database.ExecElsewhere(t, `alter database `+s.server.Database.Name+` with allow_connections true`)
	for range 50 {
		if st, _ := s.do(t, rest.Route{Method: "GET", Path: "/v1/puskesmas", By: access.Roles},
			request{role: access.Petugas}); st == 200 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the service did not come back with the database")
}

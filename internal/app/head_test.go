package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
)

// answered is one answer to a request without a body.
func answered(t *testing.T, s *apitest.Server, method, path, token string, set map[string]string) (int, http.Header,
	[]byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for k, v := range set {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, b
}

// TestHead: HEAD is answered wherever GET is, with the same status and headers and
// without a body, and to the same roles.
func TestHead(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	asked := 0
	for _, r := range s.server.App.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		path := strings.NewReplacer(":id", uuid.NewString(), ":list", "data_source", ":n", "1", ":code",
			"kspr").Replace(r.Path)
		for _, token := range []string{"", s.tokens[allowed(r)]} {
			asked++
			st, want, body := answered(t, s.server, "GET", path, token, nil)
			got, head, none := answered(t, s.server, "HEAD", path, token, nil)
			if got != st || len(none) != 0 {
				t.Errorf("HEAD %s: %d with %d bytes, GET %d", path, got, len(none), st)
			}
			for _, h := range []string{"ETag", "Content-Type", "Cache-Control", "Content-Length", "WWW-Authenticate"} {
				same := head.Get(h) == want.Get(h)
				if h == "Content-Length" { // a problem names its trace, and a short body needs no header
					same = st != 200 || head.Get(h) == "" || len(body) > 0 && head.Get(h) == want.Get(h)
				}
				if !same {
					t.Errorf("HEAD %s: %s %q, GET %q", path, h, head.Get(h), want.Get(h))
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d requests", asked)
	}
}

// TestHeadOfARecord: who asks for the headers of a record saw the record, for the
// access log.
func TestHeadOfARecord(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	p := apitest.Register(t, c, "Orang Contoh", "")
	token := c.Tokens().AccessToken
	st, head, _ := answered(t, s, "HEAD", "/v1/patients/"+p.ID, token, nil)
	if st != 200 || head.Get("ETag") != `"1"` || head.Get("Cache-Control") != "no-store" {
		t.Fatalf("HEAD: %d %v", st, head)
	}
	if err := s.App.Access.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, log := answered(t, s, "GET", "/v1/patients/"+p.ID+"/access-log", token, nil)
	if !strings.Contains(string(log), "GET /v1/patients/{id}") {
		t.Errorf("not in the access log: %s", log)
	}
	if st, _, _ := answered(t, s, "HEAD", "/v1/patients/"+p.ID, s.As(t, "dinkes.admin").Tokens().AccessToken,
		nil); st != 403 {
		t.Errorf("HEAD by Dinkes: %d", st)
	}
}

package rest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type sent struct {
	method, path, body string
	headers            map[string]string
}

// send makes a raw request, without the SDK and without Go's own gzip.
func send(t *testing.T, s *apitest.Server, token string, c sent) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Accept-Encoding", "identity")
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.method == http.MethodPost {
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	for k, v := range c.headers {
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
	return res, b
}

func problem(t *testing.T, b []byte) homecare.Problem {
	t.Helper()
	var p homecare.Problem
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("no problem: %s", b)
	}
	return p
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.CORSOrigins = "https://app.example" }))
	token := s.As(t, "koordinator.uren").Tokens().AccessToken

	res, plain := send(t, s, token, sent{method: "GET", path: "/v1/villages"})
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cache-Control": "private, no-cache"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(res.Header.Get("X-Request-Id")) != 32 || res.Header.Get("Content-Security-Policy") == "" ||
		res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("headers: %v", res.Header)
	}

	// gzip, when the client asks
	res, packed := send(t, s, token, sent{method: "GET", path: "/v1/villages",
		headers: map[string]string{"Accept-Encoding": "gzip"}})
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("gzip: %v, %v", err, res.Header)
	}
	if unpacked, err := io.ReadAll(z); err != nil || !bytes.Equal(unpacked, plain) || len(packed) > len(plain)/4 {
		t.Errorf("gzip: %d bytes of %d, %v", len(packed), len(plain), err)
	}

	// 304 on reference data
	tag := res.Header.Get("ETag")
	if res, b := send(t, s, token, sent{method: "GET", path: "/v1/villages",
		headers: map[string]string{"If-None-Match": tag}}); tag == "" || res.StatusCode != 304 || len(b) != 0 {
		t.Errorf("If-None-Match %s: %d, %d bytes", tag, res.StatusCode, len(b))
	}
	// a person's record is never kept
	if res, _ := send(t, s, token, sent{method: "GET", path: "/v1/patients"}); res.Header.Get("Cache-Control") !=
		"no-store" {
		t.Errorf("patients: %q", res.Header.Get("Cache-Control"))
	}

	// fields from an allow-list
	_, b := send(t, s, token, sent{method: "GET", path: "/v1/puskesmas?fields=slug"})
	if !bytes.HasPrefix(b, []byte(`{"data":[{"slug":"paringin"},`)) {
		t.Errorf("fields=slug: %.80s", b)
	}
	if res, b := send(t, s, token, sent{method: "GET", path: "/v1/puskesmas?fields=slug,secret"}); res.StatusCode !=
		422 || problem(t, b).Errors[0].Pointer != "query/fields" {
		t.Errorf("an unknown field: %d %s", res.StatusCode, b)
	}

	// a browser of an allowed origin, and one of another
	preflight := map[string]string{"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
	if res, _ := send(t, s, "", sent{method: "OPTIONS", path: "/v1/patients", headers: preflight}); res.Header.Get(
		"Access-Control-Allow-Origin") != "https://app.example" {
		t.Errorf("preflight: %v", res.Header)
	}
	preflight["Origin"] = "https://elsewhere.example"
	if res, _ := send(t, s, "", sent{method: "OPTIONS", path: "/v1/patients", headers: preflight}); res.Header.Get(
		"Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight of a stranger: %v", res.Header)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	token := s.As(t, "koordinator.uren").Tokens().AccessToken
	report := `{"programme":"homecare_sanggam","month":"2026-11"`
	for _, c := range []struct {
		name   string
		call   sent
		status int
		code   string
		field  string // pointer and code of the first field
	}{
		{"no such address", sent{method: "GET", path: "/v1/nothing"}, 404, "route.not_found", ""},
		{"another method", sent{method: "PUT", path: "/v1/reports"}, 405, "route.method", ""},
		{"cut JSON", sent{method: "POST", path: "/v1/reports", body: report}, 400, "body.unreadable", ""},
		{"a key twice", sent{method: "POST", path: "/v1/reports", body: report + `,"month":"2026-10"}`}, 400,
			"body.duplicate_key", ""},
		{"broken UTF-8", sent{method: "POST", path: "/v1/reports", body: report + ",\"note\":\"\xff\"}"}, 400,
			"body.unreadable", ""},
		{"an unknown member", sent{method: "POST", path: "/v1/reports", body: report + `,"puskesmas_id":5}`}, 422,
			"request.invalid", "/puskesmas_id unknown"},
		{"a wrong type", sent{method: "POST", path: "/v1/reports", body: `{"programme":7}`}, 422, "request.invalid",
			"/programme type"},
		{"a member in other case", sent{method: "POST", path: "/v1/reports", body: report + `,"Note":"x"}`}, 422,
			"request.invalid", "/Note unknown"},
		{"a missing member", sent{method: "POST", path: "/v1/reports", body: `{"programme":"kupinang"}`}, 422,
			"request.invalid", "/month required"},
		{"no such month", sent{method: "POST", path: "/v1/reports", body: `{"programme":"kupinang","month":"2026-13"}`},
			422, "request.invalid", "/month month"},
		{"not JSON", sent{method: "POST", path: "/v1/reports", body: report + "}",
			headers: map[string]string{"Content-Type": "text/plain"}}, 415, "body.content_type", ""},
		{"no key", sent{method: "POST", path: "/v1/reports", body: report + "}",
			headers: map[string]string{"Idempotency-Key": ""}}, 400, "idempotency.key_missing", ""},
		{"too large", sent{method: "POST", path: "/v1/reports", body: strings.Repeat(" ", 1<<20) + report + "}"}, 413,
			"body.too_large", ""},
		{"a parameter twice", sent{method: "GET", path: "/v1/reports?month=2026-11&month=2026-10"}, 422,
			"request.invalid", "query/month repeated"},
		{"a limit past the most", sent{method: "GET", path: "/v1/reports?limit=501"}, 422, "request.invalid",
			"query/limit max"},
		{"a limit that is none", sent{method: "GET", path: "/v1/reports?limit=many"}, 422, "request.invalid",
			"query/limit type"},
		{"a limit of nothing", sent{method: "GET", path: "/v1/reports?limit=0"}, 422, "request.invalid",
			"query/limit min"},
		{"a loose boolean", sent{method: "GET", path: "/v1/visits?mine=1"}, 422, "request.invalid", "query/mine type"},
		{"fields of a file", sent{method: "GET", path: "/v1/reports/" + uuid.NewString() + "/pdf?fields=id"}, 422,
			"request.invalid", "query/fields unknown"},
		{"a body that the route does not take", sent{method: "POST", path: "/v1/reports/" + uuid.NewString() +
			"/submit",
			body: `{"x":1}`, headers: map[string]string{"If-Match": `"1"`}}, 422, "request.invalid", "/x unknown"},
		{"an empty id", sent{method: "GET", path: "/v1/reports//pdf"}, 404, "record.not_found", ""},
		{"a made-up cursor", sent{method: "GET", path: "/v1/reports?cursor=AAAA"}, 400, "cursor.invalid", ""},
		{"an id that is none", sent{method: "GET", path: "/v1/reports/7"}, 404, "record.not_found", ""},
	} {
		res, b := send(t, s, token, c.call)
		p := problem(t, b)
		field := ""
		if len(p.Errors) > 0 {
			field = p.Errors[0].Pointer + " " + p.Errors[0].Code
		}
		if res.StatusCode != c.status || p.Code != c.code || field != c.field ||
			res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s %q, want %d %s %q", c.name, res.StatusCode, p.Code, field, c.status, c.code, c.field)
		}
		// the same in English, with another text
		if c.call.headers == nil {
			c.call.headers = map[string]string{}
		}
		c.call.headers["Accept-Language"] = "en"
		res, b = send(t, s, token, c.call)
		if en := problem(t, b); en.Detail == p.Detail || en.Title == p.Title ||
			res.Header.Get("Content-Language") != "en" {
			t.Errorf("%s: not in English: %s", c.name, en.Detail)
		}
	}
}

// TestPathParameters: whatever stands where a path has a parameter, no route fails.
func TestPathParameters(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	tokens := map[auth.Role]string{}
	for role, name := range map[auth.Role]string{access.Petugas: "petugas1.uren",
		access.Koordinator: "koordinator.uren",
		access.Kepala:      "kepala.uren", access.DinkesAdmin: "dinkes.admin", access.DinkesAnalyst: "dinkes.analis"} {
		tokens[role] = s.As(t, name).Tokens().AccessToken
	}
	asked := 0
	for _, r := range s.App.Routes() {
		steps := strings.Split(r.Path, "/")
		for i, step := range steps {
			if !strings.HasPrefix(step, ":") {
				continue
			}
			for _, value := range []string{"", "abc", "0", "%00", "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"} {
				path := slices.Clone(steps)
				for j := range path {
					if strings.HasPrefix(path[j], ":") {
						path[j] = "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"
					}
				}
				path[i] = value
				for role, token := range tokens {
					if !slices.Contains(r.By, role) {
						continue
					}
					c := sent{method: r.Method, path: strings.Join(path, "/"),
						headers: map[string]string{"If-Match": `"1"`}}
					if r.Method != http.MethodGet {
						c.body = "{}"
					}
					res, b := send(t, s, token, c)
					if asked++; res.StatusCode >= 500 || value == "" && res.StatusCode < 400 {
						t.Errorf("%s %s as %s: %d %s", r.Method, c.path, role, res.StatusCode, b)
					}
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d requests", asked)
	}
}

func TestCursorIsSealed(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	for range 3 {
		if err := c.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/patients",
			Body: homecare.NewPatient{Name: "Orang Contoh", Sex: "male", BirthDate: "1950-02-03"}}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := c.Patients(t.Context(), map[string][]string{"limit": {"2"}})
	if err != nil || len(first.Data) != 2 || first.NextCursor == "" {
		t.Fatalf("first page: %+v, %v", first, err)
	}
	path := "/v1/patients?limit=2&cursor="
	mine, others := c.Tokens().AccessToken, s.As(t, "petugas1.uren").Tokens().AccessToken
	flipped := []byte(first.NextCursor)
	flipped[len(flipped)/2] ^= 1
	for _, x := range []struct {
		name, token, path string
		status            int
	}{
		{"mine", mine, path + first.NextCursor, 200},
		{"of a colleague", others, path + first.NextCursor, 400},
		{"changed", mine, path + string(flipped), 400},
		{"of another list", mine, "/v1/cases?cursor=" + first.NextCursor, 400},
		{"with another filter", mine, "/v1/patients?limit=2&sex=male&cursor=" + first.NextCursor, 400},
	} {
		if res, b := send(t, s, x.token, sent{method: "GET", path: x.path}); res.StatusCode != x.status {
			t.Errorf("a cursor %s: %d %s", x.name, res.StatusCode, b)
		}
	}
}

package apitest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	aUUID   = "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"
	session = `{"data":[{"id":"` + aUUID + `","device_id":"` + aUUID +
		`","created_at":"2026-01-15T02:30:00Z","renewed_at":"2026-01-15T02:30:00Z","expires_at":"2026-02-15T02:30:00.123456+08:00","current":true,"version":1}]}`
	problem = `{"type":"/problems/auth.required","title":"Belum masuk","status":401,"detail":"x","instance":"/v1/sessions","code":"auth.required","retryable":false,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}`
	signIn  = `{"username":"a","password":"b"}`
	tokens  = `{"access_token":"a","refresh_token":"b","expires_in":600,"token_type":"Bearer","device_id":"` + aUUID +
		`","second_factor_required":false}`
)

// exchanges are answers that keep the contract (broken empty) and answers that
// break it in one way each; broken is the expected message of Check.
var exchanges = []struct {
	name, method, path, sent string
	status                   int
	contentType, body        string
	broken                   string
}{
	{"a list", "GET", "/v1/sessions", "", 200, "application/json; charset=utf-8", session, ""},
	{"chosen fields", "GET", "/v1/sessions?fields=id", "", 200, "application/json", `{"data":[{"id":"` + aUUID + `"}]}`,
		""},
	{"a problem", "GET", "/v1/sessions", "", 401, "application/problem+json", problem, ""},
	{"no content", "DELETE", "/v1/sessions/" + aUUID, "", 204, "", "", ""},
	{"not modified", "GET", "/.well-known/jwks.json", "", 304, "", "", ""},
	{"an unknown address", "GET", "/v1/nothing", "", 404, "application/problem+json", problem, ""},
	{"an unknown method", "PUT", "/v1/sessions", "", 405, "application/problem+json", problem, ""},
	{"the documentation", "GET", "/docs", "", 200, "text/html", "<html>", ""},
	{"a sign-in", "POST", "/v1/auth/login", signIn, 200, "application/json", tokens, ""},

	{"an extra field", "GET", "/v1/sessions", "", 200, "application/json", strings.Replace(session, `"current"`,
		`"leak":1,"current"`, 1), `"leak" is unsupported`},
	{"an extra field of a chosen answer", "GET", "/v1/sessions?fields=id", "", 200, "application/json",
		`{"data":[{"leak":1}]}`, `"leak" is unsupported`},
	{"a missing field", "GET", "/v1/sessions", "", 200, "application/json",
		strings.Replace(session, `"device_id":"`+aUUID+`",`, "", 1), `"device_id" is missing`},
	{"a null list", "GET", "/v1/sessions", "", 200, "application/json", `{"data":null}`, "not nullable"},
	{"a wrong type", "GET", "/v1/sessions", "", 200, "application/json", strings.Replace(session, `true`, `"yes"`, 1),
		"must be a boolean"},
	{"no UUID", "GET", "/v1/sessions", "", 200, "application/json", strings.Replace(session, aUUID, "17", 1), "uuid"},
	{"no time", "GET", "/v1/sessions", "", 200, "application/json", strings.Replace(session, "2026-01-15T02:30:00Z",
		"15 January", 1), "date-time"},
	{"a wrong status", "GET", "/v1/sessions", "", 201, "application/json", session, "status 201 is not documented"},
	{"an undocumented failure", "GET", "/v1/sessions", "", 418, "application/problem+json", problem,
		"status 418 is not documented"},
	{"a wrong content type", "GET", "/v1/sessions", "", 200, "text/html", session, "text/html is not documented"},
	{"a problem as plain JSON", "GET", "/v1/sessions", "", 401, "application/json", problem,
		"application/json is not documented"},
	{"no content type", "GET", "/v1/sessions", "", 200, "", session, "Content-Type"},
	{"a problem of another shape", "GET", "/v1/sessions", "", 401, "application/problem+json",
		`{"message":"Unauthorized"}`, "is missing"},
	{"a body where there is none", "DELETE", "/v1/sessions/" + aUUID, "", 204, "application/json", `{}`,
		"none is documented"},
	{"an operation without documentation", "GET", "/v1/secret", "", 200, "application/json", `{}`, "no such operation"},
	{"an unknown address without a problem", "GET", "/v1/nothing", "", 404, "text/plain", "no", "text/plain"},
	{"an accepted body the document refuses", "POST", "/v1/auth/login", `{"username":"a","password":"b","admin":true}`,
		200, "application/json", tokens, `"admin" is unsupported`},
}

func TestContract(t *testing.T) {
	c, err := PublishedContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range exchanges {
		t.Run(x.name, func(t *testing.T) {
			req := httptest.NewRequest(x.method, "http://127.0.0.1:8080"+x.path, strings.NewReader(x.sent))
			req.Header.Set("Content-Type", "application/json")
			header := http.Header{"X-Request-Id": {"4bf92f3577b34da6a3ce929d0e0e4736"}}
			if x.contentType != "" {
				header.Set("Content-Type", x.contentType)
			}
			err := c.Check(req, []byte(x.sent), x.status, header, []byte(x.body))
			switch {
			case x.broken == "" && err != nil:
				t.Errorf("refused what keeps the contract: %v", err)
			case x.broken != "" && err == nil:
				t.Error("let a broken contract pass")
			case x.broken != "" && !strings.Contains(err.Error(), x.broken):
				t.Errorf("said %q, want %q", err, x.broken)
			}
		})
	}
}

// recorder takes the failures that a transport reports.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Errorf(string, ...any) { r.failures++ }

func TestContractTransport(t *testing.T) {
	c, err := PublishedContract()
	if err != nil {
		t.Fatal(err)
	}
	answer := session
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	defer srv.Close()
	seen := &recorder{TB: t}
	client := &http.Client{Transport: c.Transport(seen, nil)}
	for _, want := range []int{0, 1} {
		res, err := client.Get(srv.URL + "/v1/sessions")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || string(b) != answer {
			t.Errorf("the body did not come through: %q, %v", b, err)
		}
		if seen.failures != want {
			t.Errorf("answer %s: %d failures, want %d", answer, seen.failures, want)
		}
		answer = `{"data":[],"leak":1}`
	}
}

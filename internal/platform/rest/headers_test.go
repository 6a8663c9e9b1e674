package rest_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestTokenOfAnotherTenant: a token with our own signature for a puskesmas
// other than the membership's opens no route and causes no internal error.
func TestTokenOfAnotherTenant(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, username := range []string{"koordinator.uren", "dinkes.admin"} {
		p, err := s.App.Tokens.Verify(t.Context(), s.As(t, username).Tokens().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		gone := p
		gone.SessionID = uuid.NewString()
		forgeries := []auth.Principal{gone}
		for _, puskesmas := range []int16{-1, -32768, 0, 5, 999, 10000, 32767} {
			if other := p; puskesmas != p.PuskesmasID {
				other.PuskesmasID = puskesmas
				forgeries = append(forgeries, other)
			}
		}
		for _, forged := range forgeries {
			token, err := s.App.Tokens.Issue(forged, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range s.App.Routes() {
				if r.Flags.Has(rest.Public) {
					continue
				}
				path := r.Path
				for _, part := range strings.Split(path, "/") {
					if strings.HasPrefix(part, ":") {
						path = strings.Replace(path, part, uuid.NewString(), 1)
					}
				}
				res, _ := send(t, s, token, sent{method: r.Method, path: path, body: "{}",
					headers: map[string]string{"If-Match": `"1"`}})
				plain := r.Method == http.MethodGet && !strings.Contains(r.Path, ":")
				if res.StatusCode < 400 || res.StatusCode >= 500 || plain && res.StatusCode == http.StatusNotFound {
					t.Errorf("%s with puskesmas %d: %s %s is answered %d", username, forged.PuskesmasID, r.Method,
						r.Path, res.StatusCode)
				}
			}
		}
	}
}

// TestHeaders: what a header may hold, how often, and what none may do.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	users, err := kepala.Users(t.Context(), nil)
	if err != nil || len(users.Data) == 0 {
		t.Fatal(err)
	}
	nurse := users.Data[slices.IndexFunc(users.Data, func(u homecare.User) bool {
		return u.Username == "petugas1.uren"
	})]
	token, id := kepala.Tokens().AccessToken, "/v1/users/"+nurse.ID
	type headers map[string][]string
	bearer := headers{"Authorization": {"Bearer " + token}}
	with := func(name string, values ...string) headers {
		return headers{"Authorization": {"Bearer " + token}, name: values}
	}
	noise := strings.Repeat("a,", 12_000)
	version := fmt.Sprintf(`"%d"`, nurse.Version)
	patch := func(values ...string) headers {
		h := with("If-Match", values...)
		h["Content-Type"] = []string{"application/json"}
		return h
	}
	for _, c := range []struct {
		name, method, path string
		headers            headers
		status             int
		code               string
	}{
		{"scheme in lower case", "GET", "/v1/me", headers{"Authorization": {"bearer " + token}}, 200, ""},
		{"scheme in upper case", "GET", "/v1/me", headers{"Authorization": {"BEARER " + token}}, 200, ""},
		{"two blanks", "GET", "/v1/me", headers{"Authorization": {"Bearer   " + token}}, 200, ""},
		{"no blank", "GET", "/v1/me", headers{"Authorization": {"Bearer" + token}}, 401, "auth.required"},
		{"another scheme", "GET", "/v1/me", headers{"Authorization": {"Basic " + token}}, 401, "auth.required"},
		{"scheme alone", "GET", "/v1/me", headers{"Authorization": {"Bearer"}}, 401, "auth.required"},
		{"the same token twice", "GET", "/v1/me", headers{"Authorization": {"Bearer " + token, "Bearer " + token}}, 401,
			"auth.token"},
		{"a good token after a bad one", "GET", "/v1/me", headers{"Authorization": {"Bearer x", "Bearer " + token}},
			401, "auth.token"},
		{"a good token before a bad one", "GET", "/v1/me", headers{"Authorization": {"Bearer " + token, "Bearer x"}},
			401, "auth.token"},
		{"two in one line", "GET", "/v1/me", headers{"Authorization": {"Bearer " + token + ", Bearer " + token}}, 401,
			"auth.token"},
		{"a long token", "GET", "/v1/me", headers{"Authorization": {"Bearer " + noise}}, 401, "auth.token"},
		{"a token in the address", "GET", "/v1/me?access_token=" + token, headers{}, 401, "auth.required"},
		{"many languages", "GET", "/v1/me", with("Accept-Language", noise), 200, ""},
		{"many codings", "GET", "/v1/villages", with("Accept-Encoding", strings.Repeat("a;q=0.1,", 3000)), 200, ""},
		{"many tags", "GET", "/v1/villages", with("If-None-Match", strings.Repeat(`"a",`, 6000)), 200, ""},
		{"a range", "GET", "/v1/me", with("Range", "bytes=0-3"), 200, ""},
		{"many ranges", "GET", "/docs", with("Range", "bytes="+strings.Repeat("0-,", 5000)), 0, ""},
		{"method override", "GET", id, with("X-HTTP-Method-Override", "PATCH"), 200, ""},
		{"method override of a POST", "POST", "/v1/me", with("X-HTTP-Method-Override", "GET"), 405, ""},
		{"forwarded by a stranger", "GET", "/v1/me", with("X-Forwarded-For", strings.Repeat("10.0.0.1, ", 2000)), 200,
			""},
		{"weak tag", "PATCH", id, patch("W/" + version), 400, "if_match.unreadable"},
		{"another tag of the same number", "PATCH", id, patch(`"0` + strings.Trim(version, `"`) + `"`), 400,
			"if_match.unreadable"},
		{"two tags", "PATCH", id, patch(version + `, "99"`), 400, "if_match.unreadable"},
		{"two lines of tags", "PATCH", id, patch(version, `"99"`), 400, "if_match.unreadable"},
		{"any tag", "PATCH", id, patch("*"), 400, "if_match.unreadable"},
		{"tag without quotes", "PATCH", id, patch(strings.Trim(version, `"`)), 400, "if_match.unreadable"},
		{"two keys", "POST", "/v1/users", with("Idempotency-Key", "kunci-satu", "kunci-dua"), 400,
			"idempotency.key_form"},
		{"two types", "PATCH", id, headers{"Authorization": bearer["Authorization"], "If-Match": {version},
			"Content-Type": {"application/json", "text/plain"}}, 415, "body.content_type"},
		{"headers larger than the server reads", "GET", "/v1/me", with("X-Noise", strings.Repeat("a", 2<<20)), 431, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range c.headers {
			req.Header[name] = values
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		b, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if c.status == 0 {
			if res.StatusCode >= 500 || len(b) > 1<<20 {
				t.Errorf("%s: %d, %d bytes", c.name, res.StatusCode, len(b))
			}
			continue
		}
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %.200s", c.name, res.StatusCode, c.status, b)
		}
		if c.code != "" && res.StatusCode == c.status && problem(t, b).Code != c.code {
			t.Errorf("%s: %s, want %s", c.name, problem(t, b).Code, c.code)
		}
	}
	// Nothing of it changed the account.
	if u, err := kepala.User(t.Context(), nurse.ID); err != nil || u.Version != nurse.Version {
		t.Errorf("%+v, %v", u, err)
	}
}

package rest_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// Which request pays from which quota. The bearer token of the fake
// authenticator is "account@puskesmas".
func TestLimits(t *testing.T) {
	t.Parallel()
	fine := rest.Handle(http.StatusOK, func(context.Context, call.None) (call.None, error) { return call.None{}, nil })
	by := []auth.Role{access.Petugas}
	routes := []rest.Route{
		{Method: "GET", Path: "/v1/cases/:id", By: by, Handler: fine},
		{Method: "GET", Path: "/v1/cases", By: by, Handler: fine},
		{Method: "POST", Path: "/v1/cases", By: by, Handler: fine, Flags: rest.NoKey},
		{Method: "POST", Path: "/v1/patients/search", By: by, Handler: fine, Flags: rest.NoKey},
		{Method: "POST", Path: "/v1/imports", By: by, Handler: fine, Flags: rest.NoKey | rest.Long},
		{Method: "GET", Path: "/v1/kepala", By: []auth.Role{access.Kepala}, Handler: fine},
		{Method: "POST", Path: "/v1/auth/login", Handler: fine, Flags: rest.Public},
		{Method: "GET", Path: "/healthz", Handler: fine, Flags: rest.Public | rest.Unlimited},
	}
	authenticate := func(_ context.Context, token string) (auth.Principal, error) {
		account, puskesmas, ok := strings.Cut(token, "@")
		if !ok {
			return auth.Principal{}, auth.ErrToken
		}
		return auth.Principal{UserID: account, PuskesmasID: int16(puskesmas[0]), Role: access.Petugas}, nil
	}
	const account, tenant, address = `"account";r=`, `, "tenant";r=`, `"address";r=`
	type step struct {
		method, path, token, from string
		status                    int
		header                    string // RateLimit without the seconds
	}
	for name, steps := range map[string][]step{
		"by cost": {
			{"GET", "/v1/cases/1", "a@1", "", 204, account + "99" + tenant + "149"},
			{"GET", "/v1/cases", "a@1", "", 204, account + "97" + tenant + "147"},
			{"POST", "/v1/cases", "a@1", "", 204, account + "94" + tenant + "144"},
			{"POST", "/v1/patients/search", "a@1", "", 204, account + "89" + tenant + "139"},
			{"POST", "/v1/imports", "a@1", "", 204, account + "69" + tenant + "119"},
			{"GET", "/v1/kepala", "a@1", "", 403, account + "67" + tenant + "117"},
			// The fixture's lists know no limit; it is paid for before that is said.
			{"GET", "/v1/cases?limit=50", "a@1", "", 422, account + "65" + tenant + "115"},
			{"GET", "/v1/cases?limit=51", "a@1", "", 422, account + "61" + tenant + "111"},
			{"GET", "/v1/cases?limit=9000", "a@1", "", 422, account + "41" + tenant + "91"},
		},
		"a refused request costs neither quota": {
			{"POST", "/v1/imports", "a@1", "", 204, account + "80" + tenant + "130"},
			{"POST", "/v1/imports", "b@1", "", 204, account + "80" + tenant + "110"},
			{"POST", "/v1/imports", "a@1", "", 204, account + "60" + tenant + "90"},
			{"POST", "/v1/imports", "b@1", "", 204, account + "60" + tenant + "70"},
			{"POST", "/v1/imports", "a@1", "", 204, account + "40" + tenant + "50"},
			{"POST", "/v1/imports", "b@1", "", 204, account + "40" + tenant + "30"},
			{"POST", "/v1/imports", "a@1", "", 204, account + "20" + tenant + "10"},
			// the puskesmas has used up its own
			{"POST", "/v1/imports", "b@1", "", 429, account + "40" + tenant + "10"},
			{"POST", "/v1/patients/search", "b@1", "", 204, account + "35" + tenant + "5"},
			{"POST", "/v1/imports", "c@2", "", 204, account + "80" + tenant + "130"}, // another puskesmas is not hit
		},
		"strangers pay by their address": {
			{"POST", "/v1/auth/login", "", "192.0.2.1:1", 204, address + "20"},
			{"GET", "/v1/cases", "", "192.0.2.1:2", 401, address + "19"},
			{"GET", "/v1/cases", "forged", "192.0.2.1:3", 401, address + "18"},
			{"GET", "/v1/cases", "a@1", "192.0.2.1:4", 204, account + "98" + tenant + "148"},
			{"POST", "/v1/auth/login", "", "192.0.2.1:5", 204, address + "8"},
			{"POST", "/v1/auth/login", "", "192.0.2.1:6", 429, address + "8"},
			{"POST", "/v1/auth/login", "", "192.0.2.2:1", 204, address + "20"},
			{"POST", "/v1/auth/login", "", "[2001:db8::1]:1", 204, address + "20"},
			{"POST", "/v1/auth/login", "", "[2001:db8::2]:1", 204, address + "10"}, // the same subscriber
			{"GET", "/healthz", "", "192.0.2.1:7", 204, ""},
		},
	} {
		h := rest.New(rest.Options{Log: slog.New(slog.DiscardHandler), Authenticate: authenticate,
			Limits: rest.Limits{Account: 100, Tenant: 150, Address: 30}}, routes)
		for i, s := range steps {
			r := httptest.NewRequestWithContext(t.Context(), s.method, s.path, http.NoBody)
			if s.token != "" {
				r.Header.Set("Authorization", "Bearer "+s.token)
			}
			if s.from != "" {
				r.RemoteAddr = s.from
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			got := ""
			for i, member := range strings.Split(w.Header().Get("RateLimit"), ", ") {
				left, _, _ := strings.Cut(member, ";t=")
				got += strings.Repeat(", ", min(i, 1)) + left
			}
			if w.Code != s.status || got != s.header ||
				(w.Header().Get("RateLimit-Policy") == "") != (s.header == "") ||
				(w.Code == 429) != (w.Header().Get("Retry-After") != "") {
				t.Errorf("%s, step %d: %d %q, want %d %q; %v %s", name, i+1, w.Code, got, s.status, s.header,
					w.Header(), w.Body)
			}
		}
	}
	// no limits, no headers
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/cases", http.NoBody)
	r.Header.Set("Authorization", "Bearer a@1")
	rest.New(rest.Options{Log: slog.New(slog.DiscardHandler), Authenticate: authenticate}, routes).ServeHTTP(w, r)
	if w.Header().Get("RateLimit") != "" || w.Header().Get("RateLimit-Policy") != "" {
		t.Errorf("headers of limits that are off: %v", w.Header())
	}
}

package rest_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// X-Forwarded-For is ignored from an untrusted peer and used from a trusted
// proxy.
func TestClientIP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, peer, forwarded, want string
		trusted                     []netip.Prefix
	}{
		{"direct", "192.0.2.7:1000", "", "192.0.2.7", nil},
		{"a stranger names another", "192.0.2.7:1000", "203.0.113.9", "192.0.2.7", nil},
		{"behind the proxy", "10.0.0.2:1000", "203.0.113.9", "203.0.113.9",
			[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}},
		{"a stranger beside the proxy", "192.0.2.7:1000", "203.0.113.9", "192.0.2.7",
			[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}},
		{"a forged first hop", "10.0.0.2:1000", "198.51.100.1, 203.0.113.9", "203.0.113.9",
			[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}},
	} {
		got := ""
		h := rest.New(rest.Options{Log: slog.New(slog.DiscardHandler), TrustedProxies: c.trusted},
			[]rest.Route{{Method: http.MethodGet, Path: "/x", Flags: rest.Public,
				Handler: rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (call.None, error) {
					got = call.Of(ctx).Address
					return call.None{}, nil
				})}})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", http.NoBody)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

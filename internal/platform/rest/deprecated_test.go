package rest_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/rest"
)

// TestDeprecation: a deprecated route says so in every answer, a problem too; other
// routes say nothing.
func TestDeprecation(t *testing.T) {
	t.Parallel()
	old := rest.Raw(func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	since := time.Date(2027, 1, 1, 8, 0, 0, 0, time.FixedZone("WITA", 8*3600))
	gone := time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
	h := rest.New(rest.Options{Log: slog.New(slog.DiscardHandler)}, []rest.Route{
		{Method: "GET", Path: "/old", Handler: old, Flags: rest.Public, Deprecated: since, Sunset: gone},
		{Method: "GET", Path: "/closed", Handler: old, Deprecated: since},
		{Method: "GET", Path: "/new", Handler: old, Flags: rest.Public},
	})
	for path, want := range map[string][2]string{"/old": {"@1798761600", "Mon, 01 Jan 2029 00:00:00 GMT"},
		"/closed": {"@1798761600", ""}, "/new": {"", ""}} {
		for _, method := range []string{"GET", "HEAD"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
			if got := [2]string{w.Header().Get("Deprecation"), w.Header().Get("Sunset")}; got != want {
				t.Errorf("%s %s: %d %q, want %q", method, path, w.Code, got, want)
			}
		}
	}
}

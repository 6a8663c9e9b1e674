package rest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
)

// secretPaths answer with tokens and keys; beside text of the request, their
// length when compressed would give them away piece by piece (BREACH).
var secretPaths = []string{"/v1/auth/", "/v1/me/", "/v1/clients"}

// gzipLevel makes a list as small as brotli at its level 2 does, in half of its
// time; zstd stays at its fastest: on two cores a higher level costs more time
// than a phone's line saves.
const gzipLevel = 6

// compress compresses the answers that gain from it: text and JSON from 1 kB,
// as zstd or gzip.
func compress() echo.MiddlewareFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzipLevel), gzhttp.ContentTypeFilter(shrinks))
	if err != nil {
		panic(err) // the options are constants
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if slices.ContainsFunc(secretPaths, func(p string) bool { return strings.HasPrefix(c.Path(), p) }) {
				c.Response().Header().Add("Vary", "Accept-Encoding")
				return next(c)
			}
			plain := c.Response().Writer
			// On a panic, too: the problem that follows goes past the ended encoder.
			defer func() { c.Response().Writer = plain }()
			wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				c.Response().Writer = w
				if err := next(c); err != nil {
					c.Error(err) // here, so that a long problem is compressed as well
				}
			}))(plain, c.Request())
			return nil
		}
	}
}

// shrinks says whether content of the kind becomes smaller.
func shrinks(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") ||
		slices.ContainsFunc([]string{"json", "xml", "yaml", "javascript"}, func(s string) bool { return strings.HasSuffix(kind, s) })
}

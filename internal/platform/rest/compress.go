package rest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
)

// secretPaths answer with tokens and keys. If they were compressed together
// with text of the request, the length would reveal them piece by piece
// (BREACH).
var secretPaths = []string{"/v1/auth/", "/v1/me/", "/v1/clients"}

// gzipLevel makes a list as small as brotli's level 2 in half the time. zstd
// uses its fastest level: on two cores a higher one costs more time than a
// phone's line saves.
const gzipLevel = 6

// compress compresses answers for which it pays: text and JSON from 1 kB, as
// zstd or gzip.
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
			// After a panic too: the problem that follows must not go through
			// the ended encoder.
			defer func() { c.Response().Writer = plain }()
			wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				c.Response().Writer = w
				if err := next(c); err != nil {
					c.Error(err) // here, so that a long problem is compressed too
				}
			}))(plain, c.Request())
			return nil
		}
	}
}

// shrinks says whether content of this type becomes smaller.
func shrinks(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") ||
		slices.ContainsFunc([]string{"json", "xml", "yaml", "javascript"}, func(s string) bool {
			return strings.HasSuffix(kind, s)
		})
}

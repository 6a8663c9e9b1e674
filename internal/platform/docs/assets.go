package docs

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
)

//go:embed assets
var assets embed.FS

// scriptPolicy allows what Swagger UI and Redoc need and nothing from other
// hosts: both write style elements, and Redoc searches in a worker made from a
// blob.
const scriptPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src blob:; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'"

// script serves one of the two pages that run scripts.
func script(name string) echo.HandlerFunc {
	b, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // embedded
	}
	return func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", scriptPolicy)
		return answer(c, "text/html; charset=utf-8", b)
	}
}

// contentTypes are the types of the served files. Other files are not found.
var contentTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".txt": "text/plain; charset=utf-8"}

// asset serves a file. Large files are stored compressed.
func asset(c echo.Context) error {
	name := c.Param("name")
	kind, ok := contentTypes[path.Ext(name)]
	if !ok || strings.ContainsAny(name, `/\`) {
		return fault.ErrNotFound
	}
	if b, err := assets.ReadFile("assets/" + name); err == nil {
		return answer(c, kind, b)
	}
	packed, err := assets.ReadFile("assets/" + name + ".gz")
	if err != nil {
		return fault.ErrNotFound
	}
	c.Response().Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		c.Response().Header().Set("Content-Encoding", "gzip")
		return answer(c, kind, packed)
	}
	b, err := unpack(packed)
	if err != nil {
		return err
	}
	return answer(c, kind, b)
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

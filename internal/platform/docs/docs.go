// Package docs serves the API's documentation: an index, Swagger UI for trying,
// Redoc for reading, and the OpenAPI document itself. Everything is embedded;
// the pages load nothing from other hosts.
package docs

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

//go:embed assets
var assets embed.FS

// policy allows what the two pages need and nothing from other hosts: both
// write style elements, and Redoc searches in a worker made from a blob.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Routes are the documentation's addresses. spec.Unlisted excludes them from
// the OpenAPI document.
func Routes() []rest.Route {
	get := func(path string, f echo.HandlerFunc) rest.Route {
		return rest.Route{Method: http.MethodGet, Path: path, Handler: rest.Raw(f), Flags: rest.Public | rest.Unlimited}
	}
	return []rest.Route{
		get("/docs", page("index.html")),
		get("/docs/swagger", page("swagger.html")),
		get("/docs/redoc", page("redoc.html")),
		get("/docs/assets/:name", asset),
		get("/openapi.yaml", func(c echo.Context) error {
			return answer(c, "application/yaml; charset=utf-8", api.OpenAPI)
		}),
		get("/openapi.json", func(c echo.Context) error {
			b, err := document()
			if err != nil {
				return err
			}
			return answer(c, "application/json; charset=utf-8", b)
		}),
		get("/problems/:code", problem),
	}
}

// document is the OpenAPI document as JSON.
var document = sync.OnceValues(func() ([]byte, error) { return yaml.YAMLToJSON(api.OpenAPI) })

func page(name string) echo.HandlerFunc {
	b, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // embedded
	}
	b = bytes.ReplaceAll(b, []byte("{version}"), []byte(api.Version))
	return func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", policy)
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

// answer sends b, or 304 to a client that has it.
func answer(c echo.Context, contentType string, b []byte) error {
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache") // stored, but revalidated after an update
	if strings.Contains(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, contentType, b)
}

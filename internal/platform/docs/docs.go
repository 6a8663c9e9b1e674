// Package docs serves the pages of the product: the first page with its status,
// the documents of the repository, Swagger UI for trying the API, Redoc for
// reading it, and the OpenAPI document itself. Everything is embedded; the pages
// load nothing from other hosts.
package docs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/rest"
)

// Site is what the pages say about the installation that serves them.
type Site struct {
	// PublicURL is the address that clients use.
	PublicURL string
	// Ready says whether the service takes requests now.
	Ready func(context.Context) error
}

// Routes are the addresses of the pages. spec.Unlisted excludes them from the
// OpenAPI document.
func Routes(s Site) []rest.Route {
	get := func(path string, f echo.HandlerFunc) rest.Route {
		return rest.Route{Method: http.MethodGet, Path: path, Handler: rest.Raw(f), Flags: rest.Public | rest.Unlimited}
	}
	home := get("/", s.home)
	home.Flags = rest.Public // it asks the database
	return []rest.Route{
		home,
		get("/docs", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/") }),
		get("/docs/*", document),
		get("/api/*", document),
		get("/deployments/*", document),
		get("/README.md", document),
		get("/CHANGELOG.md", document),
		get("/CONTRIBUTING.md", document),
		get("/SECURITY.md", document),
		get("/docs/swagger", script("swagger.html")),
		get("/docs/redoc", script("redoc.html")),
		get("/docs/assets/:name", asset),
		get("/openapi.yaml", s.openAPI("application/yaml; charset=utf-8", contractYAML)),
		get("/openapi.json", s.openAPI("application/json; charset=utf-8", contractJSON)),
		get("/problems/:code", problem),
	}
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

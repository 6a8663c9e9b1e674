package docs

import (
	"context"
	"html/template"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/rest"
)

// patience is how long the first page waits for the database.
const patience = 2 * time.Second

// home serves the first page in the language of ?lang or else of the browser:
// the status, and docs/guide/start.<language>.md.
func (s Site) home(c echo.Context) error {
	lang := c.QueryParam("lang")
	if lang != "id" && lang != "en" {
		lang = rest.Language(c.Request())
	}
	page, err := pageOf("docs/guide/start." + lang + ".md")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
	defer cancel()
	// The status stands between the introduction and the first chapter.
	begin, rest, _ := strings.Cut(string(page.Body), "<h2")
	return show(c, "home.html", map[string]any{"Title": page.Title, "Lang": lang, "Contents": page.Contents,
		"Ready": s.Ready(ctx) == nil, "Version": api.Version, "PublicURL": s.PublicURL,
		"Begin": template.HTML(begin), "Rest": template.HTML("<h2" + rest)})
}

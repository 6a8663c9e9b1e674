package docs

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

// problem serves the page of one code of the catalogue (/problems/<code>), in
// both languages: a person who follows a link from a log sends no
// Accept-Language.
func problem(c echo.Context) error {
	all := fault.Catalogue()
	i := slices.IndexFunc(all, func(d *fault.Definition) bool { return d.Code == c.Param("code") })
	if i < 0 {
		return fault.ErrNotFound
	}
	d := all[i]
	return show(c, "problem.html", map[string]any{"Title": d.Code, "Lang": "id", "Status": rest.StatusOf(d.Kind),
		"Kind": rest.TitleOf(d.Kind), "Detail": d.Detail, "Retryable": d.Retryable})
}

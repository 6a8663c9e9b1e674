package rest

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

// ageing tells the client of a deprecated route since when it is (RFC 9745), and when
// it will be gone (RFC 8594), in answers of every status.
func (r Route) ageing(c echo.Context) {
	h := c.Response().Header()
	if !r.Deprecated.IsZero() {
		h.Set("Deprecation", "@"+strconv.FormatInt(r.Deprecated.Unix(), 10))
	}
	if !r.Sunset.IsZero() {
		h.Set("Sunset", r.Sunset.UTC().Format(http.TimeFormat))
	}
}

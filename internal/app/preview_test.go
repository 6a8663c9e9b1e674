package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
)

// TestUnfinishedAreRoutes: every entry of the list marks a route.
func TestUnfinishedAreRoutes(t *testing.T) {
	t.Parallel()
	routes := new(App).Routes()
	for _, path := range unfinished {
		if !slices.ContainsFunc(routes, func(r rest.Route) bool {
			return strings.HasPrefix(r.Path, path) && r.Flags.Has(rest.Preview)
		}) {
			t.Errorf("%s marks no route", path)
		}
	}
}

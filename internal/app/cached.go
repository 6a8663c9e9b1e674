package app

import (
	"net/http"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
)

// cached marks the reads of records that show no person: a client may keep them and
// ask whether they changed. A person's record is never kept.
func cached(routes []rest.Route) []rest.Route {
	for i, r := range routes {
		t := r.Handler.Result()
		if r.Method == http.MethodGet && t != nil && rest.VersionOf(t) != nil && !access.ShowsPersons(r.Path, t) {
			routes[i].Flags |= rest.Cached
		}
	}
	return routes
}

package app

import (
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
)

// TestScopes: every line of the table of scopes is a route, no scope opens an
// act that needs a person, and routes without a scope are closed to machines of
// a puskesmas.
func TestScopes(t *testing.T) {
	t.Parallel()
	routes := map[string]rest.Route{}
	for _, r := range new(App).Routes() {
		routes[r.Permission()] = r
		if machines := slices.Contains(r.By, access.Integrator); machines && r.Scope == "" {
			t.Errorf("%s is open to integrators without a scope", r.Permission())
		}
	}
	for _, s := range access.Scopes {
		if len(opens[s.Name]) == 0 {
			t.Errorf("%s opens nothing", s.Name)
		}
	}
	seen := map[string]bool{}
	for name, permissions := range opens {
		if !slices.ContainsFunc(access.Scopes, func(s access.Scope) bool { return s.Name == name }) {
			t.Errorf("%s is not in access.Scopes", name)
		}
		for _, p := range permissions {
			r, ok := routes[p]
			if !ok || seen[p] {
				t.Errorf("%s: %s is no route, or stands twice", name, p)
			}
			seen[p] = true
			if r.Flags.Has(rest.StepUp) || r.Flags.Has(rest.Public) || !slices.Contains(r.By, access.Integrator) &&
				!slices.Contains(r.By, access.DinkesAnalyst) {
				t.Errorf("%s: %s by %v", name, p, r.By)
			}
		}
	}
}

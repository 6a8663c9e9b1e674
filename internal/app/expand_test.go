package app

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// TestExpandables checks ?expand= against the route table: every record that a
// route can include has its own route with the named scope, and every role that
// may read it there may expand it here.
func TestExpandables(t *testing.T) {
	t.Parallel()
	var a App
	own := map[string]rest.Route{}
	for _, r := range a.Routes() {
		own[r.Permission()] = r
	}
	for name, x := range access.Expandables {
		if r, ok := own[x.Permission]; !ok || r.Scope != x.Scope {
			t.Errorf("%s: %s has the scope %q, not %q", name, x.Permission, r.Scope, x.Scope)
		}
	}
	var taking []string
	for _, r := range a.Routes() {
		names := expands(r.Handler.Request)
		if len(names) > 0 {
			taking = append(taking, r.Permission()+" "+strings.Join(names, ","))
		}
		for _, name := range names {
			x, known := access.Expandables[name]
			if !known {
				t.Errorf("%s expands %s, which rest does not know", r.Permission(), name)
			}
			for _, role := range r.By {
				if !slices.Contains(own[x.Permission].By, role) {
					t.Errorf("%s shows %s to %s, who may not call %s", r.Permission(), name, role, x.Permission)
				}
			}
		}
	}
	slices.Sort(taking)
	if want := []string{"GET /v1/alerts patient", "GET /v1/cases patient", "GET /v1/cases/{id} patient,team",
		"GET /v1/follow-ups patient", "GET /v1/patients facts", "GET /v1/visits patient",
		"GET /v1/visits/{id} patient,case"}; !slices.Equal(taking, want) {
		t.Errorf("%v take expand, want %v", taking, want)
	}
}

// expands lists what the rule of a request's member expand allows.
func expands(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Type == reflect.TypeFor[call.Expand]() {
			_, names, _ := strings.Cut(f.Tag.Get("validate"), "anyof=")
			return strings.Fields(names)
		}
	}
	return nil
}

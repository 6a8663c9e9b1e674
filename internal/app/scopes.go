package app

import (
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/rest"
)

// opens says which routes each scope of a machine client opens, by permission
// (ADR 19). A machine may call only routes listed here. No scope opens acts
// that require a recent proof of identity, or acts on accounts and rights. The
// names and texts are in access.Scopes.
var opens = map[string][]string{
	"reference.read": {
		"GET /v1/puskesmas", "GET /v1/villages", "GET /v1/programmes", "GET /v1/sops", "GET /v1/service-types",
		"GET /v1/service-types/{code}/schema", "GET /v1/reference", "GET /v1/reference/{list}",
		"GET /v1/diagnosis-codes", "GET /v1/vital-ranges", "GET /v1/instruments", "GET /v1/instruments/{code}",
		"GET /v1/priority-rules", "GET /v1/risk-codes", "GET /v1/fact-codes",
	},
	"patients.read": {
		"GET /v1/patients", "POST /v1/patients/search", "GET /v1/patients/{id}", "GET /v1/patients/{id}/timeline",
		"GET /v1/patients/{id}/sources", "GET /v1/patients/{id}/facts", "GET /v1/patients/{id}/measurements",
		"GET /v1/patients/{id}/risk-factors", "GET /v1/households/{id}", "GET /v1/recap", "GET /v1/priorities",
	},
	"cases.read": {
		"GET /v1/cases", "GET /v1/cases/{id}", "GET /v1/cases/{id}/history", "GET /v1/teams", "GET /v1/teams/{id}",
		"GET /v1/follow-ups", "GET /v1/follow-ups/{id}", "GET /v1/alerts", "GET /v1/hazards",
	},
	"visits.read": {
		"GET /v1/visits", "GET /v1/visits/{id}", "GET /v1/visits/{id}/revisions", "GET /v1/visits/{id}/revisions/{n}",
		"GET /v1/visits/{id}/checklist",
		"GET /v1/calendar", "GET /v1/education-sessions",
	},
	"visits.write": {
		"POST /v1/visits", "POST /v1/visits/bundle", "POST /v1/visits/{id}/check-in", "POST /v1/visits/{id}/complete",
		"POST /v1/visits/{id}/miss",
		"POST /v1/visits/{id}/cancel", "POST /v1/visits/{id}/reschedule", "PUT /v1/visits/{id}/checklist",
		"PUT /v1/visits/{id}/anamnesis",
		"PUT /v1/visits/{id}/vitals", "PUT /v1/visits/{id}/examination", "PUT /v1/visits/{id}/diagnoses",
		"PUT /v1/visits/{id}/services",
		"PUT /v1/visits/{id}/assessments", "PUT /v1/visits/{id}/labs", "PUT /v1/visits/{id}/education",
		"PUT /v1/visits/{id}/hazards",
		"PUT /v1/visits/{id}/consumables", "PUT /v1/visits/{id}/plan",
		"GET /v1/parked", "GET /v1/parked/{id}", "POST /v1/parked/{id}/withdraw",
	},
	"documents.read": {"GET /v1/documents", "GET /v1/documents/{id}", "GET /v1/documents/{id}/pdf"},
	"reports.read": {"GET /v1/reports", "GET /v1/reports/{id}", "GET /v1/reports/{id}/events",
		"GET /v1/reports/{id}/pdf", "GET /v1/reports/{id}/xlsx"},
	"dashboards.read": {"GET /v1/dashboards/puskesmas"},
	"rollups.read":    {"GET /v1/dashboards/district", "GET /v1/dashboards/reports"},
}

// scoped gives each route its scope. The role of a puskesmas's machines may
// call a route that a scope opens only where Kepala may call it. Dinkes's
// machines have the role dinkes_analyst and are limited by their scopes.
func scoped(routes []rest.Route) []rest.Route {
	scope := map[string]string{}
	for name, permissions := range opens {
		for _, p := range permissions {
			scope[p] = name
		}
	}
	for i, r := range routes {
		r.Scope = scope[r.Permission()]
		machines := r.Scope != "" && slices.Contains(r.By, access.Kepala)
		r.By = slices.DeleteFunc(slices.Clone(r.By), func(role auth.Role) bool { return role == access.Integrator })
		if machines {
			r.By = append(r.By, access.Integrator)
		}
		routes[i] = r
	}
	return routes
}

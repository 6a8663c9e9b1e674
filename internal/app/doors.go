package app

import (
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
)

// Answer is the answer of a route to a petugas who may not see the case or
// person in the request.
type Answer string

// The possible answers.
const (
	NotFound Answer = "404"      // as for an unknown id
	Unknown  Answer = "422"      // the field that names it is unknown
	LeftOut  Answer = "left out" // a list or record without it
	Open     Answer = "open"     // the staff of the puskesmas may, by the rule in Why
)

// Door is one route that a petugas may call and that can name a case or a
// person.
type Door struct {
	Permission string
	Names      string // how a request names it
	Outside    Answer
	Why        string // of Open
}

const registry = "the person is a fact of the registry"

// Doors lists the answer of every route that can name a case or person to a
// petugas outside the team. A test calls each of them, and fails for a route
// that is missing here. docs/roles.md is generated from it. Routes that a
// petugas may not call need no line.
var Doors = []Door{
	{"POST /v1/patients", "household and numbers in the body", Open, registry},
	{"GET /v1/patients", "filters", Open, registry},
	{"POST /v1/patients/search", "numbers, name", Open, registry},
	{"GET /v1/patients/{id}", "path", Open, registry},
	{"PATCH /v1/patients/{id}", "path", Open, registry},
	{"POST /v1/patients/{id}/reveal", "path", Open, registry + "; the purpose is recorded"},
	{"GET /v1/patients/{id}/timeline", "path", LeftOut, ""},
	{"GET /v1/patients/{id}/last-values", "path", LeftOut, ""},
	{"GET /v1/patients/{id}/facts", "path", LeftOut, ""},
	{"POST /v1/patients/{id}/facts", "path", Open, registry},
	{"POST /v1/patients/{id}/facts/{fact_id}/void", "path", Open, registry + "; a petugas voids what they entered"},
	{"GET /v1/patients/{id}/measurements", "path", LeftOut, ""},
	{"GET /v1/patients/{id}/sources", "path", Open, registry},
	{"GET /v1/patients/{id}/risk-factors", "path", Open, registry + ", without sensitive facts"},
	{"GET /v1/households/{id}", "path", Open, registry},
	{"GET /v1/priorities", "filters", Open, registry},
	{"GET /v1/patients/{id}/consents", "path", NotFound, ""},
	{"POST /v1/patients/{id}/consents", "path", NotFound, ""},
	{"POST /v1/patients/{id}/consents/{consent_id}/withdraw", "path", NotFound, ""},

	{"POST /v1/cases", "reopens_case_id", Unknown, ""},
	{"GET /v1/cases", "patient_id, team, expand", LeftOut, ""},
	{"GET /v1/cases/{id}", "path, expand", NotFound, ""},
	{"GET /v1/cases/{id}/history", "path", NotFound, ""},
	{"POST /v1/cases/{id}/withdraw", "path", NotFound, ""},
	{"POST /v1/cases/{id}/review", "path", NotFound, ""},
	{"POST /v1/cases/{id}/end", "path", NotFound, ""},
	{"POST /v1/cases/{id}/retract-refusal", "path", NotFound, ""},
	{"POST /v1/cases/{id}/referral-outcome", "path", NotFound, ""},
	{"POST /v1/cases/{id}/reopen", "path", NotFound, ""},

	{"GET /v1/documents", "case_id, subject_id", LeftOut, ""},
	{"GET /v1/documents/{id}", "path", NotFound, ""},
	{"GET /v1/documents/{id}/pdf", "path", NotFound, ""},
	{"POST /v1/documents/{id}/signed-copy", "path; an attachment_id of another record is 422", NotFound, ""},
	{"POST /v1/visits/{id}/anamnesis-sheet", "path", NotFound, ""},
	{"POST /v1/attachments", "subject_id of a case, visit, document, follow-up or person", Unknown, ""},
	{"GET /v1/attachments", "subject_id", LeftOut, ""},
	{"GET /v1/cases/{id}/attachments", "path", NotFound, ""},
	{"GET /v1/attachments/{id}", "path", NotFound, ""},
	{"GET /v1/attachments/{id}/content", "path", NotFound, ""},
	{"POST /v1/attachments/{id}/void", "path", NotFound, ""},

	{"POST /v1/visits", "case_id, stop_id", NotFound, ""},
	{"POST /v1/visits/bundle", "case_id, stop_id, visit_id", NotFound, ""},
	{"GET /v1/visits", "case_id, patient_id, expand", LeftOut, ""},
	{"GET /v1/visits/{id}", "path, expand", NotFound, ""},
	{"POST /v1/visits/{id}/check-in", "path", NotFound, ""},
	{"POST /v1/visits/{id}/complete", "path", NotFound, ""},
	{"POST /v1/visits/{id}/miss", "path", NotFound, ""},
	{"POST /v1/visits/{id}/cancel", "path", NotFound, ""},
	{"POST /v1/visits/{id}/reschedule", "path, stop_id", NotFound, ""},
	{"POST /v1/visits/{id}/amend", "path", NotFound, ""},
	{"GET /v1/visits/{id}/revisions", "path", NotFound, ""},
	{"GET /v1/visits/{id}/revisions/{n}", "path", NotFound, ""},
	{"GET /v1/visits/{id}/checklist", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/checklist", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/anamnesis", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/vitals", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/examination", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/diagnoses", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/services", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/assessments", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/labs", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/education", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/hazards", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/consumables", "path", NotFound, ""},
	{"PUT /v1/visits/{id}/plan", "path", NotFound, ""},
	{"GET /v1/parked", "case_id; what others sent", LeftOut, ""},
	{"GET /v1/parked/{id}", "path", NotFound, ""},
	{"POST /v1/parked/{id}/withdraw", "path", NotFound, ""},
	{"GET /v1/calendar", "the own stops", LeftOut, ""},
	{"GET /v1/stops", "the own stops", LeftOut, ""},
	{"POST /v1/follow-ups", "case_id; a visit_id that is not of the case is 422", NotFound, ""},
	{"GET /v1/follow-ups", "case_id, mine", LeftOut, ""},
	{"GET /v1/follow-ups/{id}", "path", NotFound, ""},
	{"POST /v1/follow-ups/{id}/hand-over", "path", NotFound, ""},
	{"POST /v1/follow-ups/{id}/answer", "path", NotFound, ""},
	{"POST /v1/follow-ups/{id}/take-back", "path", NotFound, ""},
	{"POST /v1/follow-ups/{id}/done", "path", NotFound, ""},
	{"POST /v1/follow-ups/{id}/cancel", "path", NotFound, ""},
	{"GET /v1/alerts", "case_id", LeftOut, ""},
	{"POST /v1/alerts/{id}/acknowledge", "path", NotFound, ""},
	{"POST /v1/alerts/{id}/close", "path", NotFound, ""},
	{"GET /v1/hazards", "filters; the hazard stays, its visit_id is left out", LeftOut, ""},

	{"POST /v1/evaluations", "subject_id", NotFound, ""},
	{"GET /v1/evaluations", "subject_id", LeftOut, ""},
	{"POST /v1/evaluations/{id}/close", "path", NotFound, ""},
}

// DoorOf returns the line of a route. ok is false where a petugas may not call
// the route or it has no line.
func DoorOf(r rest.Route) (d Door, ok bool) {
	i := slices.IndexFunc(Doors, func(d Door) bool { return d.Permission == r.Permission() })
	if i < 0 || !slices.Contains(r.By, access.Petugas) {
		return Door{}, false
	}
	return Doors[i], true
}

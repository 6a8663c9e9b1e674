//go:build sabotage

package state_exits

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/api"
)

// shown are the schemas of the document whose state is that of a state machine.
var shown = map[string]string{"Case": "case", "Visit": "visit", "VisitSummary": "visit", "StopVisit": "visit",
	"ParkedAct": "parked act", "FollowUp": "follow_up", "Alert": "alert", "Report": "monthly_report"}

// exit is how a state without a state machine is left: by a route, or the
// reason for none.
type exit struct{ schema, state, route, final string }

// elsewhere are the states without a state machine.
var elsewhere = []exit{
	{"Import", "previewed", "POST /v1/imports/{id}/commit", ""}, // or discard
	{"Import", "committed", "", "its persons are corrected one by one, or voided"},
	{"Import", "discarded", "", "the file is sent anew"},
	{"Duplicate", "open", "POST /v1/duplicates/{id}/merge", ""}, // or dismiss
	{"Duplicate", "merged", "POST /v1/patients/{id}/unmerge", ""},
	{"Duplicate", "dismissed", "POST /v1/patients/{id}/merge", ""},    // of the two persons
	{"Document", "issued", "POST /v1/documents/{id}/signed-copy", ""}, // or void, when its replacement is issued
	{"Document", "signed", "", "a signed paper is a fact; its case is reopened"},
	{"Document", "void", "", "another is issued in its place"},
	{"Evaluation", "open", "POST /v1/evaluations/{id}/close", ""},
	{"Evaluation", "done", "", "another is opened"},
	{"BreakGlass", "open", "POST /v1/break-glass/{id}/close", ""}, // or expires
	{"BreakGlass", "closed", "POST /v1/break-glass/{id}/review", ""},
	{"BreakGlass", "expired", "POST /v1/break-glass/{id}/review", ""},
	{"BreakGlass", "reviewed", "", "another is asked for"},
	{"Breach", "open", "POST /v1/breaches/{id}/notified", ""},
	{"Breach", "overdue", "POST /v1/breaches/{id}/notified", ""},
	{"Breach", "notified", "POST /v1/breaches/{id}/close", ""},
	{"Breach", "closed", "", "another is reported"},
	{"DataSubjectRequest", "open", "POST /v1/data-subject-requests/{id}/start", ""},
	{"DataSubjectRequest", "started", "POST /v1/data-subject-requests/{id}/done", ""}, // or refuse
	{"DataSubjectRequest", "done", "", "the person asks anew"},
	{"DataSubjectRequest", "refused", "", "the person asks anew"},
	{"Verification", "valid", "", "the document's own, as a stranger is told"},
	{"Verification", "void", "", "as above"},
}

// derived are states that show another record's, and the status of a figure.
var derived = []string{"ReportStatus", "RollupFigure", "BreakGlassCase", "BreakGlassVisit"}

// undoings are facts shown by a date or a person and not by a state: each has a
// route that undoes it.
var undoings = map[string]string{
	"a membership ended":             "POST /v1/memberships",
	"an account disabled":            "PATCH /v1/users/{id}",
	"an invitation expired":          "POST /v1/users/{id}/invite",
	"a permission withheld":          "POST /v1/permissions/restore",
	"a machine's secret lost":        "POST /v1/clients/{id}/rotate",
	"a machine revoked":              "POST /v1/clients",
	"a consent given":                "POST /v1/patients/{id}/consents/{consent_id}/withdraw",
	"a consent withdrawn":            "POST /v1/patients/{id}/consents",
	"processing restricted":          "POST /v1/patients/{id}/lift-restriction",
	"a legal hold":                   "POST /v1/patients/{id}/release-hold",
	"a destruction proposed, in law": "POST /v1/patients/{id}/legal-hold",
	"a person merged":                "POST /v1/patients/{id}/unmerge",
	"a person voided":                "POST /v1/patients", // registered again: the NIK is free
	"a death without a case":         "PATCH /v1/patients/{id}",
	"an import's row undecided":      "POST /v1/imports/{id}/rows/{number}/decide",
	"a priority moved by hand":       "POST /v1/patients/{id}/priority-adjustment",
	"a file voided":                  "POST /v1/attachments",
	"a team of yesterday":            "POST /v1/teams/{id}/members",
}

// unlisted lists the states of the document that are in no state machine and in
// no line above, and the lines whose states do not exist.
func unlisted(w *world, machines []*walker) (wrong []string) {
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		panic(fault{err})
	}
	found := 0
	for name, schema := range doc.Components.Schemas {
		for _, member := range []string{"state", "status"} {
			ref := schema.Value.Properties[member]
			// a child's, not a record's
			if ref == nil || slices.Contains(derived, name) || name == "Nutrition" || name == "NutritionInput" {
				continue
			}
			for _, v := range ref.Value.Enum {
				state := v.(string)
				known := slices.ContainsFunc(elsewhere, func(e exit) bool {
					return e.schema == name &&
						e.state == state
				})
				if known {
					found++
				}
				if !known && !slices.ContainsFunc(machines, func(k *walker) bool {
					return k.name == shown[name] &&
						slices.Contains(k.table.States(), state)
				}) {
					wrong = append(wrong, fmt.Sprintf("%s %s: nobody said how it is left", name, state))
				}
			}
		}
	}
	if found != len(elsewhere) {
		wrong = append(wrong, fmt.Sprintf("%d of %d lines name a state of the document", found, len(elsewhere)))
	}
	for _, e := range elsewhere {
		if (e.final == "") == (w.routes[e.route] == nil) {
			wrong = append(wrong, fmt.Sprintf("%s %s: no route %q, nor why it is final", e.schema, e.state, e.route))
		}
	}
	for what, route := range undoings {
		if w.routes[route] == nil {
			wrong = append(wrong, fmt.Sprintf("%s: no route %q", what, route))
		}
	}
	return wrong
}

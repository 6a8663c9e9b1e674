package app_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
)

// dates are all dates of all requests with their bound.
var dates = map[string]string{
	"alert.Filter.query/raised_from":               "",
	"alert.Filter.query/raised_to":                 "",
	"fact.seriesParams.query/from":                 "",
	"fact.seriesParams.query/to":                   "",
	"followup.Filter.query/due_from":               "",
	"followup.Filter.query/due_to":                 "",
	"visit.StopFilter.query/date":                  "",
	"dashboard.asked.query/month":                  "",
	"evaluation.Filter.query/month":                "",
	"homecare.AssignmentOrder.period_end":          "plan",
	"homecare.AssignmentOrder.period_start":        "plan",
	"homecare.BreachNotice.at":                     "act",
	"homecare.CaseEnd.date":                        "happened",
	"homecare.CaseTeam.from":                       "act",
	"homecare.CheckIn.arrived_at":                  "happened",
	"homecare.CompleteVisit.departed_at":           "happened",
	"homecare.ConsentWithdrawn.withdrawn_on":       "happened",
	"homecare.CorrectCaseDays.ended_on":            "happened",
	"homecare.CorrectCaseDays.proposed_on":         "happened",
	"homecare.NewFact.observed_at":                 "happened",
	"homecare.NewFact.observed_on":                 "act",
	"homecare.DraftReport.month":                   "act",
	"homecare.FamilyTask.due_on":                   "plan",
	"homecare.FollowUpDay.happened_on":             "happened",
	"homecare.HighRiskPregnancy.last_menstrual_on": "",
	"homecare.LabResult.taken_at":                  "happened",
	"homecare.MachineClientChange.expires_on":      "",
	"homecare.NewActivityReport.date":              "act",
	"homecare.MissVisit.at":                        "act",
	"homecare.NewAttachment.taken_at":              "done",
	"homecare.NewBreach.found_at":                  "happened",
	"homecare.NewBreach.from":                      "done",
	"homecare.NewBreach.to":                        "done",
	"homecare.NewCase.proposed_on":                 "happened",
	"homecare.NewConsent.given_on":                 "happened",
	"homecare.NewDataSubjectRequest.received_at":   "happened",
	"homecare.NewEducationSession.held_on":         "happened",
	"homecare.NewEvaluation.due_on":                "plan",
	"homecare.NewEvaluation.month":                 "done",
	"homecare.NewImport.as_of":                     "source",
	"homecare.NewMachineClient.expires_on":         "",
	"homecare.NewMembership.starts_on":             "done",
	"homecare.NewPatient.birth_date":               "birth",
	"homecare.NewPriorityRuleSet.effective_from":   "act",
	"homecare.NewReferralOutcome.occurred_on":      "happened",
	"homecare.NewSOP.effective_from":               "act",
	"homecare.NewSOP.issued_on":                    "act",
	"homecare.NewTeam.valid_from":                  "act",
	"homecare.NewTeam.valid_until":                 "act",
	"homecare.NewUser.starts_on":                   "done",
	"homecare.NextVisit.date":                      "plan",
	"homecare.NextVisit.starts_at":                 "plan",
	"homecare.PatientChange.birth_date":            "birth",
	"homecare.PatientChange.deceased_on":           "death",
	"homecare.PatientSearch.birth_date":            "",
	"homecare.PlanVisit.ends_at":                   "plan",
	"homecare.PlanVisit.starts_at":                 "plan",
	"homecare.PlannedFollowUp.due_on":              "plan",
	"homecare.RescheduleVisit.ends_at":             "plan",
	"homecare.RescheduleVisit.starts_at":           "plan",
	"homecare.RedirectParked.at":                   "act",
	"homecare.ReopenCase.proposed_on":              "happened",
	"homecare.Retraction.retracted_on":             "happened",
	"homecare.SOPChange.effective_from":            "act",
	"homecare.VisitBundle.arrived_at":              "happened",
	"homecare.VisitBundle.departed_at":             "happened",
	"homecare.Vital.taken_at":                      "happened",
	"list.Changes.query/updated_since":             "",
	"report.Filter.query/month":                    "",
	"report.monthOf.query/month":                   "",
	"visit.CalendarFilter.query/from":              "",
	"visit.CalendarFilter.query/to":                "",
	"visit.Filter.query/date_from":                 "",
	"visit.Filter.query/date_to":                   "",
	"visit.SessionFilter.query/date_from":          "",
	"visit.SessionFilter.query/date_to":            "",
}

var dateName = regexp.MustCompile(`(_on|_at|_date|^date|month|^from|^to|_from|_until|as_of|period_start|period_end)$`)

// TestEveryDateHasTwoBounds lists every date of every request. A new one must
// be listed here with its bounds.
func TestEveryDateHasTwoBounds(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	found := map[string]string{}
	for _, r := range s.App.Routes() {
		if r.Handler.Request == nil {
			continue
		}
		for _, d := range rest.DateFields(r.Handler.Request) {
			found[d.Name] = d.Bound
			if _, ok := rest.Bounds[d.Bound]; !ok {
				t.Errorf("%s: there is no bound %q", d.Name, d.Bound)
			}
		}
		undated(t, r.Handler.Request, map[reflect.Type]bool{})
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if bound, listed := dates[name]; !listed || bound != found[name] {
			t.Errorf("not listed: %s", fmt.Sprintf("%q: %q,", name, found[name]))
		}
	}
	for name := range dates {
		if _, ok := found[name]; !ok {
			t.Errorf("listed, but no request has it: %s", name)
		}
	}
}

// undated reports texts whose names say that they are dates and whose tags do
// not.
func undated(t *testing.T, typ reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || seen[typ] {
		return
	}
	seen[typ] = true
	dated := rest.DateFields(typ)
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if q := f.Tag.Get("query"); q != "" {
			name = q
		}
		is := slices.ContainsFunc(dated, func(d rest.DateField) bool {
			return strings.HasSuffix(d.Name, "."+name) || strings.HasSuffix(d.Name, "/"+name)
		})
		// The next state of a SOP, and an age.
		other := typ.Name() == "SOPChange" && name == "to" || name == "age_from"
		if f.Type.Kind() == reflect.String && dateName.MatchString(name) && !is && !other {
			t.Errorf("%s.%s: a date without bounds? Give it validate:\"date\" or \"month\"", typ.Name(), name)
		}
		undated(t, f.Type, seen)
	}
}

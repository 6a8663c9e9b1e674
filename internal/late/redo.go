package late

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Redo runs a stored request of one route again, inside a transaction.
type Redo func(tx pg.Tx, a call.Again, recordID string, body []byte) (any, error)

// form says where requests of a route hold what a decision may change: the time
// and the records it is about. A decision changes nothing else.
type form struct {
	record string   // the kind of record in its path, "" for none
	result string   // the kind of record that it creates
	times  []string // members that are times; the first is when it happened
	day    string   // the member that is the day on which it happened
	by     bool     // whether it has a member performed_by
}

// forms are the forms of the routes that park.
var forms = map[string]form{
	"POST /v1/visits":                     {result: "visit", times: []string{"starts_at", "ends_at"}, by: true},
	"POST /v1/visits/bundle":              {result: "visit", times: []string{"arrived_at", "departed_at"}, by: true},
	"POST /v1/visits/{id}/check-in":       {record: "visit", result: "visit", times: []string{"arrived_at"}, by: true},
	"POST /v1/visits/{id}/complete":       {record: "visit", result: "visit", times: []string{"departed_at"}, by: true},
	"POST /v1/visits/{id}/miss":           {record: "visit", result: "visit", times: []string{"at"}, by: true},
	"POST /v1/cases":                      {result: "case", day: "proposed_on", by: true},
	"POST /v1/cases/{id}/end":             {record: "case", result: "case", day: "date", by: true},
	"POST /v1/cases/{id}/retract-refusal": {record: "case", result: "case", day: "retracted_on", by: true},
	"POST /v1/alerts/{id}/close":          {record: "alert", result: "alert", day: "happened_on", by: true},
	"POST /v1/alerts/{id}/acknowledge":    {record: "alert", result: "alert", day: "happened_on", by: true},
	"POST /v1/follow-ups/{id}/hand-over":  {record: "follow_up", result: "follow_up", day: "happened_on", by: true},
	"POST /v1/follow-ups/{id}/take-back":  {record: "follow_up", result: "follow_up", day: "happened_on", by: true},
	"POST /v1/follow-ups/{id}/answer":     {record: "follow_up", result: "follow_up", day: "happened_on", by: true},
	"POST /v1/follow-ups/{id}/done":       {record: "follow_up", result: "follow_up", day: "happened_on", by: true},
	"POST /v1/follow-ups/{id}/cancel":     {record: "follow_up", result: "follow_up", day: "happened_on", by: true},
	"POST /v1/patients/{id}/consents":     {record: "patient", result: "consent", day: "given_on"},
}

// redirected is the original request without the version (which the decider has
// not seen), with the performer named and the decision's changes. Error:
// ErrNotRedirected.
func (r row) redirected(body []byte, to homecare.RedirectParked) (recordID string, changed []byte, err error) {
	f := forms[r.Permission]
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return "", nil, err
	}
	delete(m, "version")
	if f.by && m["performed_by"] == nil {
		m["performed_by"] = r.PerformedBy
	}
	if len(f.times) > 0 && m[f.times[0]] == nil {
		m[f.times[0]] = r.ActAt // it happened when it was sent
	}
	if to.At != nil {
		if err := f.at(m, *to.At); err != nil {
			return "", nil, err
		}
	}
	recordID = r.RecordID
	bundle := r.Permission == "POST /v1/visits/bundle"
	switch {
	case to.VisitID != "" && bundle:
		m["type"], m["visit_id"] = "planned", to.VisitID
		delete(m, "visit")
	case to.CaseID != "" && bundle:
		visit := map[string]any{"case_id": to.CaseID}
		if r.NamesID != "" {
			visit["id"] = r.NamesID
		}
		m["type"], m["visit"] = "unplanned", visit
		delete(m, "visit_id")
	case to.CaseID != "" && r.Permission == "POST /v1/visits":
		m["case_id"] = to.CaseID
		delete(m, "stop_id")
	case to.VisitID != "" && f.record == "visit":
		recordID = to.VisitID
	case to.CaseID != "" && f.record == "case":
		recordID = to.CaseID
	case to.PatientID != "" && f.record == "patient":
		recordID = to.PatientID
	case to.PatientID != "" && r.Permission == "POST /v1/cases":
		m["patient_id"] = to.PatientID
	case to.VisitID != "" || to.CaseID != "" || to.PatientID != "":
		return "", nil, notRedirected(targets(to)[0])
	}
	changed, err = json.Marshal(m)
	return recordID, changed, err
}

// at moves an act to another time: all its times move by the same amount.
func (f form) at(m map[string]any, to time.Time) error {
	if f.day != "" {
		m[f.day] = clock.Day(to)
		return nil
	}
	var by time.Duration
	for i, name := range f.times {
		text, named := m[name].(string)
		if !named && i > 0 {
			continue
		}
		was, err := time.Parse(time.RFC3339, text)
		if !named || err != nil { // sent without a time: the time of sending
			was = to
		}
		if i == 0 {
			by = to.Sub(was)
		}
		m[name] = was.Add(by)
	}
	measuredBy(m, by)
	dueFrom(m["plan"], to, by)
	dueFrom(m["education"], to, by)
	if len(f.times) == 0 {
		return ErrNotRedirected
	}
	return nil
}

// atTime returns err with errors about the act's time pointing to the
// decision's time.
func (f form) atTime(err error) error {
	told := fault.From(err)
	if told == nil || len(told.Fields) == 0 {
		return err
	}
	fields := slices.Clone(told.Fields)
	for i, x := range fields {
		if name := strings.TrimPrefix(x.Pointer, "/"); name == f.day || len(f.times) > 0 && name == f.times[0] {
			fields[i].Pointer = "/at"
		}
	}
	return told.Definition.At(fields...)
}

// dueFrom moves due times that would be before the visit by the same amount: a wrong
// clock was wrong for the plan too. Later due times stay as written.
func dueFrom(x any, visit time.Time, by time.Duration) {
	switch x := x.(type) {
	case map[string]any:
		for name, v := range x {
			text, _ := v.(string)
			switch name {
			case "due_on", "date":
				at, err := time.ParseInLocation(time.DateOnly, text, clock.WITA)
				if err == nil && text < clock.Day(visit) {
					x[name] = clock.Day(at.Add(12 * time.Hour).Add(by))
				}
			case "starts_at":
				if at, err := time.Parse(time.RFC3339, text); err == nil && at.Before(visit) {
					x[name] = at.Add(by)
				}
			default:
				dueFrom(v, visit, by)
			}
		}
	case []any:
		for _, v := range x {
			dueFrom(v, visit, by)
		}
	}
}

// measuredBy moves the times of measurements with the visit.
func measuredBy(m any, by time.Duration) {
	switch x := m.(type) {
	case map[string]any:
		for name, v := range x {
			if text, is := v.(string); is && name == "taken_at" {
				if at, err := time.Parse(time.RFC3339, text); err == nil {
					x[name] = at.Add(by)
				}
			}
			measuredBy(v, by)
		}
	case []any:
		for _, v := range x {
			measuredBy(v, by)
		}
	}
}

// idOf is the id of a record that a use case returned.
func idOf(result any) string {
	v := reflect.Indirect(reflect.ValueOf(result))
	if v.Kind() != reflect.Struct || !v.FieldByName("ID").IsValid() {
		return ""
	}
	return v.FieldByName("ID").String()
}

// namesID is the id that a request chooses for its visit; attachments wait under
// that id. "" for none.
func namesID(permission string, body []byte) string {
	var m struct {
		ID    string
		Visit struct{ ID string }
	}
	switch err := json.Unmarshal(body, &m); {
	case err != nil:
	case permission == "POST /v1/visits":
		return m.ID
	case permission == "POST /v1/visits/bundle":
		return m.Visit.ID
	}
	return ""
}

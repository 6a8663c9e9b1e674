package doors

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Walked is the result of a walk.
type Walked struct {
	Asked int
	Leaks []string // the outside got access, or was shown a secret
	Wrong []string // answers to others that differ from the tables
}

// WalkOutside calls every route as the petugas outside the team, who must get
// the answer in app.Doors and see no id of the case. A route that is missing in
// the table or was not called is a leak.
func (w *World) WalkOutside() Walked {
	w.T.Helper()
	var out Walked
	asked := map[string]bool{}
	for _, a := range w.Asks() {
		asked[a.Permission] = true
		door, listed := app.DoorOf(w.route(a))
		if !listed {
			out.Leaks = append(out.Leaks, a.name()+": not in app.Doors")
			continue
		}
		if a.Outside != "" {
			door.Outside = a.Outside
		}
		out.Asked++
		if said := w.outside(a, door); said != "" {
			out.Leaks = append(out.Leaks, a.name()+": "+said)
		}
	}
	for _, r := range w.App.Routes() {
		if apitest.NamesRecord(r) && slices.Contains(r.By, access.Petugas) && !asked[r.Permission()] {
			out.Leaks = append(out.Leaks, r.Permission()+": nobody asked")
		}
	}
	return out
}

// Walk is WalkOutside followed by the same requests of a member of the team,
// koordinator, Kepala, Dinkes and a machine, who must get the answer in the
// route table. The office may join a visit of the outside to a stop of the
// team, so its requests come last.
func (w *World) Walk() Walked {
	w.T.Helper()
	out := w.WalkOutside()
	callers := w.callers()
	for _, a := range w.Asks() {
		for _, c := range callers {
			out.Asked++
			if said := w.inside(a, w.route(a), c); said != "" {
				out.Wrong = append(out.Wrong, a.name()+" as "+c.name+": "+said)
			}
		}
	}
	return out
}

// route is the line of the route table for a. A missing one fails the test.
func (w *World) route(a Ask) rest.Route {
	w.T.Helper()
	routes := w.App.Routes()
	i := slices.IndexFunc(routes, func(r rest.Route) bool { return r.Permission() == a.Permission })
	if i < 0 {
		w.T.Fatalf("%s: no such route", a.name())
	}
	return routes[i]
}

func (a Ask) name() string { return a.Permission + " (" + a.How + ")" }

type caller struct {
	name   string
	role   auth.Role
	client *homecare.Client
	scopes []string // of a machine
}

func (w *World) callers() []caller {
	w.T.Helper()
	scopes := []string{"patients.read", "cases.read", "visits.read", "visits.write", "documents.read"}
	in := homecare.NewMachineClient{Name: "Mesin penguji", Scopes: scopes, Auth: "secret",
		ExpiresOn: clock.Day(time.Now().AddDate(0, 0, 30))}
	made := must(w.Kepala.CreateClient(w.T.Context(), in))(w.T)
	machine := w.Visitor(w.T)
	must(machine.ClientCredentials(w.T.Context(), homecare.Credentials{ID: made.Client.ID, Secret: made.ClientSecret}))(
		w.T)
	machine.Clock = w.Kepala.Clock
	return []caller{
		{"the team", access.Petugas, w.Lead, nil},
		{"koordinator", access.Koordinator, w.Koordinator, nil},
		{"Kepala", access.Kepala, w.Kepala, nil},
		{"Dinkes", access.DinkesAdmin, w.As(w.T, "dinkes.admin"), nil},
		{"a machine", access.Integrator, machine, scopes},
	}
}

// secrets are the ids of the records of the case Own.
func (w *World) secrets() []string {
	return []string{w.Own.ID, w.Planned.ID, w.Begun.ID, w.Done.ID, w.Planned.StopID, w.Begun.StopID, w.Done.StopID,
		w.Alert.ID, w.FollowUp.ID,
		w.CaseFile.ID, w.PersonFile.ID, w.Letter.ID, w.Sheet.ID, w.Consent.ID, w.Evaluation.ID, w.Parked}
}

func (w *World) send(a Ask, c *homecare.Client) ([]byte, *homecare.Problem) {
	w.T.Helper()
	var got []byte
	var err error
	if a.File != nil {
		_, err = c.Upload(w.T.Context(), *a.File)
	} else {
		call := a.Call
		call.Out = &got
		err = c.Do(w.T.Context(), call)
	}
	if p, ok := errors.AsType[*homecare.Problem](err); ok {
		return nil, p
	} else if kept, parked := errors.AsType[*homecare.ParkedError](err); parked {
		return []byte(kept.Error()), nil // an act was parked; no act of the outside is
	} else if err != nil {
		w.T.Fatalf("%s: %v", a.name(), err)
	}
	return got, nil
}

// outside returns what is wrong with the answer to the petugas outside the
// team.
func (w *World) outside(a Ask, door app.Door) string {
	got, p := w.send(a, w.Outside)
	for _, id := range w.secrets() {
		if bytes.Contains(got, []byte(id)) {
			return "shows " + id
		}
	}
	switch door.Outside {
	case app.NotFound:
		if p == nil || p.Status != 404 || p.Code != "record.not_found" {
			return fmt.Sprintf("%v, want 404", answer(p))
		}
	case app.Unknown:
		if p == nil || p.Status != 422 || len(p.Errors) == 0 {
			return fmt.Sprintf("%v, want an unknown field", answer(p))
		}
	case app.LeftOut:
		if p != nil {
			return fmt.Sprintf("%v, want an answer without the case", answer(p))
		}
	case app.Open:
		if p != nil && (p.Status == 404 || p.Status == 403) {
			return fmt.Sprintf("%v, want an open door", answer(p))
		}
	}
	return ""
}

// inside returns what is wrong with the answer to another caller: it must be a
// 403 where the route table does not name the caller, and access otherwise.
func (w *World) inside(a Ask, r rest.Route, c caller) string {
	got, p := w.send(a, c.client)
	may := slices.Contains(r.By, c.role) && (c.scopes == nil || slices.Contains(c.scopes, r.Scope))
	switch {
	case !may && (p == nil || p.Status != 403):
		return fmt.Sprintf("%v, want 403", answer(p))
	case !may:
	case a.foreign():
	case c.name == "a machine" && strings.Contains(a.Permission, "/v1/parked/{id}"): // it sees what it sent
		if p == nil || p.Status != 404 {
			return fmt.Sprintf("%v, want 404", answer(p))
		}
	case p != nil && (p.Status == 404 || p.Status == 403 && p.Code != "visit.amend_needs_kepala"):
		return fmt.Sprintf("%v, want an open door", answer(p))
	case a.Shows && p != nil:
		return fmt.Sprintf("%v, want an answer", answer(p))
	case a.Shows && c.name != "a machine" && !(a.How == "the own stops" && c.role != access.Petugas) &&
		!slices.ContainsFunc(w.secrets(), func(id string) bool { return bytes.Contains(got, []byte(id)) }):
		return "shows nothing of the case, so that its absence proves nothing"
	}
	return ""
}

// foreign says that the request also needs a record of the outside's own case,
// for which the team is outside.
func (a Ask) foreign() bool {
	return a.How == "stop_id" || a.How == "attachment_id" && strings.HasSuffix(a.Permission, "signed-copy") ||
		a.How == "reopens_case_id" ||
		a.How == "visit_id" && strings.HasSuffix(a.Permission, "follow-ups")
}

func answer(p *homecare.Problem) string {
	if p == nil {
		return "answered"
	}
	return fmt.Sprintf("%d %s %+v", p.Status, p.Code, p.Errors)
}

// Test walks and fails t for every finding.
func Test(t *testing.T, w *World) {
	t.Helper()
	found := w.Walk()
	for _, x := range slices.Concat(found.Leaks, found.Wrong) {
		t.Error(x)
	}
	if found.Asked < 500 {
		t.Errorf("only %d requests", found.Asked)
	}
}

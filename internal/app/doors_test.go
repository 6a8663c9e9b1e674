package app_test

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/doors"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestOutsideTheTeam tries one by one what a petugas outside the team could do
// to a case that answers 404.
func TestOutsideTheTeam(t *testing.T) {
	t.Parallel()
	w := doors.NewWorld(t, apitest.New(t))
	ctx, out := t.Context(), w.Outside
	gone := func(what string, err error) {
		t.Helper()
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != 404 || p.Code != "record.not_found" {
			t.Errorf("%s: %v, want 404", what, err)
		}
	}
	_, err := out.Case(ctx, w.Own.ID)
	gone("case", err)
	if list, err := out.Evaluations(ctx, nil); err != nil || len(list.Data) != 0 {
		t.Errorf("evaluations: %d, %v", len(list.Data), err)
	}
	_, err = out.CloseEvaluation(ctx, w.Evaluation.ID, w.Evaluation.Version,
		homecare.EvaluationResult{Result: "Selesai"})
	gone("close an evaluation", err)
	_, err = out.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.Apart.ID, StopID: w.Planned.StopID})
	gone("join a stop", err)
	if list, err := out.Attachments(ctx, "patient", w.Own.PatientID); err != nil || len(list.Data) != 0 {
		t.Errorf("files of a person: %d, %v", len(list.Data), err)
	}
	_, err = out.Attachment(ctx, w.PersonFile.ID)
	gone("a person's file", err)
	_, err = out.AttachmentContent(ctx, w.PersonFile.ID)
	gone("its content", err)
	_, err = out.VoidAttachment(ctx, w.PersonFile.ID, w.PersonFile.Version, homecare.Why{Reason: "x"})
	gone("void a person's file", err)
	if _, err = out.Upload(ctx, doors.File("patient", w.Own.PatientID)); err == nil {
		t.Error("a file of the person is taken")
	}
	_, err = out.Consents(ctx, w.Own.PatientID)
	gone("consents", err)
	_, err = out.GiveConsent(ctx, w.Own.PatientID, homecare.NewConsent{Kind: "home_visit", GivenBy: "Ibu",
		Relation: "self", GivenOn: "2026-10-01"})
	gone("give a consent", err)
	_, err = out.WithdrawConsent(ctx, w.Own.PatientID, w.Consent.ID, w.Consent.Version,
		homecare.ConsentWithdrawn{Reason: "x"})
	gone("withdraw a consent", err)
	hazards, err := out.Hazards(ctx, nil)
	if err != nil || len(hazards.Data) == 0 || hazards.Data[0].VisitID != "" {
		t.Errorf("hazards: %+v, %v", hazards.Data, err)
	}
	// The team and the office continue as before.
	for name, c := range map[string]*homecare.Client{"team": w.Nurse, "koordinator": w.Koordinator,
		"kepala": w.Kepala} {
		if list, err := c.Consents(ctx, w.Own.PatientID); err != nil || len(list.Data) != 1 {
			t.Errorf("consents for %s: %d, %v", name, len(list.Data), err)
		}
		if list, err := c.Evaluations(ctx, nil); err != nil || len(list.Data) != 1 {
			t.Errorf("evaluations for %s: %d, %v", name, len(list.Data), err)
		}
		if list, err := c.Attachments(ctx, "patient", w.Own.PatientID); err != nil || len(list.Data) != 1 {
			t.Errorf("files for %s: %d, %v", name, len(list.Data), err)
		}
		if h, err := c.Hazards(ctx, nil); err != nil || len(h.Data) == 0 || h.Data[0].VisitID == "" {
			t.Errorf("hazards for %s: %+v, %v", name, h.Data, err)
		}
	}
	// An account outside the team gets no task or visit that it could never
	// see.
	visits, err := w.Lead.Visits(ctx, url.Values{"case_id": {w.Own.ID}})
	if err != nil || len(visits.Data) == 0 {
		t.Fatalf("%d visits, %v", len(visits.Data), err)
	}
	for kind, id := range map[string]string{"case": w.Own.ID, "visit": visits.Data[0].ID} {
		for owner, want := range map[string]bool{w.OutsideID: false, w.NurseID: true} {
			finding := w.Finding(kind, id)
			finding.OwnerAccountID = owner
			_, err := w.Lead.NewEvaluation(ctx, finding)
			p, refused := errors.AsType[*homecare.Problem](err)
			if refused == want || refused && (p.Status != 422 || p.Errors[0].Pointer != "/owner_account_id") {
				t.Errorf("evaluation of a %s for an owner in the team %v: %v", kind, want, err)
			}
		}
	}
	// A person without a case is open: the consent comes before the case.
	nobody := w.Person("Belum ada kasus")
	if _, err := out.GiveConsent(ctx, nobody, homecare.NewConsent{Kind: "home_visit", GivenBy: "Ibu", Relation: "self",
		GivenOn: "2026-10-01"}); err != nil {
		t.Errorf("consent before any case: %v", err)
	}
}

// TestOwnProposal: routes about a visible proposal answer the proposer like the
// case itself.
func TestOwnProposal(t *testing.T) {
	t.Parallel()
	w := doors.NewWorld(t, apitest.New(t))
	ctx := t.Context()
	c := w.Propose(w.Outside, w.Person("Usulan sendiri"))
	inactive := func(what string, err error) {
		t.Helper()
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "visit.case_not_active" {
			t.Errorf("%s: %v, want visit.case_not_active", what, err)
		}
	}
	at := time.Date(2026, 10, 20, 2, 0, 0, 0, time.UTC)
	_, err := w.Outside.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at})
	inactive("plan", err)
	_, err = w.Outside.RecordVisit(ctx, w.Bundle(c.ID, time.Date(2026, 10, 13, 2, 0, 0, 0, time.UTC)))
	if p, ok := errors.AsType[*homecare.ParkedError](err); !ok || p.Reason != "case_not_active" {
		t.Errorf("bundle: %v, want it parked for case_not_active", err)
	}
	// A proposal gives no access to a person in another team's care.
	if _, err := w.Outside.ProposeCase(ctx, homecare.NewCase{PatientID: w.Own.PatientID, Programme: "homecare_sanggam",
		Origin: "walk_in", Reason: "Usul"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Outside.Consents(ctx, w.Own.PatientID); err == nil {
		t.Error("a proposal of one's own opens the consents of a person in another team's care")
	}
	if _, err := w.Outside.WithdrawConsent(ctx, w.Own.PatientID, w.Consent.ID, w.Consent.Version,
		homecare.ConsentWithdrawn{Reason: "x"}); err == nil {
		t.Error("and withdraws them")
	}
	// Nor does another account's proposal without a team.
	theirs := w.Person("Usulan koordinator")
	w.Propose(w.Koordinator, theirs)
	_, err = w.Outside.Consents(ctx, theirs)
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != 404 {
		t.Errorf("consents of who was proposed by somebody else: %v, want 404", err)
	}
	line, err := w.Outside.PatientTimeline(ctx, c.PatientID, nil)
	if err != nil || !slices.ContainsFunc(line.Data, func(e homecare.TimelineEntry) bool { return e.ID == c.ID }) {
		t.Errorf("timeline lacks the own proposal: %+v, %v", line.Data, err)
	}
}

// TestReplayAsksAgain: a stored answer is shown only to a caller who may still
// see its record, and that of a visit also to the account that made it.
func TestReplayAsksAgain(t *testing.T) {
	t.Parallel()
	w := doors.NewWorld(t, apitest.New(t))
	person := w.Person("Ibu Pindah Tim")
	c := w.Form(w.Propose(w.Nurse, person), w.LeadID, w.NurseID)
	calls := []homecare.Call{
		{Path: "/v1/follow-ups", Body: w.Task(c.ID)},
		{Path: "/v1/evaluations", Body: w.Finding("case", c.ID)},
		{Path: "/v1/patients/" + person + "/consents", Body: homecare.NewConsent{Kind: "photo", GivenBy: "Ibu",
			Relation: "self", GivenOn: "2026-10-01"}},
		{Path: "/v1/cases/" + c.ID + "/review", IfMatch: c.Version,
			Body: homecare.ReviewCase{Problems: []string{"Luka"}, Goals: []string{"Kering"},
				PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
				VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: []string{w.LeadID}}},
		{Path: "/v1/visits/bundle", Body: w.Bundle(c.ID, time.Date(2026, 10, 13, 2, 0, 0, 0, time.UTC))},
		{Path: "/v1/visits", Body: homecare.PlanVisit{CaseID: c.ID,
			StartsAt: ptr(time.Date(2026, 10, 21, 2, 0, 0, 0, time.UTC))}},
	}
	begun := w.Form(w.Propose(w.Koordinator, w.Person("Ibu Kunjungan")), w.LeadID, w.NurseID)
	v := w.Open(begun, w.Nurse)
	calls = append(calls,
		homecare.Call{Path: "/v1/alerts/" + v.Alerts[0].ID + "/acknowledge", IfMatch: v.Alerts[0].Version,
			Body: homecare.AcknowledgeAlert{Note: "Dirujuk"}},
		homecare.Call{Path: "/v1/visits/" + v.ID + "/miss", IfMatch: v.Version,
			Body: homecare.MissVisit{ReasonCode: "not_home", Reason: "Kosong"}},
		homecare.Call{Path: "/v1/evaluations", Key: "evaluasi-kunjungan", Body: w.Finding("visit", v.ID)})
	send := func(i int) (map[string]any, error) {
		var got map[string]any
		call := calls[i]
		call.Method, call.Key, call.Out = http.MethodPost,
			cmp.Or(call.Key, "kunci-pengulangan-"+url.PathEscape(call.Path)), &got
		return got, w.Nurse.Do(t.Context(), call)
	}
	var first []map[string]any
	for i := range calls {
		got, err := send(i)
		if err != nil {
			t.Fatalf("%s: %v", calls[i].Path, err)
		}
		first = append(first, got)
	}
	for i := range calls {
		if again, err := send(i); err != nil || again["id"] != first[i]["id"] {
			t.Errorf("%s again, in the team: %v", calls[i].Path, err)
		}
	}
	for _, id := range []string{c.ID, begun.ID} {
		now, err := w.Kepala.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Kepala.FormCaseTeam(t.Context(), id, now.Version,
			doors.Team("Cuti panjang", w.LeadID)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range calls {
		again, err := send(i)
		if strings.HasSuffix(calls[i].Path, "/bundle") || strings.HasSuffix(calls[i].Path, "/miss") {
			if err != nil || again["id"] != first[i]["id"] {
				t.Errorf("%s again, after leaving the team: %v", calls[i].Path, err)
			}
			continue
		}
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != 404 || p.Code != "record.not_found" {
			t.Errorf("%s again, after leaving the team: %v, want 404", calls[i].Path, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// TestAllowedIsTheCallers: allowed lists what the caller may do, not what any
// account may do.
func TestAllowedIsTheCallers(t *testing.T) {
	t.Parallel()
	w := doors.NewWorld(t, apitest.New(t))
	ctx := t.Context()
	mine := w.Propose(w.Nurse, w.Person("Usulan perawat"))
	theirs := w.Propose(w.Koordinator, w.Person("Usulan koordinator"))
	check := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	allowed := func(c *homecare.Client, id string) []string {
		t.Helper()
		got, err := c.Case(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Cases(ctx, url.Values{"patient_id": {got.PatientID}})
		if err != nil || len(list.Data) != 1 || !slices.Equal(list.Data[0].Allowed, got.Allowed) {
			t.Errorf("the list says %+v, the case %v (%v)", list.Data, got.Allowed, err)
		}
		return got.Allowed
	}
	check("answer of the proposal", mine.Allowed, "end", "withdraw")
	check("the proposer", allowed(w.Nurse, mine.ID), "end", "withdraw")
	check("the koordinator", allowed(w.Koordinator, mine.ID), "correct-days", "end", "withdraw")
	check("kepala", allowed(w.Kepala, mine.ID), "approve", "correct-days", "end", "reject")
	check("kepala of the koordinator's", allowed(w.Kepala, theirs.ID), "approve", "correct-days", "end", "reject")
	_, err := w.Nurse.ReviewCase(ctx, mine.ID, mine.Version, homecare.ReviewCase{Problems: []string{"x"},
		Goals:           []string{"x"},
		PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
		VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: []string{w.NurseID}})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "record.state" {
		t.Fatal(err)
	} else {
		check("409", p.Allowed, "end", "withdraw")
	}
	w.Database.Exec(t, `insert into withheld_permission (puskesmas_id, role, permission)
		values ($1, 'petugas', 'POST /v1/cases/{id}/withdraw')`, w.PuskesmasID(t, doors.Slug))
	check("withheld", allowed(w.Nurse, mine.ID), "end")
	// A completed visit: its author may amend it, a colleague may not.
	_, err = w.Nurse.CheckIn(ctx, w.Done.ID, w.Done.Version,
		homecare.CheckIn{ArrivedAt: time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "record.state" {
		t.Fatal(err)
	} else {
		check("a colleague's visit", p.Allowed)
	}
	_, err = w.Lead.CheckIn(ctx, w.Done.ID, w.Done.Version,
		homecare.CheckIn{ArrivedAt: time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "record.state" {
		t.Fatal(err)
	} else {
		check("the own visit", p.Allowed, "amend")
	}
}

// TestEveryDoorIsListed: app.Doors lists exactly the routes that can name a
// case or person and that a petugas may call.
func TestEveryDoorIsListed(t *testing.T) {
	t.Parallel()
	listed := 0
	routes := apitest.New(t).App.Routes()
	for _, r := range routes {
		if strange := apitest.Strange(r); len(strange) > 0 {
			t.Errorf("%s: nobody has said whether %v name a case or person (internal/app/doors.go)", r.Permission(),
				strange)
		}
		_, known := app.DoorOf(r)
		if known {
			listed++
		}
		if want := apitest.NamesRecord(r) && slices.Contains(r.By, access.Petugas); want != known {
			t.Errorf("%s: names a case or person for a petugas: %t, listed: %t", r.Permission(), want, known)
		}
	}
	for _, r := range routes {
		if d, known := app.DoorOf(r); known && r.TakesKey() && d.Outside != app.Open &&
			!access.AsksAgain(r.Path, r.Handler.Result()) {
			t.Errorf("%s: its stored answer names no record, so it is shown again to anybody who has the key",
				r.Permission())
		}
	}
	if listed != len(app.Doors) {
		t.Errorf("%d of the %d lines are routes", listed, len(app.Doors))
	}
}

// TestDoors calls every door of the table over HTTP.
func TestDoors(t *testing.T) {
	t.Parallel()
	doors.Test(t, doors.NewWorld(t, apitest.New(t)))
}

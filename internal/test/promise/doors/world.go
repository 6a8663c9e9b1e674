// Package doors calls every route that can name a case or a person to check
// that a petugas outside the team gets no access: promise REC-2 and the test of
// the table app.Doors.
package doors

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Slug is the puskesmas of the world.
const Slug = "tanah-habang"

// today is the business time of the world: a Wednesday, 10:00 WITA.
var today = time.Date(2026, 10, 14, 2, 0, 0, 0, time.UTC)

// pixel is the smallest PNG.
var pixel, _ = base64.StdEncoding.DecodeString(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// World is a puskesmas with two cases in care: Own of petugas1 and petugas2,
// Apart of petugas3 alone, who is outside the team of Own.
type World struct {
	*apitest.Server
	T                          testing.TB
	Kepala, Koordinator        *homecare.Client
	Lead, Nurse, Outside       *homecare.Client
	LeadID, NurseID, OutsideID string
	Own, Apart                 homecare.Case
	Planned, Begun, Done       homecare.Visit // of Own
	Parked                     string         // an act of Lead on Own
	Alert                      homecare.Alert
	FollowUp                   homecare.FollowUp
	CaseFile, PersonFile       homecare.Attachment
	Letter, Sheet              homecare.Document
	Consent                    homecare.Consent
	Fact                       homecare.Fact // entered by another petugas of the puskesmas
	Household                  string
	OutsideLetter              homecare.Document
	Evaluation                 homecare.Evaluation
	OutsidePlanned             homecare.Visit // of Apart
}

// NewWorld makes the world through the API.
func NewWorld(t testing.TB, s *apitest.Server) *World {
	t.Helper()
	w := &World{Server: s, T: t}
	now := today
	for _, a := range []struct {
		name   string
		client **homecare.Client
		id     *string
	}{{"kepala", &w.Kepala, new(string)}, {"koordinator", &w.Koordinator, new(string)},
		{"petugas1", &w.Lead, &w.LeadID},
		{"petugas2", &w.Nurse, &w.NurseID}, {"petugas3", &w.Outside, &w.OutsideID}} {
		c := s.As(t, a.name+"."+Slug)
		me := must(c.Me(t.Context()))(t)
		c.Clock = func() time.Time { return now }
		*a.client, *a.id = c, me.AccountID
	}
	// The outside cared for the person before. That is over and gives no
	// access.
	person := w.Person("Ibu Milik Tim")
	now = today.AddDate(0, 0, -40)
	former := w.active(person, w.Outside, w.OutsideID)
	must(w.Kepala.EndCase(t.Context(), former.ID, former.Version,
		homecare.CaseEnd{Kind: "referral", Date: now.Format(time.DateOnly),
			Referral: &homecare.Referral{Hospital: "RSUD Balangan", Unit: "Poli",
				Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}},
				Anamnesis: "Nyeri dada", Physical: "TD 180/110", Therapy: "Amlodipin 10 mg", Purpose: "Evaluasi",
				Urgency: "elective"}}))(t)
	now = today
	w.Own = w.active(person, w.Lead, w.LeadID, w.NurseID)
	w.Apart = w.active(w.Person("Bapak Tim Lain"), w.Outside, w.OutsideID)
	w.records()
	return w
}

// must returns the value of a call that must succeed.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			if p, ok := errors.AsType[*homecare.Problem](err); ok {
				t.Fatalf("%v %+v", err, p.Errors)
			}
			t.Fatal(err)
		}
		return v
	}
}

// Person puts somebody into the registry.
func (w *World) Person(name string) string {
	w.T.Helper()
	return w.AddPatient(w.T, Slug, apitest.Person{Name: name, Sex: "female", BirthDate: "1950-05-02",
		Village: "6311052001"})
}

// Propose proposes a case of the person.
func (w *World) Propose(by *homecare.Client, patientID string) homecare.Case {
	w.T.Helper()
	return must(by.ProposeCase(w.T.Context(), homecare.NewCase{PatientID: patientID, Programme: "kupinang",
		Origin: "walk_in", Reason: "Pascarawat inap",
		ProposedOn: clock.Day(by.Clock().AddDate(0, 0, -20))}))(w.T)
}

// Form approves a case and gives it a team, the first member leading.
func (w *World) Form(c homecare.Case, members ...string) homecare.Case {
	w.T.Helper()
	c = must(w.Kepala.ApproveCase(w.T.Context(), c.ID, c.Version, homecare.ApproveCase{}))(w.T)
	return must(w.Kepala.FormCaseTeam(w.T.Context(), c.ID, c.Version, Team("", members...)))(w.T)
}

// Team is a team of these accounts, the first leading; reason for a change.
func Team(reason string, accounts ...string) homecare.CaseTeam {
	in := homecare.CaseTeam{Reason: reason}
	for i, a := range accounts {
		in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: a, Lead: i == 0})
	}
	return in
}

func (w *World) active(patientID string, by *homecare.Client, members ...string) homecare.Case {
	w.T.Helper()
	c := w.Form(w.Propose(w.Koordinator, patientID), members...)
	return must(by.ReviewCase(w.T.Context(), c.ID, c.Version, review(members...)))(w.T)
}

func review(participants ...string) homecare.ReviewCase {
	return homecare.ReviewCase{Problems: []string{"Luka kaki"}, Goals: []string{"Luka kering"},
		PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
		VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: participants}
}

// Plan plans a visit at hours after the business time.
func (w *World) Plan(by *homecare.Client, caseID string, hours int) homecare.Visit {
	w.T.Helper()
	at := today.Add(time.Duration(hours) * time.Hour)
	return must(by.PlanVisit(w.T.Context(), homecare.PlanVisit{CaseID: caseID, StartsAt: &at}))(w.T)
}

// Open begins a visit of an approved case after its review, with an alert.
func (w *World) Open(c homecare.Case, by *homecare.Client) homecare.Visit {
	w.T.Helper()
	c = must(by.ReviewCase(w.T.Context(), c.ID, c.Version, review(w.LeadID)))(w.T)
	return w.begin(by, c.ID, 2)
}

// begin plans a visit, checks in, and measures a dangerous blood pressure.
func (w *World) begin(by *homecare.Client, caseID string, hours int) homecare.Visit {
	w.T.Helper()
	ctx := w.T.Context()
	v := w.Plan(by, caseID, hours)
	v = must(by.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: today.Add(-30 * time.Minute)}))(w.T)
	vitals := homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(215.0)},
		{Code: "dbp", Value: new(125.0)}, {Code: "hr", Value: new(80.0)}, {Code: "rr", Value: new(18.0)},
		{Code: "temp", Value: new(36.7)}, {Code: "spo2", Value: new(98.0)}}}
	return must(by.PutVitals(ctx, v.ID, v.Version, vitals))(w.T)
}

func (w *World) records() {
	t, ctx := w.T, w.T.Context()
	t.Helper()
	w.Planned, w.OutsidePlanned = w.Plan(w.Lead, w.Own.ID, 48), w.Plan(w.Outside, w.Apart.ID, 49)
	w.Done = must(w.Lead.RecordVisit(ctx, w.Bundle(w.Own.ID, today.Add(-5*time.Hour))))(t)
	begun := w.begin(w.Lead, w.Own.ID, -1)
	w.Begun = must(w.Lead.PutHazards(ctx, begun.ID, begun.Version,
		homecare.HazardsPart{Hazards: []homecare.Hazard{{Kind: "dog", Severity: "low", Note: "Anjing galak"}}}))(t)
	w.Alert = w.Begun.Alerts[0]
	_, err := w.Lead.RecordVisit(ctx, w.Bundle(w.Own.ID, today.AddDate(0, 0, -30)))
	kept, parked := errors.AsType[*homecare.ParkedError](err)
	if !parked {
		t.Fatalf("a visit before the proposal: %v", err)
	}
	w.Parked = kept.ID
	w.FollowUp = must(w.Lead.AddFollowUp(ctx, w.Task(w.Own.ID)))(t)
	w.CaseFile = must(w.Lead.Upload(ctx, File("case", w.Own.ID)))(t)
	w.PersonFile = must(w.Lead.Upload(ctx, File("patient", w.Own.PatientID)))(t)
	w.Sheet = must(w.Lead.IssueAnamnesisSheet(ctx, w.Done.ID))(t)
	w.Fact = must(w.Outside.EnterFact(ctx, w.Own.PatientID, homecare.NewFact{Code: "smoker"}))(t)
	w.Consent = must(w.Lead.GiveConsent(ctx, w.Own.PatientID, consent))(t)
	w.Evaluation = must(w.Lead.NewEvaluation(ctx, w.Finding("case", w.Own.ID)))(t)
	letters := must(w.Lead.Documents(ctx, map[string][]string{"case_id": {w.Own.ID}, "kind": {"assignment_letter"}}))(t)
	w.Letter = letters.Data[0]
	w.OutsideLetter = must(w.Outside.Documents(ctx, map[string][]string{"case_id": {w.Apart.ID},
		"kind": {"assignment_letter"}}))(t).Data[0]
	w.Household = uuid.NewString()
	w.Database.Exec(t, `insert into household (puskesmas_id, id, kk_index, created_at) values ($1, $2, '\x01', now())`,
		w.PuskesmasID(t, Slug), w.Household)
	w.Database.Exec(t, `update patient set household_id = $1 where id = $2`, w.Household, w.Own.PatientID)
	w.Own = must(w.Lead.Case(ctx, w.Own.ID))(t)
}

var consent = homecare.NewConsent{Kind: "home_visit", GivenBy: "Ibu", Relation: "self", GivenOn: "2026-10-01"}

// Task is a follow-up of a case.
func (w *World) Task(caseID string) homecare.NewFollowUp {
	return homecare.NewFollowUp{CaseID: caseID, PlannedFollowUp: homecare.PlannedFollowUp{What: "Kontrol di poli",
		Unit: "Poli umum", DueOn: "2026-10-20"}}
}

// File is a photo of a record.
func File(kind, id string) homecare.NewAttachment {
	return homecare.NewAttachment{Kind: "photo", SubjectKind: kind, SubjectID: id, Caption: "Foto", File: pixel}
}

// Finding is an evaluation of a visit or case.
func (w *World) Finding(kind, id string) homecare.NewEvaluation {
	return homecare.NewEvaluation{SubjectKind: kind, SubjectID: id, Programme: "kupinang", Finding: "Tidak bertemu",
		Cause: "Di kebun", Improvement: "Kunjungan sore",
		OwnerAccountID: w.LeadID, DueOn: "2026-10-30"}
}

// Bundle is a whole unplanned visit of 40 minutes.
func (w *World) Bundle(caseID string, at time.Time) homecare.VisitBundle {
	return homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID}, ArrivedAt: at,
		DepartedAt: at.Add(40 * time.Minute),
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas", Informant: "patient"},
			Vitals: &homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(128.0)},
				{Code: "dbp", Value: new(82.0)}, {Code: "hr", Value: new(80.0)}, {Code: "rr", Value: new(18.0)},
				{Code: "temp", Value: new(36.7)}, {Code: "spo2", Value: new(98.0)}}},
			Diagnoses: &homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}},
			Services: homecare.NewServicesPart(&homecare.FamilyNursingCare{
				Interventions: []string{"medication_supervision"}, Outcome: "partly_reached"})},
		Plan: &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Kontrol di poli", Unit: "Poli umum",
			DueOn: "2026-10-20"}},
			NextVisit: &homecare.NextVisit{Date: "2026-10-28"}}}
}

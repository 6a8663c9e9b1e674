//go:build sabotage

package probe

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TeamCanary marks what belongs to the case of a team of Uren without petugas3.
const TeamCanary = "xkanaritim"

// Stranger is an account of Uren outside that team.
const Stranger = "petugas3.uren"

// Client signs an account in with the marking transport.
func (w *World) Client(t testing.TB, username string) *homecare.Client {
	t.Helper()
	c := w.As(t, username)
	c.HTTP = w.Marking(t)
	return c
}

// OtherTeam makes a case with a visit and a task for the team of petugas1 and
// petugas2, and returns the ids that Stranger must not see.
func (w *World) OtherTeam(t testing.TB) map[string]string {
	t.Helper()
	ctx := t.Context()
	kepala, dokter, koordinator := w.Client(t, "kepala.uren"), w.Client(t, "petugas1.uren"),
		w.Client(t, "koordinator.uren")
	staff := w.staff(t, koordinator)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	members := []homecare.TeamMemberInput{{AccountID: staff["petugas1"], Lead: true}, {AccountID: staff["petugas2"]}}
	team, err := kepala.CreateTeam(ctx, homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim kedua",
		DecreeNumber: "188.45/313 Tahun 2022", ValidFrom: "2022-01-03", Members: members})
	must(err)
	p, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Tim", Sex: "female",
		BirthDate: "1950-02-03", Village: w.village(t, koordinator)})
	must(err)
	c, err := dokter.ProposeCase(ctx, homecare.NewCase{PatientID: p.ID, Programme: "homecare_sanggam",
		Origin: "walk_in", Reason: "Alasan " + TeamCanary,
		ProposedOn: clock.Day(time.Now().AddDate(0, 0, -40))})
	must(err)
	c, err = kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{})
	must(err)
	c, err = kepala.FormCaseTeam(ctx, c.ID, c.Version, homecare.CaseTeam{TeamID: team.ID})
	must(err)
	c, err = dokter.ReviewCase(ctx, c.ID, c.Version, homecare.ReviewCase{Problems: []string{"Masalah " + TeamCanary},
		Goals:           []string{"Tujuan " + TeamCanary},
		PlannedServices: []homecare.PlannedService{{Type: "family_education"}},
		VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
		Participants:    []string{staff["petugas1"], staff["petugas2"]}})
	must(err)
	at := time.Now().Add(30 * 24 * time.Hour).Truncate(time.Hour)
	v, err := dokter.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at, DurationMinutes: 60})
	must(err)
	task, err := dokter.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: c.ID, PlannedFollowUp: homecare.PlannedFollowUp{
		What: "Tugas " + TeamCanary, OwnerAccountID: staff["petugas1"], DueOn: clock.Day(at)}})
	must(err)
	return map[string]string{"cases": c.ID, "visits": v.ID, "follow-ups": task.ID}
}

func (w *World) village(t testing.TB, c *homecare.Client) string {
	t.Helper()
	v, err := c.Villages(t.Context(), url.Values{"puskesmas": {Own}})
	if err != nil || len(v.Data) == 0 {
		t.Fatalf("no village: %v", err)
	}
	return v.Data[0].Code
}

func (w *World) staff(t testing.TB, c *homecare.Client) map[string]string {
	t.Helper()
	all, err := c.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, m := range all.Data {
		for _, name := range []string{"kepala", "koordinator", "petugas1", "petugas2", "petugas3"} {
			if m.Username == name+"."+Own {
				out[name] = m.AccountID
			}
		}
	}
	return out
}

// Rest does what the walk omits, so that nearly every operation has succeeded
// once on the caller's own records. A failure is logged; the operation then has
// no positive cell.
func (w *World) Rest(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	kepala, dokter, koordinator := w.Client(t, "kepala.uren"), w.Client(t, "petugas1.uren"),
		w.Client(t, "koordinator.uren")
	try := func(what string, err error) {
		if err != nil {
			t.Logf("%s: %v", what, err)
		}
	}
	village := w.village(t, koordinator)
	var people []homecare.Patient
	for i, name := range []string{"Galuh Satu", "Galuh Dua", "Galuh Tiga", "Galuh Empat", "Galuh Lima"} {
		p, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: name, Sex: "female",
			BirthDate: fmt.Sprintf("1951-0%d-11", i+1), Address: "Jalan Uji", Village: village})
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, p)
	}
	p, err := koordinator.ChangePatient(ctx, people[0].ID, people[0].Version,
		homecare.PatientChange{Name: homecare.Some("Galuh Baru")})
	try("change patient", err)
	_, err = dokter.RevealPatient(ctx, people[0].ID, homecare.Reveal{Purpose: "Mencocokkan kartu"})
	try("reveal", err)
	_, err = koordinator.VoidPatient(ctx, people[1].ID, people[1].Version, homecare.Why{Reason: "Salah catat"})
	try("void patient", err)
	_, err = koordinator.MergePatient(ctx, people[2].ID, people[2].Version, homecare.MergePatient{IntoID: p.ID,
		Reason: "Orang yang sama"})
	try("merge", err)
	_, err = koordinator.AdjustPriority(ctx, p.ID, homecare.AdjustPriority{Move: "up", Points: 5,
		Reason: "Laporan kader"})
	try("adjust", err)
	_, err = koordinator.RecomputePriorities(ctx)
	try("recompute", err)
	propose := func(i int) homecare.Case {
		c, err := dokter.ProposeCase(ctx, homecare.NewCase{PatientID: people[i].ID, Programme: "homecare_sanggam",
			Origin: "walk_in", Reason: "Usulan uji",
			ProposedOn: clock.Day(time.Now().AddDate(0, 0, -40))})
		try("propose", err)
		return c
	}
	c := propose(0)
	c, err = dokter.WithdrawCase(ctx, c.ID, c.Version, homecare.Why{Reason: "Salah orang"})
	try("withdraw", err)
	w.restCases(t, kepala, dokter, propose, try)
	w.restVisits(t, dokter, try)
	twin, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Lime", Sex: "female",
		BirthDate: "1951-05-11", Village: village})
	try("twin", err)
	w.restDuplicates(t, koordinator, twin.ID, try)
	w.restOffice(t, kepala, koordinator, try)
	w.restReports(t, kepala, koordinator, try)
	w.restRetention(t, kepala, koordinator, village, try)
	w.restPlatform(t, try)
	w.restSecondFactor(t, try)
	w.restAccounts(t, kepala, try)
	w.restClients(t, try)
	w.restPrivacy(t, kepala, koordinator, village, try)
}

func (w *World) restCases(t testing.TB, kepala, dokter *homecare.Client, propose func(int) homecare.Case,
	try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	staff := w.staff(t, kepala)
	teams, err := kepala.Teams(ctx, url.Values{"programme": {"homecare_sanggam"}})
	if err != nil || len(teams.Data) == 0 {
		t.Fatal(err)
	}
	c := propose(3)
	c, err = kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{})
	try("approve", err)
	c, err = kepala.FormCaseTeam(ctx, c.ID, c.Version, homecare.CaseTeam{TeamID: teams.Data[0].ID})
	try("team", err)
	c, err = dokter.ReviewCase(ctx, c.ID, c.Version, homecare.ReviewCase{Problems: []string{"Masalah uji"},
		Goals:           []string{"Tujuan uji"},
		PlannedServices: []homecare.PlannedService{{Type: "family_education"}}, VisitFrequency: homecare.VisitFrequency{
			Times: 1, EveryWeeks: 2}, Participants: []string{staff["petugas1"], staff["petugas2"]}})
	try("review", err)
	today := clock.Day(time.Now())
	c, err = dokter.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "refusal", Date: today,
		Refusal: &homecare.Refusal{Reason: "Tidak mau", Refused: "Kunjungan rumah",
			Signer: homecare.Signer{Name: "Anak Pasien", Relation: "child"}, Witness: "Ketua RT",
			Risk:     "Dapat memburuk",
			Explains: staff["petugas1"]}})
	try("refusal", err)
	c, err = dokter.RetractRefusal(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Berubah pikiran"})
	try("retract refusal", err)
	w.restLate(t, kepala, dokter, c.ID, staff["petugas3"], try)
	later := time.Now().Add(40 * 24 * time.Hour)
	dokter.Clock = func() time.Time { return later }
	for _, r := range Query[Record](t, w, `select e.id::text, e.version from care_case e
		join case_ending n on n.case_id = e.id join puskesmas p on p.id = e.puskesmas_id where p.slug = $1
		and n.kind = 'referral'`, Own) {
		_, err = dokter.RecordReferralOutcome(ctx, r.ID, r.Version,
			homecare.NewReferralOutcome{Result: "treated_outpatient", OccurredOn: clock.Day(later),
				Note: "Berobat jalan"})
		try("referral outcome", err)
		if c, err = dokter.Case(ctx, r.ID); err == nil {
			_, err = dokter.ReopenCase(ctx, c.ID, c.Version, homecare.ReopenCase{Origin: "back_referral",
				Reason: "Perlu dilayani lagi"})
		}
		try("reopen", err)
	}
	dokter.Clock = nil
	team := teams.Data[0]
	_, err = kepala.ChangeTeamMembers(ctx, team.ID, team.Version,
		homecare.TeamMembers{Members: []homecare.TeamMemberInput{{AccountID: staff["petugas1"], Lead: true},
			{AccountID: staff["petugas2"]}}, Reason: "Cuti panjang"})
	try("team members", err)
}

func (w *World) restVisits(t testing.TB, dokter *homecare.Client, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	visits, err := dokter.Visits(ctx, url.Values{"state": {"planned"}, "limit": {"1"}})
	if err != nil || len(visits.Data) == 0 {
		t.Logf("no planned visit: %v", err)
		return
	}
	v, err := dokter.Visit(ctx, visits.Data[0].ID)
	try("visit", err)
	caseID := v.CaseID
	at := time.Now().Add(50 * 24 * time.Hour).Truncate(time.Hour)
	v, err = dokter.RescheduleVisit(ctx, v.ID, v.Version, homecare.RescheduleVisit{StartsAt: &at, DurationMinutes: 60,
		Reason: "Jembatan terputus"})
	try("reschedule", err)
	_, err = dokter.CancelVisit(ctx, v.ID, v.Version, homecare.CancelVisit{Reason: "Dirawat di rumah sakit"})
	try("cancel", err)
	next := at.Add(24 * time.Hour)
	if v, err = dokter.PlanVisit(ctx, homecare.PlanVisit{CaseID: caseID, StartsAt: &next, DurationMinutes: 60}); err !=
		nil {
		try("plan", err)
		return
	}
	dokter.Clock = func() time.Time { return next.Add(10 * time.Minute) }
	defer func() { dokter.Clock = nil }()
	if v, err = dokter.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: next}); err != nil {
		try("check in", err)
		return
	}
	for part, body := range map[string]any{"assessments": homecare.AssessmentsPart{
		Assessments: []homecare.Assessment{}}, "labs": homecare.LabsPart{Labs: []homecare.LabResult{}},
		"consumables": homecare.ConsumablesPart{Consumables: []homecare.Consumable{}}} {
		if v, err = dokter.Visit(ctx, v.ID); err == nil {
			_, err = apitest.PutPart(ctx, dokter, v.ID, part, v.Version, body)
		}
		try(part, err)
	}
	list, err := dokter.Checklist(ctx, v.ID)
	if err == nil {
		_, err = dokter.TickChecklist(ctx, v.ID, list.Version, homecare.TickChecklist{Ticked: []string{}})
	}
	try("checklist", err)
	// A complete visit at once, as a phone sends it after a day without a
	// connection.
	then := next.Add(48 * time.Hour)
	dokter.Clock = func() time.Time { return then.Add(2 * time.Hour) }
	_, err = dokter.RecordVisit(ctx, homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID, StartsAt: &then,
		DurationMinutes: 60, Unplanned: true}, ArrivedAt: then, DepartedAt: then.Add(time.Hour),
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Tidak ada keluhan",
			Informant: "patient"},
			Vitals: &homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(128.0)},
				{Code: "dbp", Value: new(82.0)}, {Code: "hr", Value: new(80.0)}, {Code: "rr", Value: new(18.0)},
				{Code: "temp", Value: new(36.7)}, {Code: "spo2", Value: new(98.0)}, {Code: "weight", Value: new(58.5)},
				{Code: "height", Value: new(155.0)}}},
			Diagnoses: &homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}},
			Services: homecare.NewServicesPart(&homecare.FamilyNursingCare{Interventions: []string{"medication_supervision"},
				Outcome: "partly_reached"})},
		Plan: &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Kontrol di poli", Unit: "Poli umum",
			DueOn: clock.Day(then.Add(72 * time.Hour))}},
			NextVisit: &homecare.NextVisit{Date: clock.Day(then.Add(14 * 24 * time.Hour))}}})
	try("bundle", err)
	if f, ferr := dokter.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: caseID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Tugas uji", Unit: "Poli umum",
			DueOn: clock.Day(then.Add(72 * time.Hour))}}); ferr == nil {
		f, err = dokter.HandOverFollowUp(ctx, f.ID, f.Version, homecare.HandOver{Unit: "Poli umum"})
		try("follow-up hand over", err)
		f, err = dokter.TakeBackFollowUp(ctx, f.ID, f.Version, homecare.TakeBack{Reason: "Belum dijawab"})
		try("follow-up take back", err)
		_, err = dokter.CancelFollowUp(ctx, f.ID, f.Version, homecare.CloseFollowUp{Result: "Tidak perlu lagi"})
		try("follow-up cancel", err)
	} else {
		try("follow-up", ferr)
	}
	if a, aerr := dokter.Upload(ctx, homecare.NewAttachment{Kind: "photo", SubjectKind: "case", SubjectID: caseID,
		Caption: "Pengukuran tekanan darah", File: pixel}); aerr == nil {
		_, err = dokter.VoidAttachment(ctx, a.ID, a.Version, homecare.Why{Reason: "Foto salah"})
		try("void attachment", err)
	} else {
		try("attachment", aerr)
	}
	_, err = dokter.Attachments(ctx, "case", caseID)
	try("attachments", err)
	_, err = dokter.Calendar(ctx, clock.Day(at), clock.Day(at.Add(7*24*time.Hour)))
	try("calendar", err)
	_, err = dokter.PuskesmasDashboard(ctx, clock.Month(time.Now()), "homecare_sanggam")
	try("dashboard", err)
}

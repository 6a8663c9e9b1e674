package document_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// served is a server with one active KUPINANG case of Tanah Habang, whose team
// is petugas1 and petugas2, and an unplanned visit to it.
type served struct {
	*apitest.Server
	kepala, nurse, doctor *homecare.Client
	other                 *homecare.Client // petugas3, of no team
	now                   time.Time
	visit                 homecare.Visit // in progress
}

func newServed(t *testing.T) *served {
	t.Helper()
	s := &served{Server: apitest.New(t), now: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)} // 09:00 WITA
	kepala, cases, in := approved(t, s.Server, 1)
	var nurse string
	staff, err := kepala.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Members = slices.DeleteFunc(in.Members, func(m homecare.TeamMemberInput) bool {
		return slices.ContainsFunc(staff.Data, func(x homecare.StaffMember) bool {
			return x.AccountID == m.AccountID && strings.HasPrefix(x.Username, "petugas3.")
		})
	})
	for _, m := range in.Members {
		if m.Lead {
			nurse = m.AccountID
		}
	}
	c, err := kepala.FormCaseTeam(t.Context(), cases[0].ID, cases[0].Version, in)
	if err != nil {
		t.Fatal(err)
	}
	s.kepala = kepala
	s.nurse, s.doctor, s.other = s.As(t, "petugas2.tanah-habang"), s.As(t, "petugas1.tanah-habang"),
		s.As(t, "petugas3.tanah-habang")
	c, err = s.nurse.ReviewCase(t.Context(), c.ID, c.Version, homecare.ReviewCase{Problems: []string{"a"},
		Goals:           []string{"b"},
		PlannedServices: []homecare.PlannedService{{Type: "nutrition"}},
		VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 1}, Participants: []string{nurse}})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []*homecare.Client{s.kepala, s.nurse, s.doctor, s.other} {
		one.Clock = func() time.Time { return s.now }
	}
	at := s.now
	if s.visit, err = s.nurse.PlanVisit(t.Context(), homecare.PlanVisit{CaseID: c.ID, StartsAt: &at, Unplanned: true,
		Kind: "initial"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *served) complete(t *testing.T) {
	t.Helper()
	var err error
	v := s.visit
	for _, part := range []struct {
		name string
		body any
	}{
		{"anamnesis", homecare.Anamnesis{ChiefComplaint: "Nyeri kepala tiga hari", Allergies: []string{"Penisilin"},
			Medications: []string{"Amlodipin 10 mg"}}},
		{"vitals", homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(130.0)},
			{Code: "dbp", Value: new(80.0)}, {Code: "hr", Value: new(80.0)}, {Code: "rr", Value: new(16.0)},
			{Code: "temp", Value: new(36.8)}, {Code: "spo2", Value: new(98.0)}, {Code: "weight", Value: new(55.0)},
			{Code: "height", Value: new(150.0)}}}},
		{"examination", homecare.Examination{General: "Tampak sakit ringan", Consciousness: "compos_mentis",
			Systems: []homecare.SystemFinding{{System: "lungs", Normal: true}}}},
		{"diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}}},
		{"services", *homecare.NewServicesPart(&homecare.FamilyNursingCare{
			Diagnoses: []homecare.NursingDiagnosis{{SDKI: "D.0077"}}, Interventions: []string{"hygiene"},
			Planning: "Latih keluarga", Outcome: "partly_reached"})},
		{"assessments", homecare.AssessmentsPart{Assessments: []homecare.Assessment{answered("barthel_aks"),
			answered("morse")}}},
		{"education", homecare.Education{Topics: []string{"Diet rendah garam"}, Method: "counselling"}},
		{"plan", homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Usulkan jamban", Unit: "Dinas Sosial",
			DueOn: "2026-11-25"}}, NextVisit: &homecare.NextVisit{Date: "2026-11-27"}}},
	} {
		if v, err = apitest.PutPart(t.Context(), s.nurse, v.ID, part.name, v.Version, part.body); err != nil {
			t.Fatal(part.name, err)
		}
	}
	if s.visit, err = s.nurse.CompleteVisit(t.Context(), v.ID, v.Version,
		homecare.CompleteVisit{DepartedAt: s.now.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
}

// answered gives an instrument the first option of every item.
func answered(code string) homecare.Assessment {
	a := homecare.Assessment{Instrument: code}
	i, _ := reference.InstrumentByID(code)
	for _, it := range i.Items {
		a.Answers = append(a.Answers, homecare.AssessmentAnswer{Item: it.Code, Value: it.Options[0].Value})
	}
	return a
}

func TestAnamnesisSheet(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	_, err := s.nurse.IssueAnamnesisSheet(t.Context(), s.visit.ID)
	wantProblem(t, err, 409, "record.state")
	s.complete(t)

	var wg sync.WaitGroup
	docs, errs := make([]homecare.Document, 4), make([]error, 4)
	for i, c := range []*homecare.Client{s.nurse, s.doctor, s.nurse, s.kepala} { // at once: still one sheet
		wg.Go(func() { docs[i], errs[i] = c.IssueAnamnesisSheet(t.Context(), s.visit.ID) })
	}
	wg.Wait()
	for i := range docs {
		if errs[i] != nil || docs[i].ID != docs[0].ID {
			t.Fatalf("%+v, %v", docs[i], errs[i])
		}
	}
	d := docs[0]
	if d.Number != "440/001/LA/PKM-THB/2026" || d.SubjectKind != "visit" || d.SubjectID != s.visit.ID ||
		d.CaseID != s.visit.CaseID {
		t.Fatalf("%+v", d)
	}
	frozen := opened(t, s.Server, d.ID)
	for _, part := range []string{"Rahasia Nama 0", "6311054205500000", `"visit_date":"2026-11-20"`,
		`"source":"Datang sendiri"`, `"reason":"Kunjungan awal"`, "Nyeri kepala tiga hari", "Penisilin",
		"Amlodipin 10 mg", `{"label":"Suhu tubuh","value":"36,8 °C"}`, `{"label":"Paru","value":"Normal"}`,
		`{"label":"Kesadaran","value":"Compos mentis"}`, `"code":"I10","name":"Hipertensi`,
		`"function":"Skor 0, `, `{"label":"Skala Jatuh Morse (Morse Fall Scale)","value":"Skor 0, `, "D.0077",
		"Latih keluarga", "Tujuan tercapai sebagian", "Diet rendah garam (metode: Konseling)",
		"Usulkan jamban - Dinas Sosial", `"next_visit":"2026-11-27"`, "(contoh)"} {
		if !strings.Contains(frozen, part) {
			t.Errorf("the sheet lacks %q", part)
		}
	}
	if b, err := s.nurse.DocumentPDF(t.Context(), d.ID); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Fatal(err)
	}
	for name, c := range map[string]*homecare.Client{"a petugas of another team": s.other,
		"another puskesmas": s.As(t, "kepala.uren")} {
		t.Log(name)
		_, err := c.IssueAnamnesisSheet(t.Context(), s.visit.ID)
		wantProblem(t, err, 404, "record.not_found")
		_, err = c.DocumentPDF(t.Context(), d.ID)
		wantProblem(t, err, 404, "record.not_found")
	}

	for _, source := range []string{"pispk", "walk_in"} {
		s.Database.Exec(t, `insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen)
			values ($1, $2, $3, now(), now())`,
			s.PuskesmasID(t, "tanah-habang"), s.visit.PatientID, source)
	}
	// Amended: a new sheet, and whoever checks the old one learns that it is void.
	if s.visit, err = s.nurse.AmendVisit(t.Context(), s.visit.ID, s.visit.Version,
		homecare.AmendVisit{Reason: "Salah ketik",
			VisitParts: homecare.VisitParts{
				Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Nyeri kepala lima hari"}}}); err != nil {
		t.Fatal(err)
	}
	second, err := s.doctor.IssueAnamnesisSheet(t.Context(), s.visit.ID)
	if err != nil || second.Number != "440/002/LA/PKM-THB/2026" || !strings.Contains(opened(t, s.Server, second.ID),
		"lima hari") ||
		!strings.Contains(opened(t, s.Server, second.ID), `"source":"Datang sendiri, PIS-PK (Keluarga Sehat)"`) {
		t.Fatalf("%+v, %v", second, err)
	}
	var sheet struct{ Officer struct{ Name string } }
	if err := json.Unmarshal([]byte(opened(t, s.Server, second.ID)), &sheet); err != nil ||
		!strings.HasPrefix(sheet.Officer.Name, "Petugas Dua (contoh)") {
		t.Errorf("examined by %q, %v: the doctor had it printed, the nurse was there", sheet.Officer.Name, err)
	}
	for code, want := range map[string]string{d.Code: "void", second.Code: "valid"} {
		if v, err := homecare.New(s.URL).Verify(t.Context(), code); err != nil || v.Status != want {
			t.Errorf("%+v, %v; want %s", v, err, want)
		}
	}
	if again, err := s.nurse.IssueAnamnesisSheet(t.Context(), s.visit.ID); err != nil || again.ID != second.ID {
		t.Errorf("%+v, %v", again, err)
	}
	events, err := s.kepala.AuditEvents(t.Context(), url.Values{"limit": {"500"}})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range events.Data {
		if e.SubjectID == d.ID || e.SubjectID == second.ID {
			count[e.Action]++
		}
	}
	if count["document.issue"] != 2 || count["document.void"] != 1 {
		t.Errorf("audit: %v", count)
	}
}

func TestActivityReport(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.complete(t)
	koordinator := s.As(t, "koordinator.tanah-habang")
	koordinator.Clock = func() time.Time { return s.now }
	for _, name := range []string{"Masitah Ilmi Rahasia", "Norbaiti"} {
		s.AddPatient(t, "tanah-habang", apitest.Person{Name: name})
	}
	in := homecare.NewActivityReport{Programme: "kupinang", Date: "2026-11-20", Obstacles: "Jembatan putus"}
	staff, err := koordinator.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	midwife := staff.Data[slices.IndexFunc(staff.Data, func(m homecare.StaffMember) bool {
		return strings.HasPrefix(m.Username, "petugas3.")
	})]
	if _, err := s.other.AddEducationSession(t.Context(), homecare.NewEducationSession{Programme: "kupinang",
		Village: "6311052002", HeldOn: "2026-11-20", Topics: []string{"ASI"},
		Method: "demonstration", Participants: 14, ConductedBy: []string{midwife.AccountID}}); err != nil {
		t.Fatal(err)
	}
	for pointer, named := range map[string]homecare.NewActivityReport{
		"/obstacles": {Obstacles: "Keluarga Masitah Ilmi Rahasia menolak", FollowUp: "Antar obat"},
		"/follow_up": {Obstacles: "Jembatan putus", FollowUp: "Antar obat Nenek Norbaiti, 0812–3456–7801"},
	} {
		named.Programme, named.Date = in.Programme, in.Date
		_, err := koordinator.IssueActivityReport(t.Context(), named)
		wantProblem(t, err, 422, "text.identifies_person")
		if p, ok := errors.AsType[*homecare.Problem](err); ok &&
			slices.ContainsFunc(p.Errors, func(f homecare.ProblemField) bool { return f.Pointer != pointer }) {
			t.Errorf("%s: %+v", pointer, p.Errors)
		}
	}
	d, err := koordinator.IssueActivityReport(t.Context(), in)
	if err != nil || d.Number != "440/001/LK/PKM-THB/2026" || d.SubjectKind != "activity" || d.CaseID != "" {
		t.Fatalf("%+v, %v", d, err)
	}
	frozen := opened(t, s.Server, d.ID)
	for _, part := range []string{`"values":[1,1,1,0]`, `"values":[1,14]`,
		"1 dari 1 kunjungan terlaksana dan 1 penyuluhan kelompok dengan 14 peserta, di 2 desa.", "Jembatan putus",
		"Petugas Satu (contoh)", "Petugas Dua (contoh)", midwife.Name, "Kepala Puskesmas (contoh)",
		`"start":"2026-11-20"`} {
		if !strings.Contains(frozen, part) {
			t.Errorf("the report lacks %q", part)
		}
	}
	for _, secret := range []string{"Rahasia", "6311054205500000", s.visit.PatientID, "Nyeri kepala"} {
		if strings.Contains(frozen, secret) {
			t.Errorf("the report names the patient: %q", secret)
		}
	}
	if b, err := s.other.DocumentPDF(t.Context(), d.ID); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Fatal(err)
	}
	_, err = s.As(t, "kepala.uren").Document(t.Context(), d.ID)
	wantProblem(t, err, 404, "record.not_found")

	// The same activity again replaces the report; one village is another activity.
	one := in
	one.Village = "6311052002"
	if o, err := s.kepala.IssueActivityReport(t.Context(), one); err != nil ||
		strings.Contains(opened(t, s.Server, o.ID), "Petugas Satu") {
		t.Fatalf("%+v, %v", o, err)
	}
	second, err := s.kepala.IssueActivityReport(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if old, err := s.kepala.Document(t.Context(), d.ID); err != nil || old.State != "void" ||
		second.SubjectID != old.SubjectID {
		t.Fatalf("%+v, %v", old, err)
	}
	for _, c := range []struct {
		name, code string
		in         homecare.NewActivityReport
	}{
		{"a day without", "document.no_activity", homecare.NewActivityReport{Programme: "kupinang",
			Date: "2026-11-19"}},
		{"another programme", "document.no_activity", homecare.NewActivityReport{Programme: "homecare_sanggam",
			Date: "2026-11-20"}},
		{"a day to come", "request.invalid", homecare.NewActivityReport{Programme: "kupinang", Date: "2026-11-21"}},
		{"an unknown village", "request.invalid", homecare.NewActivityReport{Programme: "kupinang", Date: "2026-11-20",
			Village: "6311059999"}},
		{"an unknown programme", "request.invalid", homecare.NewActivityReport{Programme: "lain", Date: "2026-11-20"}},
	} {
		_, err := koordinator.IssueActivityReport(t.Context(), c.in)
		t.Log(c.name)
		wantProblem(t, err, 422, c.code)
	}
	_, err = s.nurse.IssueActivityReport(t.Context(), in)
	wantProblem(t, err, 403, "auth.forbidden")
}

package episode_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// world is a server with one puskesmas's staff signed in.
type world struct {
	*apitest.Server
	slug                        string
	kepala, koordinator         *homecare.Client
	physician, nurse, midwife   *homecare.Client
	kepalaID, koordinatorID     string
	physicianID, nurseID, midID string
}

// today is the business day of these tests, a Wednesday in WITA.
var today = time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, s *apitest.Server, slug string) world {
	t.Helper()
	w := world{Server: s, slug: slug}
	for _, a := range []struct {
		name   string
		client **homecare.Client
		id     *string
	}{{"kepala", &w.kepala, &w.kepalaID}, {"koordinator", &w.koordinator, &w.koordinatorID},
		{"petugas1", &w.physician, &w.physicianID},
		{"petugas2", &w.nurse, &w.nurseID}, {"petugas3", &w.midwife, &w.midID}} {
		c := s.As(t, a.name+"."+slug)
		me, err := c.Me(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.Clock = func() time.Time { return today }
		*a.client, *a.id = c, me.AccountID
	}
	return w
}

var serial atomic.Int64

func (w world) person(t *testing.T, name string) string {
	nik := fmt.Sprintf("631105420550%04d", serial.Add(1))
	return w.AddPatient(t, w.slug, apitest.Person{Name: name, Sex: "female", BirthDate: "1950-05-02",
		Village: "6311052001",
		Numbers: patient.Numbers{NIK: nik, Address: "RT 3"}})
}

func (w world) propose(t *testing.T, by *homecare.Client, programme, patientID string) homecare.Case {
	t.Helper()
	c, err := by.ProposeCase(t.Context(), homecare.NewCase{PatientID: patientID, Programme: programme,
		Origin: "walk_in", Reason: "Pascarawat inap",
		ProposedOn: "2026-10-10"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w world) approve(t *testing.T, c homecare.Case) homecare.Case {
	t.Helper()
	c, err := w.kepala.ApproveCase(t.Context(), c.ID, c.Version, homecare.ApproveCase{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w world) team() homecare.CaseTeam {
	return homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: w.nurseID, Lead: true},
		{AccountID: w.physicianID}}}
}

func (w world) reviewed() homecare.ReviewCase {
	return homecare.ReviewCase{Problems: []string{"Luka kaki"}, Goals: []string{"Luka kering"},
		PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"},
			{Type: "family_education", Note: "Perawatan luka"}},
		VisitFrequency: homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
		Participants:   []string{w.nurseID, w.physicianID}}
}

// active is a KUPINANG case in care.
func (w world) active(t *testing.T, name string) homecare.Case {
	t.Helper()
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, name)))
	c, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team())
	if err == nil {
		c, err = w.nurse.ReviewCase(t.Context(), c.ID, c.Version, w.reviewed())
	}
	if err != nil || c.State != "active" {
		t.Fatalf("state %s: %v", c.State, err)
	}
	return c
}

// machine signs a machine client in that has these scopes.
func (w world) machine(t *testing.T, scopes ...string) *homecare.Client {
	t.Helper()
	made := ok[homecare.IssuedClient](t)(w.kepala.CreateClient(t.Context(), homecare.NewMachineClient{
		Name: "Mesin " + strings.Join(scopes, " "), Scopes: scopes, ExpiresOn: "2026-12-31", Auth: "secret"}))
	m := w.Visitor(t)
	_, err := m.ClientCredentials(t.Context(), homecare.Credentials{ID: made.Client.ID, Secret: made.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w world) refusal() homecare.CaseEnd {
	return homecare.CaseEnd{Kind: "refusal", Date: "2026-10-14",
		Refusal: &homecare.Refusal{Reason: "Pindah ke rumah anak", Refused: "Kunjungan lanjutan",
			Signer: homecare.Signer{Name: "Rusdiansyah", Relation: "child"}, Witness: "Hamdani", Risk: "Luka memburuk",
			Explains: w.nurseID}}
}

func (w world) referral() homecare.CaseEnd {
	return homecare.CaseEnd{Kind: "referral", Date: "2026-10-14",
		Referral: &homecare.Referral{Hospital: "RSUD Balangan", Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}},
			Anamnesis: "Lemas", Physical: "TD 200/110", Therapy: "Amlodipin", Purpose: "Tata laksana lanjut",
			Urgency: "urgent", SignedBy: w.physicianID}}
}

func death(date string) homecare.CaseEnd {
	return homecare.CaseEnd{Kind: "death", Date: date, Death: &homecare.Death{Place: "home", Cause: "Gagal jantung"}}
}

// want fails the test unless err is the problem with this status and code.
func want(t *testing.T, err error, status int, code string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Status != status || p.Code != code {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
	return p
}

// wantAt is want for a conflict that is about a field of the request.
func wantAt(t *testing.T, err error, code, pointer string) {
	t.Helper()
	if p := want(t, err, 409, code); len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
		t.Errorf("%s: %+v, want it at %s", code, p.Errors, pointer)
	}
}

// wantField is want for a field of a request.
func wantField(t *testing.T, err error, pointer, code string) {
	t.Helper()
	p := want(t, err, 422, "request.invalid")
	for _, f := range p.Errors {
		if f.Pointer == pointer && f.Code == code {
			return
		}
	}
	t.Fatalf("fields %+v, want %s %s", p.Errors, pointer, code)
}

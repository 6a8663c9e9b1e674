package document_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestLetterCode(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for slug, want := range map[string]string{
		"tanah-habang": "THB", "paringin": "PRN", "paringin-selatan": "PSL", "batumandi": "BTM", "lampihong": "LMP",
		"lok-batu": "LBT",
		"awayan":   "AWY", "juai": "JUA", "pirsus": "PRS", "halong": "HLN", "tebing-tinggi": "TTN", "uren": "URN",
	} {
		got := document.LetterCode(slug)
		if got != want {
			t.Errorf("%s: %s, want %s", slug, got, want)
		}
		if seen[got] != "" {
			t.Errorf("%s and %s share %s", slug, seen[got], got)
		}
		seen[got] = slug
	}
}

// approved makes n approved KUPINANG cases and the team they will get.
func approved(t *testing.T, s *apitest.Server, n int) (kepala *homecare.Client, cases []homecare.Case,
	in homecare.CaseTeam) {
	t.Helper()
	kepala, koordinator := s.As(t, "kepala.tanah-habang"), s.As(t, "koordinator.tanah-habang")
	staff, err := kepala.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range staff.Data {
		if m.Role == "petugas" {
			in.Members = append(in.Members, homecare.TeamMemberInput{AccountID: m.AccountID,
				Lead: m.Profession == "nurse"})
		}
	}
	for i := range n {
		p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: fmt.Sprint("Rahasia Nama ", i), Sex: "female",
			BirthDate: "1950-05-02", Village: "6311052001",
			Numbers: patient.Numbers{NIK: fmt.Sprintf("63110542055%05d", i), Address: "RT 3"}})
		c, err := koordinator.ProposeCase(t.Context(), homecare.NewCase{PatientID: p, Programme: "kupinang",
			Origin: "walk_in", Reason: "Pascarawat inap",
			ProposedOn: clock.Day(time.Now().AddDate(0, 0, -10))})
		if err == nil {
			c, err = kepala.ApproveCase(t.Context(), c.ID, c.Version, homecare.ApproveCase{})
		}
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return kepala, cases, in
}

// Twenty teams are formed at once, half of them after a dry run, which takes a
// number and gives it back. The numbers are 1 to 20.
func TestNumbersWithoutGap(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 20)
	var wg sync.WaitGroup
	errs := make([]error, len(cases))
	for i, c := range cases {
		wg.Go(func() {
			if i%2 == 0 {
				_ = kepala.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/cases/" + c.ID + "/team",
					Query: url.Values{"dry_run": {"true"}}, IfMatch: c.Version, Body: in})
			}
			_, errs[i] = kepala.FormCaseTeam(t.Context(), c.ID, c.Version, in)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	docs, err := kepala.Documents(t.Context(), url.Values{"kind": {"assignment_letter"}})
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for i, d := range docs.Data {
		got = append(got, d.Number)
		want = append(want, fmt.Sprintf("440/%03d/ST/PKM-THB/%s", i+1, d.IssuedOn[:4]))
	}
	slices.Sort(got)
	if len(got) != 20 || !slices.Equal(got, want) {
		t.Fatalf("%v", got)
	}
}

func TestAssignmentLetter(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 1)
	c, err := kepala.FormCaseTeam(t.Context(), cases[0].ID, cases[0].Version, in)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := kepala.Documents(t.Context(), url.Values{"case_id": {c.ID}})
	if err != nil || len(docs.Data) != 1 {
		t.Fatal(docs, err)
	}
	d := docs.Data[0]
	if v, err := homecare.New(s.URL).Verify(t.Context(), strings.ToLower(d.Code)); err != nil || v.Status != "valid" ||
		v.Number != d.Number ||
		v.Puskesmas != "UPTD Puskesmas Tanah Habang" || v.SHA256Prefix != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	var wg sync.WaitGroup
	pdfs := make([][]byte, 4)
	for i := range pdfs { // several first readers
		wg.Go(func() { pdfs[i], _ = kepala.DocumentPDF(t.Context(), d.ID) })
	}
	wg.Wait()
	for _, p := range pdfs {
		if !bytes.HasPrefix(p, []byte("%PDF")) || !bytes.Equal(p, pdfs[0]) {
			t.Fatal("not the same PDF each time")
		}
	}
	sum := sha256.Sum256(pdfs[0])
	d, err = kepala.Document(t.Context(), d.ID)
	if err != nil || d.SHA256 != hex.EncodeToString(sum[:]) {
		t.Fatalf("%+v, %v", d, err)
	}
	if v, err := homecare.New(s.URL).Verify(t.Context(), d.Code); err != nil || v.SHA256Prefix != d.SHA256[:16] {
		t.Fatalf("%+v, %v", v, err)
	}
	// The frozen content names staff, village, law (both the cited and its
	// replacement) and Kepala, and no patient.
	frozen := opened(t, s, d.ID)
	for _, part := range []string{"Petugas Dua (contoh)", "Kepala Puskesmas (contoh)", "Permenkes Nomor 43 Tahun 2019",
		"Permenkes Nomor 19 Tahun 2024", "SOP/25/UKM/PKM/THB/2022", "nip"} {
		if !strings.Contains(frozen, part) {
			t.Errorf("the letter lacks %q", part)
		}
	}
	for _, secret := range []string{"Rahasia", "6311054205500000", c.PatientID} {
		if strings.Contains(frozen, secret) {
			t.Errorf("the letter names the patient: %q", secret)
		}
	}
}

// opened is the frozen content of a document.
func opened(t *testing.T, s *apitest.Server, id string) string {
	t.Helper()
	tenant := s.PuskesmasID(t, "tanah-habang")
	keys, err := s.App.DB.Keys().For(tenant)
	if err != nil {
		t.Fatal(err)
	}
	var sealed []byte
	s.Database.Exec(t, `grant select on document to homecare_system`)
	sealed, err = pg.System(t.Context(), s.App.DB, "test", func(tx pg.Tx) ([]byte, error) {
		return pg.Scalar[[]byte](tx, `select frozen_sealed from document where id = $1`, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("{")) && bytes.Contains(sealed, []byte("letterhead")) {
		t.Error("the content is not sealed")
	}
	plain, err := keys.Open("document/"+id, sealed)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestVerifyUnknown(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, code := range []string{"MFRGGZDFMZTWQ2LKNNWG23TPOA", "x", "' or 1=1", strings.Repeat("A", 25)} {
		_, err := homecare.New(s.URL).Verify(t.Context(), code)
		wantProblem(t, err, 404, "record.not_found")
	}
	// The role that answers the public sees nothing else of a letter, but for the
	// sealed bytes, which it puts under newer keys (ADR 18).
	_, err := pg.System(t.Context(), s.App.DB, "test", func(tx pg.Tx) (int, error) {
		return pg.Scalar[int](tx, `select count(subject_id) from document`)
	})
	if err == nil {
		t.Fatal("the system role reads whom letters are about")
	}
}

func TestRefusalLetterNamesTheFamily(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 1)
	c, err := kepala.FormCaseTeam(t.Context(), cases[0].ID, cases[0].Version, in)
	if err != nil {
		t.Fatal(err)
	}
	nurse := in.Members[slices.IndexFunc(in.Members, func(m homecare.TeamMemberInput) bool { return m.Lead })].AccountID
	c, err = s.As(t, "petugas2.tanah-habang").ReviewCase(t.Context(), c.ID, c.Version,
		homecare.ReviewCase{Problems: []string{"a"}, Goals: []string{"b"},
			PlannedServices: []homecare.PlannedService{{Type: "nutrition"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 1}, Participants: []string{nurse}})
	if err != nil {
		t.Fatal(err)
	}
	c, err = kepala.EndCase(t.Context(), c.ID, c.Version, homecare.CaseEnd{Kind: "refusal",
		Date: clock.Day(c.ProposedAt), Refusal: &homecare.Refusal{Reason: "Pindah", Refused: "Kunjungan",
			Signer:  homecare.Signer{Name: "Rusdiansyah", Relation: "child", NIK: "6311061708790002"},
			Witness: "Hamdani",
			Risk:    "Memburuk", Explains: nurse}})
	if err != nil {
		t.Fatal(err)
	}
	docs, err := kepala.Documents(t.Context(), url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}})
	if err != nil || len(docs.Data) != 1 || !strings.Contains(docs.Data[0].Number, "/001/SPM/") {
		t.Fatal(docs, err)
	}
	frozen := opened(t, s, docs.Data[0].ID)
	for _, part := range []string{"Rahasia Nama 0", "6311054205500000", "Rusdiansyah", "6311061708790002",
		`"relation":"Anak"`, "Hamdani", paper.CurrentRefusalClauses} {
		if !strings.Contains(frozen, part) {
			t.Errorf("the letter lacks %q", part)
		}
	}
	if b, err := kepala.DocumentPDF(t.Context(), docs.Data[0].ID); err != nil || len(b) < 1000 {
		t.Fatal(len(b), err)
	}
	// Not of the team, not of the puskesmas: neither letter nor bytes.
	uren := s.As(t, "kepala.uren")
	_, err = uren.Document(t.Context(), docs.Data[0].ID)
	wantProblem(t, err, 404, "record.not_found")
	_, err = uren.DocumentPDF(t.Context(), docs.Data[0].ID)
	wantProblem(t, err, 404, "record.not_found")
}

func TestStandingTeamLetter(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	staff, err := kepala.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(staff.Data, func(m homecare.StaffMember) bool {
		return m.Profession == "nurse" &&
			m.Role == "petugas"
	})
	team, err := kepala.CreateTeam(t.Context(), homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim",
		DecreeNumber: "188.45/312/Kum/2022", ValidFrom: "2026-01-01", ValidUntil: "2026-12-31",
		Members: []homecare.TeamMemberInput{{AccountID: staff.Data[i].AccountID, Lead: true}}})
	if err != nil {
		t.Fatal(err)
	}
	order := func(from, to string, villages ...string) homecare.TeamAssignment {
		return homecare.TeamAssignment{AssignmentOrder: homecare.AssignmentOrder{PeriodStart: from, PeriodEnd: to,
			Vehicle: "Pusling"}, Villages: villages}
	}
	d, err := kepala.AssignTeam(t.Context(), team.ID, order("2026-11-09", "2026-11-13", "6311052001"))
	if err != nil || !strings.HasPrefix(d.Number, "440/001/ST/PKM-URN/") || d.SubjectKind != "team" || d.CaseID != "" {
		t.Fatalf("%+v, %v", d, err)
	}
	if b, err := kepala.DocumentPDF(t.Context(), d.ID); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Fatal(err)
	}
	for name, in := range map[string]homecare.TeamAssignment{
		"backwards":       order("2026-11-13", "2026-11-09", "6311052001"),
		"after decree":    order("2026-12-20", "2027-01-02", "6311052001"),
		"unknown village": order("2026-11-09", "2026-11-13", "6311059999"),
	} {
		_, err := kepala.AssignTeam(t.Context(), team.ID, in)
		t.Log(name)
		wantProblem(t, err, 422, "request.invalid")
	}
	_, err = s.As(t, "kepala.tanah-habang").AssignTeam(t.Context(), team.ID,
		order("2026-11-09", "2026-11-13", "6311052001"))
	wantProblem(t, err, 404, "record.not_found")
}

func wantProblem(t *testing.T, err error, status int, code string) {
	t.Helper()
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != status || p.Code != code {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
}

package episode_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

var scan = []byte("%PDF-1.4\n%%EOF\n")

func TestRefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	refusal := w.refusal()
	refusal.Refusal.Signer.NIK = "6311050101700021"
	c, err := w.nurse.EndCase(t.Context(), c.ID, c.Version, refusal)
	if err != nil || c.State != "terminating" || c.Ending != "refusal" || c.End.Refusal.Signer.Name != "Rusdiansyah" {
		t.Fatalf("%+v, %v", c, err)
	}
	machine := w.machine(t, "cases.read")
	if got, err := machine.Case(t.Context(), c.ID); err != nil || got.End.Refusal.Signer.NIK != "" {
		t.Fatalf("a machine reads the signer's NIK: %+v, %v", got.End, err)
	}
	_, err = w.nurse.ReviewCase(t.Context(), c.ID, c.Version, w.reviewed())
	want(t, err, 409, "record.state")
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, w.referral())
	if p := want(t, err, 409, "case.ending_not_now"); !slices.Contains(p.Endings, "death") ||
		p.Errors[0].Pointer != "/kind" {
		t.Errorf("the ways that are open: %v", p.Endings)
	}

	c, err = w.nurse.RetractRefusal(t.Context(), c.ID, c.Version,
		homecare.Retraction{Reason: "Keluarga berubah pikiran"})
	if err != nil || c.State != "active" || c.Ending != "" || c.End != nil {
		t.Fatalf("retracted: %+v, %v", c, err)
	}
	c, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, w.refusal())
	if err != nil {
		t.Fatal(err)
	}
	docs, err := w.nurse.Documents(t.Context(), url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}})
	if err != nil || len(docs.Data) != 2 || docs.Data[0].State == docs.Data[1].State {
		t.Fatalf("%+v, %v", docs, err)
	}
	letter, voided := docs.Data[0], docs.Data[1]
	if letter.State == "void" {
		letter, voided = voided, letter
	}
	copyOf, err := w.nurse.Upload(t.Context(), homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
		SubjectID: letter.ID, File: scan})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.nurse.AttachSignedCopy(t.Context(), voided.ID, voided.Version,
		homecare.SignedCopy{AttachmentID: copyOf.ID})
	want(t, err, 409, "record.state")
	_, err = w.nurse.AttachSignedCopy(t.Context(), letter.ID, letter.Version, homecare.SignedCopy{AttachmentID: c.ID})
	want(t, err, 422, "document.not_its_copy")
	if got, _ := w.nurse.Case(t.Context(), c.ID); got.State != "terminating" {
		t.Fatalf("closed without the signed copy: %s", got.State)
	}
	letter, err = w.nurse.AttachSignedCopy(t.Context(), letter.ID, letter.Version,
		homecare.SignedCopy{AttachmentID: copyOf.ID})
	if err != nil || letter.State != "signed" {
		t.Fatalf("%+v, %v", letter, err)
	}
	c, err = w.nurse.Case(t.Context(), c.ID)
	if err != nil || c.State != "terminated" || c.TerminatedAt == nil || c.Ending != "refusal" {
		t.Fatalf("%+v, %v", c, err)
	}
	_, err = w.nurse.VoidAttachment(t.Context(), copyOf.ID, copyOf.Version, homecare.Why{Reason: "Salah"})
	want(t, err, 409, "attachment.is_signed_copy")
}

func TestDeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	other := w.propose(t, w.koordinator, "homecare_sanggam", c.PatientID)
	_, err := w.nurse.EndCase(t.Context(), c.ID, c.Version, death("2026-10-15"))
	wantField(t, err, "/date", "future")
	w.Database.Exec(t, `update patient set birth_date = birth_date + interval '100 years' where id = $1`, c.PatientID)
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, death("2022-05-01"))
	wantField(t, err, "/date", "before_birth")
	w.Database.Exec(t, `update patient set birth_date = birth_date - interval '100 years' where id = $1`, c.PatientID)
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: "2026-10-14"})
	wantField(t, err, "/death", "required")
	c, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, death("2026-10-13"))
	if err != nil || c.State != "terminated" || c.EndedOn != "2026-10-13" || len(c.Allowed) != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	other, err = w.koordinator.Case(t.Context(), other.ID)
	if err != nil || other.State != "terminated" || other.Ending != "death" {
		t.Fatalf("the person's other case: %+v, %v", other, err)
	}
	_, err = w.nurse.ReopenCase(t.Context(), c.ID, c.Version, homecare.ReopenCase{Origin: "other",
		Reason: "Salah catat"})
	want(t, err, 409, "case.patient_deceased")
	_, err = w.koordinator.ProposeCase(t.Context(), homecare.NewCase{PatientID: c.PatientID, Programme: "kupinang",
		Origin: "walk_in", Reason: "Lagi"})
	want(t, err, 409, "case.patient_deceased")

	// From a state in which nothing else ends a case.
	p := w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))
	_, err = w.koordinator.EndCase(t.Context(), p.ID, p.Version, w.referral())
	want(t, err, 409, "case.ending_not_now")
	if p, err = w.koordinator.EndCase(t.Context(), p.ID, p.Version, death("2026-10-14")); err != nil ||
		p.State != "terminated" {
		t.Fatalf("%+v, %v", p, err)
	}
}

func TestDeathInHospital(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	other := w.propose(t, w.koordinator, "homecare_sanggam", c.PatientID)
	c, err := w.nurse.EndCase(t.Context(), c.ID, c.Version, w.referral())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.nurse.RecordReferralOutcome(t.Context(), c.ID, c.Version, homecare.NewReferralOutcome{Result: "died",
		OccurredOn: "2026-10-14"})
	wantField(t, err, "/note", "required")
	_, err = w.nurse.RecordReferralOutcome(t.Context(), c.ID, c.Version, homecare.NewReferralOutcome{Result: "died",
		OccurredOn: "2026-10-13", Note: "Gagal jantung"})
	wantField(t, err, "/occurred_on", "before_referral")
	after, err := w.nurse.RecordReferralOutcome(t.Context(), c.ID, c.Version,
		homecare.NewReferralOutcome{Result: "died", OccurredOn: "2026-10-14", Note: "Gagal jantung"})
	if err != nil || after.Ending != "referral" || after.Version != c.Version || len(after.ReferralOutcome) != 1 {
		t.Fatalf("%+v, %v", after, err)
	}
	if o, err := w.koordinator.Case(t.Context(), other.ID); err != nil || o.Ending != "death" {
		t.Fatalf("%+v, %v", o, err)
	}
	_, err = w.nurse.ReopenCase(t.Context(), c.ID, c.Version, homecare.ReopenCase{Origin: "back_referral", Reason: "x"})
	want(t, err, 409, "case.patient_deceased")
}

func TestEndings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	goals := homecare.CaseEnd{Kind: "goals_reached", Date: "2026-10-14"}
	_, err := w.nurse.EndCase(t.Context(), c.ID, c.Version, goals)
	wantField(t, err, "/kind", "not_enabled")
	mixed := w.referral()
	mixed.Death = death("2026-10-14").Death
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, mixed)
	wantField(t, err, "/death", "not_this_kind")
	early := w.referral()
	early.Date = "2026-10-09"
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, early)
	wantField(t, err, "/date", "before_case")
	odd := w.referral()
	odd.Referral.Diagnoses = []homecare.ReferralDiagnosis{{Code: "tinggi"}, {Code: "Z99.9"}}
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, odd)
	wantField(t, err, "/referral/diagnoses/0/code", "icd10")
	wantField(t, err, "/referral/diagnoses/1/name", "required")
	stranger := w.refusal()
	stranger.Refusal.Explains = c.ID
	_, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, stranger)
	wantField(t, err, "/refusal/explained_by", "not_staff")
	w.Database.Exec(t,
		`update sop_version set optional_endings = '["goals_reached"]' where programme_code = 'kupinang'`)
	if c, err = w.nurse.EndCase(t.Context(), c.ID, c.Version, goals); err != nil || c.State != "terminated" {
		t.Fatalf("%+v, %v", c, err)
	}
}

// The case keeps the SOP version of its proposal, whatever Dinkes issues later.
func TestFrozenVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.propose(t, w.koordinator, "kupinang", w.person(t, "Mariatul"))
	w.Database.Exec(t, `insert into sop_version (id, programme_code, document_number, revision, issued_on,
		effective_from, issuer, signer_name, legal_basis, approval, team_mode, review_required)
		values (gen_random_uuid(), 'kupinang', 'SOP/BARU', 1, '2026-10-01', '2026-10-01', 'x', 'x', '[]', 'none',
		'standing', false)`)
	c = w.approve(t, c)
	if c, err := w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team()); err != nil ||
		c.Demands.TeamMode != "per_case" || c.State != "approved" {
		t.Fatalf("%+v, %v", c, err)
	}
	if n := w.propose(t, w.koordinator, "kupinang", w.person2(t, "Aluh")); n.State != "approved" ||
		n.SOPNumber != "SOP/BARU" {
		t.Fatalf("under the new version, which asks no approval: %+v", n)
	}
}

func (w world) person2(t *testing.T, name string) string {
	return w.AddPatient(t, w.slug, apitest.Person{Name: name})
}

// Closed cases cannot be changed by the application role itself.
func TestClosedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.active(t, "Mariatul")
	c, err := w.nurse.EndCase(t.Context(), c.ID, c.Version, w.referral())
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgx.Connect(t.Context(), w.Database.DSN("homecare_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	if _, err := db.Exec(t.Context(), `select set_config('app.puskesmas_id', $1, false)`, "5"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(t.Context(), `select count(*) from care_case where id = $1`, c.ID).Scan(&n); err != nil ||
		n != 1 {
		t.Fatalf("the role does not see the case at all: %d, %v", n, err)
	}
	for _, sql := range []string{
		`update care_case set reason = 'x' where id = $1`,
		`update care_case set state = 'active' where id = $1`,
		`delete from care_case where id = $1`,
		`update case_transition set reason = 'x' where case_id = $1`,
		`delete from case_transition where case_id = $1`,
		`update case_ending set kind = 'death' where case_id = $1`,
		`update referral_outcome set note = 'x' where case_id = $1`,
		`update document set frozen_sealed = 'x' where case_id = $1`,
		`update document set number = 'x' where case_id = $1`,
		`delete from document where case_id = $1`,
	} {
		if _, err := db.Exec(t.Context(), sql, c.ID); err == nil {
			t.Errorf("%s was done", sql)
		}
	}
}

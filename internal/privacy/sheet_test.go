package privacy_test

import (
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestConsentSheet: the sheet of a consent is a scan of a consent of that
// person. It is recorded and voided at the same moment: one of the two wins,
// and the sheet of a consent stays.
func TestConsentSheet(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	petugas := s.As(t, "petugas1.uren")
	p, other := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Satu"}), s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Dua"})
	today := time.Now().UTC().Format(time.DateOnly)
	give := func(sheet string) (homecare.Consent, error) {
		return petugas.GiveConsent(ctx, p, homecare.NewConsent{Kind: "photo", GivenBy: "Galuh Satu", Relation: "self", GivenOn: today, AttachmentID: sheet})
	}
	upload := func(kind, patient string) homecare.Attachment {
		return must[homecare.Attachment](t)(petugas.Upload(ctx, homecare.NewAttachment{Kind: kind, SubjectKind: "patient", SubjectID: patient, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
	}
	for _, kind := range []string{"photo", "scan", "signed_letter", "lab_result", "other"} {
		_, err := give(upload(kind, p).ID)
		t.Log(kind)
		wants(t, err, "request.invalid")
	}
	_, err := give(upload("consent", other).ID)
	wants(t, err, "request.invalid")

	var given, voided int
	for round := range 24 {
		a := upload("consent", p)
		var gave, void error
		var both sync.WaitGroup
		lead := time.Duration(round/2%4) * 5 * time.Millisecond
		first, second := func() { _, gave = give(a.ID) }, func() { _, void = petugas.VoidAttachment(ctx, a.ID, a.Version, homecare.Why{Reason: "Kabur"}) }
		if round%2 == 1 {
			first, second = second, first
		}
		both.Go(first)
		both.Go(func() { time.Sleep(lead); second() })
		both.Wait()
		switch {
		case gave == nil:
			wants(t, void, "attachment.is_consent_sheet")
			given++
		case void == nil:
			wants(t, gave, "request.invalid")
			voided++
		default:
			t.Fatalf("neither: %v, %v", gave, void)
		}
		if _, err := petugas.AttachmentContent(ctx, a.ID); (gave == nil) != (err == nil) {
			t.Fatalf("given: %v, the sheet: %v", gave, err)
		}
	}
	if given == 0 || voided == 0 {
		t.Fatalf("%d given, %d voided: only one order was tried", given, voided)
	}
}

// TestTextsForDinkesNameNobody: what lies where Dinkes can read it shows no
// patient, nor does Dinkes's own reason.
func TestTextsForDinkesNameNobody(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, dinkes := s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	p := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Kencana Uji"})
	breach := func(what string) (homecare.Breach, error) {
		now := time.Now()
		return kepala.ReportBreach(ctx, homecare.NewBreach{FoundAt: now.Add(-time.Hour), What: what, Client: "10.0.0.7", From: now.Add(-3 * time.Hour), To: now.Add(-2 * time.Hour)})
	}
	_, err := breach("HP hilang, catatan Galuh Kencana Uji terbuka")
	wants(t, err, "text.identifies_person")
	must[homecare.Breach](t)(breach("HP petugas hilang di pasar desa"))
	for _, reason := range []string{"Rujukan gawat darurat NIK 6311055102510009", "Rujukan gawat darurat, keluarga 0812 3456 7890",
		"Rujukan gawat darurat GALUH KENCANA UJI malam ini"} {
		_, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p, Reason: reason, Minutes: 10})
		wants(t, err, "text.identifies_person")
	}
	if _, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p, Reason: "Rujukan gawat darurat malam ini", Minutes: 10}); err != nil {
		t.Fatal(err)
	}
}

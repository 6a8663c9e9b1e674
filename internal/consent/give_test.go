package consent_test

import (
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestConsentSheet: the sheet of a consent is a scan of a consent of that
// person. When it is used and voided concurrently, one of the two succeeds, and
// the sheet of a recorded consent stays.
func TestConsentSheet(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	petugas := s.As(t, "petugas1.uren")
	p, other := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Satu"}),
		s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Dua"})
	today := clock.Day(time.Now())
	give := func(sheet string) (homecare.Consent, error) {
		return petugas.GiveConsent(ctx, p, homecare.NewConsent{Kind: "photo", GivenBy: "Galuh Satu", Relation: "self",
			GivenOn: today, AttachmentID: sheet})
	}
	upload := func(kind, patient string) homecare.Attachment {
		return apitest.Must[homecare.Attachment](t)(petugas.Upload(ctx, homecare.NewAttachment{Kind: kind,
			SubjectKind: "patient", SubjectID: patient, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
	}
	for _, kind := range []string{"photo", "scan", "signed_letter", "lab_result", "other"} {
		_, err := give(upload(kind, p).ID)
		t.Log(kind)
		apitest.Wants(t, err, "request.invalid")
	}
	_, err := give(upload("consent", other).ID)
	apitest.Wants(t, err, "request.invalid")

	var given, voided int
	for round := range 24 {
		a := upload("consent", p)
		var gave, void error
		var both sync.WaitGroup
		lead := time.Duration(round/2%4) * 5 * time.Millisecond
		first, second := func() { _, gave = give(a.ID) },
			func() { _, void = petugas.VoidAttachment(ctx, a.ID, a.Version, homecare.Why{Reason: "Kabur"}) }
		if round%2 == 1 {
			first, second = second, first
		}
		both.Go(first)
		both.Go(func() { time.Sleep(lead); second() })
		both.Wait()
		switch {
		case gave == nil:
			apitest.Wants(t, void, "attachment.is_consent_sheet")
			given++
		case void == nil:
			apitest.Wants(t, gave, "request.invalid")
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

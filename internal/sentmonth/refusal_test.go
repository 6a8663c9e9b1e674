package sentmonth_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestARefusalWarnsWhenItCounts: a refusal counts once its letter is signed. The
// caller who attaches it is told the months, and nobody earlier.
func TestARefusalWarnsWhenItCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, kepala := t.Context(), w.client("kepala.uren")
	told := func(what, want string, got []homecare.Warning) {
		t.Helper()
		if m := apitest.SentMonths(got); m != want {
			t.Errorf("%s: warned of %q, want %q", what, m, want)
		}
	}
	staff, err := kepala.Staff(ctx)
	if err != nil {
		t.Fatal(err)
	}
	refuse := homecare.CaseEnd{Kind: "refusal", Date: "2026-03-20", Refusal: &homecare.Refusal{Reason: "Pindah",
		Refused: "Kunjungan",
		Signer:  homecare.Signer{Name: "Rusdi", Relation: "child"}, Witness: "Hamdani", Risk: "Memburuk",
		Explains: staff.Data[0].AccountID}}
	c, err := kepala.EndCase(ctx, w.care, 1, refuse)
	if err != nil {
		t.Fatal(err)
	}
	told("told", "", c.Warnings)
	if c, err = w.client("koordinator.uren").CorrectCaseDays(ctx, c.ID, c.Version,
		homecare.CorrectCaseDays{EndedOn: "2026-02-27", Reason: "Salah tulis"}); err != nil {
		t.Fatal(err)
	}
	told("another day", "", c.Warnings)
	if c, err = kepala.RetractRefusal(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Berubah pikiran"}); err !=
		nil {
		t.Fatal(err)
	}
	told("taken back", "", c.Warnings)
	if c, err = kepala.EndCase(ctx, c.ID, c.Version, refuse); err != nil {
		t.Fatal(err)
	}
	docs, err := kepala.Documents(ctx, url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}})
	at := slices.IndexFunc(docs.Data, func(d homecare.Document) bool { return d.State == "issued" })
	if err != nil || at < 0 {
		t.Fatalf("%+v, %v", docs.Data, err)
	}
	d := docs.Data[at]
	a, err := kepala.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document", SubjectID: d.ID,
		File: []byte("%PDF-1.4\nuji\n%%EOF\n")})
	if err == nil {
		d, err = kepala.AttachSignedCopy(ctx, d.ID, d.Version, homecare.SignedCopy{AttachmentID: a.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	told("signed", "2026-03", d.Warnings)
	// Another day of the same month counts as before.
	if c, err = kepala.Case(ctx, c.ID); err == nil {
		c, err = w.client("koordinator.uren").CorrectCaseDays(ctx, c.ID, c.Version,
			homecare.CorrectCaseDays{EndedOn: "2026-03-21", Reason: "Salah tulis"})
	}
	if err != nil {
		t.Fatal(err)
	}
	told("another day of the month", "", c.Warnings)
	if c, err = w.client("koordinator.uren").CorrectCaseDays(ctx, c.ID, c.Version,
		homecare.CorrectCaseDays{EndedOn: "2026-02-27", Reason: "Salah tulis"}); err != nil {
		t.Fatal(err)
	}
	told("another month", "2026-02 2026-03", c.Warnings)
}

package document_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestUnprintable: a letter with characters that its typeface lacks is not
// issued, in a dry run neither, and takes no number; what can be printed is.
func TestUnprintable(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 1)
	c := cases[0]
	form := func(dry bool, vehicle, purpose string) error {
		in.Letter = &homecare.AssignmentOrder{PeriodStart: "2026-11-09", PeriodEnd: "2026-11-13", Vehicle: vehicle,
			Purpose: purpose}
		call := homecare.Call{Method: "POST", Path: "/v1/cases/" + c.ID + "/team", IfMatch: c.Version, Body: in}
		if dry {
			call.Query = url.Values{"dry_run": {"true"}}
		}
		return kepala.Do(t.Context(), call)
	}
	for _, dry := range []bool{true, false} {
		err := form(dry, "Perahu 🛶🛶 שלום", "Kunjungan محم")
		wantProblem(t, err, 422, "document.unprintable")
		p, _ := errors.AsType[*homecare.Problem](err)
		want := []homecare.ProblemField{
			{Pointer: "letter/purpose", Code: "unprintable", Message: "Karakter ini tidak dapat dicetak: ح م"},
			{Pointer: "letter/vehicle", Code: "unprintable", Message: "Karakter ini tidak dapat dicetak: ו ל ם ש 🛶"},
		}
		if !slices.Equal(p.Errors, want) {
			t.Errorf("%+v", p.Errors)
		}
	}
	if docs, err := kepala.Documents(t.Context(), nil); err != nil || len(docs.Data) != 0 {
		t.Fatalf("%+v, %v", docs, err)
	}
	if err := form(false, "Perahu “Kelotok” – ½ hari, 36,6 °C, Ma’ruf Ḥusain", "Kunjungan\nrumah"); err != nil {
		t.Fatal(err)
	}
	docs, err := kepala.Documents(t.Context(), nil)
	if err != nil || len(docs.Data) != 1 || docs.Data[0].Number[:8] != "440/001/" {
		t.Fatalf("%+v, %v", docs, err)
	}
}

package document_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// TestActivityOfAnEarlierDay: a report written later stands on the SOP of its day and
// names who was staff then; where there was no SOP on that day it says so.
func TestActivityOfAnEarlierDay(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	koordinator, dinkes := s.As(t, "koordinator.tanah-habang"), s.As(t, "dinkes.admin")
	for _, c := range []*homecare.Client{koordinator, dinkes} {
		c.Clock = func() time.Time { return s.now }
	}
	staff, err := koordinator.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	midwife := staff.Data[slices.IndexFunc(staff.Data, func(m homecare.StaffMember) bool {
		return strings.HasPrefix(m.Username, "petugas3.")
	})]
	for _, day := range []string{"2026-11-17", "2026-11-18", "2026-11-19"} {
		if _, err := s.nurse.AddEducationSession(t.Context(), homecare.NewEducationSession{Programme: "kupinang",
			Village: "6311052002", HeldOn: day, Topics: []string{"ASI"},
			Method: "demonstration", Participants: 14, ConductedBy: []string{midwife.AccountID}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, sop := range []struct{ number, from string }{{"SOP/UJI/19", "2026-11-19"}, {"SOP/UJI/18", "2026-11-18"}} {
		all, err := dinkes.Programmes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all.Data, func(p homecare.Programme) bool { return p.Code == "kupinang" })
		if _, err := dinkes.AddSOP(t.Context(), "kupinang", all.Data[i].Version,
			homecare.NewSOP{DocumentNumber: sop.number, IssuedOn: sop.from, EffectiveFrom: sop.from,
				Issuer: "Uji", SignerName: "Uji", Approval: "kepala", TeamMode: "per_case",
				LegalBasis:   []homecare.LegalBasis{{Text: "Dasar " + sop.number}},
				Distribution: []string{"Tembusan " + sop.number},
				Changes:      []homecare.SOPChange{{What: "Uji", To: "Uji", From: sop.from}}}); err != nil {
			t.Fatal(err)
		}
	}
	s.Database.Exec(t, `update membership set ended_at = '2026-11-19 16:00Z' where id = $1`, midwife.MembershipID)
	issue := func(day string) (homecare.Document, error) {
		return koordinator.IssueActivityReport(t.Context(), homecare.NewActivityReport{Programme: "kupinang",
			Date: day})
	}
	for day, number := range map[string]string{"2026-11-17": "SOP/25/UKM/PKM/THB/2022", "2026-11-18": "SOP/UJI/18",
		"2026-11-19": "SOP/UJI/19"} {
		d, err := issue(day)
		if err != nil {
			t.Fatal(err)
		}
		frozen := opened(t, s.Server, d.ID)
		for _, n := range []string{"SOP/25/UKM/PKM/THB/2022", "SOP/UJI/18", "SOP/UJI/19"} {
			if strings.Contains(frozen, "Nomor "+n+`"`) != (n == number) {
				t.Errorf("%s stands on %s: %t", day, n, n != number)
			}
		}
		if !strings.Contains(frozen, midwife.Name) || strings.Contains(frozen, `"Tembusan `+number+
			`"`) != (day > "2026-11-17") {
			t.Errorf("%s: %s", day, frozen)
		}
		b, err := koordinator.DocumentPDF(t.Context(), d.ID)
		if err != nil || len(b) == 0 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
	s.Database.Exec(t, `update sop_version set effective_from = '2026-11-20' where programme_code = 'kupinang'`)
	_, err = issue("2026-11-19")
	wantProblem(t, err, 422, "request.invalid")
	if !strings.Contains(err.Error(), "SOP") {
		t.Errorf("it does not say why: %v", err)
	}
}

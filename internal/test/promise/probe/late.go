//go:build sabotage

package probe

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// restLate parks visits of a case in care, decides about each in another way, and
// retracts a death.
func (w *World) restLate(t testing.TB, kepala, dokter *homecare.Client, caseID, absent string,
	try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	now := time.Now()
	park := func(at time.Time, by string) homecare.ParkedAct {
		_, err := dokter.RecordVisit(ctx, homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID},
			ArrivedAt: at, DepartedAt: at.Add(30 * time.Minute),
			PerformedBy: by, VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"},
				Vitals: &homecare.VitalsPart{AbsentReason: "Alat rusak"},
				Services: homecare.NewServicesPart(&homecare.FamilyNursingCare{Interventions: []string{"medication_supervision"},
					Outcome: "partly_reached"})},
			Plan: &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}})
		kept, parked := errors.AsType[*homecare.ParkedError](err)
		if !parked {
			try("park", errors.Join(errors.New("not parked"), err))
			return homecare.ParkedAct{}
		}
		p, err := dokter.Parked(ctx, kept.ID)
		try("parked", err)
		return p
	}
	early := now.AddDate(0, 0, -60)
	note := homecare.DecideParked{Note: "Uji"}
	p := park(now.Add(-5*time.Hour), absent)
	_, err := kepala.TakeParked(ctx, p.ID, p.Version, note)
	try("take", err)
	p = park(early, "")
	at := now.Add(-8 * time.Hour)
	_, err = kepala.RedirectParked(ctx, p.ID, p.Version, homecare.RedirectParked{At: &at, Note: "Jam keliru"})
	try("redirect", err)
	p = park(early, "")
	_, err = kepala.ReturnParked(ctx, p.ID, p.Version, note)
	try("return", err)
	p = park(early, "")
	_, err = dokter.WithdrawParked(ctx, p.ID, p.Version, note)
	try("withdraw parked", err)

	seen, err := kepala.Alerts(ctx, url.Values{"state": {"acknowledged"}})
	try("alerts", err)
	if len(seen.Data) == 0 {
		try("alerts", errors.New("none was acknowledged"))
	} else {
		_, err = kepala.CloseAlert(ctx, seen.Data[0].ID, seen.Data[0].Version,
			homecare.CloseAlert{Note: "Tekanan turun"})
		try("close alert", err)
	}

	c, err := dokter.Case(ctx, caseID)
	try("case", err)
	c, err = dokter.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: clock.Day(now),
		Death: &homecare.Death{Place: "home", Cause: "Keliru"}})
	try("death", err)
	c, err = kepala.CorrectCaseDays(ctx, c.ID, c.Version, homecare.CorrectCaseDays{EndedOn: c.EndedOn,
		Reason: "Surat kematian"})
	try("correct days", err)
	_, err = kepala.RetractDeath(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Salah orang"})
	try("retract death", err)
}

// restReports corrects an accepted report, withdraws the correction, and makes
// Dinkes reopen the report.
func (w *World) restReports(t testing.TB, kepala, koordinator *homecare.Client, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	dinkes := w.Client(t, "dinkes.admin")
	for _, r := range Query[Record](t, w, `select r.id::text, r.version from monthly_report r
		join puskesmas p on p.id = r.puskesmas_id
		where p.slug = $1 and r.state in ('accepted', 'archived') order by r.id limit 1`, Own) {
		draft, err := kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Ada kunjungan terlambat"})
		try("correct report", err)
		_, err = koordinator.WithdrawReport(ctx, draft.ID, draft.Version, homecare.Return{Note: "Tidak jadi"})
		try("withdraw report", err)
		now, err := koordinator.Report(ctx, r.ID)
		try("report", err)
		_, err = dinkes.ReopenReport(ctx, now.ID, now.Version, homecare.Return{Note: "Periksa lagi"})
		try("reopen report", err)
	}
}

//go:build sabotage

package probe

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// restPrivacy makes Dinkes open a person, and goes through the steps of
// breaches, requests and consents.
func (w *World) restPrivacy(t testing.TB, kepala, koordinator *homecare.Client, village string,
	try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	p, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Privasi", Sex: "female",
		BirthDate: "1949-06-11", Address: "Jalan Uji", Village: village})
	try("register", err)
	dinkes := w.Client(t, "dinkes.admin")
	g, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: Own, PatientID: p.ID,
		Reason: "Rujukan gawat darurat ke rumah sakit", Minutes: 5})
	try("break-glass", err)
	_, err = dinkes.BreakGlassRecord(ctx, g.ID)
	try("record", err)
	_, err = dinkes.BreakGlasses(ctx, nil)
	try("break-glasses", err)
	g, err = dinkes.CloseBreakGlass(ctx, g.ID, g.Version)
	try("close", err)
	_, err = kepala.ReviewBreakGlass(ctx, g.ID, g.Version, homecare.ReviewBreakGlass{Finding: "Sesuai kebutuhan"})
	try("review", err)

	now := time.Now()
	b, err := kepala.ReportBreach(ctx, homecare.NewBreach{FoundAt: now, What: "Perangkat hilang di pasar",
		Client: "127.0.0.1", From: now.Add(-time.Hour), To: now})
	try("breach", err)
	_, err = kepala.Breach(ctx, b.ID)
	try("breach", err)
	_, err = kepala.Breaches(ctx, nil)
	try("breaches", err)
	_, err = kepala.BreachPersons(ctx, b.ID, nil)
	try("persons", err)
	for _, whom := range []string{"subjects", "agency"} {
		b, err = kepala.NotifyBreach(ctx, b.ID, b.Version, homecare.BreachNotice{Whom: whom, At: time.Now()})
		try("notified", err)
	}
	_, err = kepala.CloseBreach(ctx, b.ID, b.Version, homecare.CloseBreach{Conclusion: "Semua diberi tahu"})
	try("close breach", err)

	c, err := koordinator.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "home_visit", GivenBy: "Keluarga Galuh",
		Relation: "child", GivenOn: clock.Day(now)})
	try("consent", err)
	_, err = koordinator.Consents(ctx, p.ID)
	try("consents", err)
	_, err = koordinator.WithdrawConsent(ctx, p.ID, c.ID, c.Version,
		homecare.ConsentWithdrawn{Reason: "Keluarga tidak mau lagi"})
	try("withdraw consent", err)

	f, err := koordinator.EnterFact(ctx, p.ID, homecare.NewFact{Code: "smoker"})
	try("fact", err)
	try("void fact", koordinator.VoidFact(ctx, p.ID, f.ID, homecare.Why{Reason: "Keliru"}))

	for _, kind := range []string{"access", "correction"} {
		r, err := koordinator.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: kind,
			ReceivedAt: now, Channel: "letter", Note: "Surat keluarga"})
		try("request", err)
		if kind == "correction" {
			_, err = koordinator.RefuseDataSubjectRequest(ctx, r.ID, r.Version,
				homecare.DataSubjectOutcome{Outcome: "Sudah benar"})
			try("refuse", err)
			continue
		}
		_, err = koordinator.ExportPerson(ctx, r.ID)
		try("export", err)
		r, err = koordinator.StartDataSubjectRequest(ctx, r.ID, r.Version)
		try("start", err)
		_, err = koordinator.FinishDataSubjectRequest(ctx, r.ID, r.Version,
			homecare.DataSubjectOutcome{Outcome: "Salinan diserahkan"})
		try("done", err)
		_, err = koordinator.DataSubjectRequest(ctx, r.ID)
		try("request", err)
	}
	r, err := koordinator.RequestAboutData(ctx, homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: "restriction",
		ReceivedAt: now, Channel: "letter"})
	try("restriction", err)
	_, err = koordinator.FinishDataSubjectRequest(ctx, r.ID, r.Version,
		homecare.DataSubjectOutcome{Outcome: "Dibatasi dahulu"})
	try("restrict", err)
	p, err = kepala.Patient(ctx, p.ID)
	try("patient", err)
	_, err = kepala.LiftRestriction(ctx, p.ID, p.Version, homecare.Why{Reason: "Atas permintaan keluarga"})
	try("lift", err)
	_, err = koordinator.DataSubjectRequests(ctx, nil)
	try("requests", err)
}

package walk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// submit submits the monthly report (SOP HS 5i, KP C3): not before the month
// has ended, and with figures equal to those counted by hand.
func (f *flow) submit(ctx context.Context) error {
	r, err := f.koordinator.Report(ctx, f.report.ID)
	if err != nil {
		return err
	}
	_, err = f.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})
	if _, err := refused("mengajukan sebelum bulan berakhir", err, "report.month_open"); err != nil {
		return err
	}
	f.mu.Lock()
	f.now = f.to.Add(9 * time.Hour)
	f.mu.Unlock()
	if r, err = f.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}); err != nil {
		return err
	}
	if err := f.compare(r); err != nil {
		return err
	}
	f.say("HS 5i", "laporan %s diajukan; %d angka sama dengan hitungan tangan", f.month, len(f.tally))
	f.report = r
	return nil
}

// compare compares the report's growth since the month was opened with the
// walk's own count, in both directions.
func (f *flow) compare(r homecare.Report) error {
	after := flatten(r.Figures)
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(f.tally)) {
		if _, shown := after[key]; !shown && strings.HasPrefix(key, "targets_by_source/") {
			continue // KUPINANG's template leaves that table out
		}
		if got := after[key] - f.before[key]; got != f.tally[key] {
			wrong = append(wrong, fmt.Sprintf("%s: laporan %d, hitungan %d", key, got, f.tally[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if _, counted := f.tally[key]; !counted && after[key] != f.before[key] {
			wrong = append(wrong, fmt.Sprintf("%s: laporan %d, hitungan 0", key, after[key]-f.before[key]))
		}
	}
	if len(wrong) > 0 {
		return errors.New("angka laporan tidak sama dengan hitungan tangan:\n  " + strings.Join(wrong, "\n  "))
	}
	return nil
}

// decide sends the report to Dinkes, which returns it once, accepts the second
// version and archives it.
func (f *flow) decide(ctx context.Context) error {
	r, err := f.kepala.SendReport(ctx, f.report.ID, f.report.Version, homecare.Decision{Note: "Sudah diperiksa"})
	if err != nil {
		return err
	}
	if r.Late {
		return surprise("terlambat", r)
	}
	f.say("HS 5i", "ditandatangani Kepala dan dikirim ke Dinkes tepat waktu")
	if r, err = f.dinkes.Report(ctx, r.ID); err != nil {
		return err
	}
	if r, err = f.dinkes.ReturnReport(ctx, r.ID, r.Version,
		homecare.Return{Note: "Tambahkan kendala bulan ini"}); err != nil {
		return err
	}
	again, err := f.koordinator.Reports(ctx, url.Values{"programme": {f.programme}, "month": {f.month},
		"state": {"draft"}})
	if err != nil {
		return err
	}
	if r.State != "returned" || len(again.Data) != 1 || again.Data[0].Revision != 2 {
		return surprise("dikembalikan", again)
	}
	next := again.Data[0]
	if next, err = f.koordinator.SetReportNote(ctx, next.ID, next.Version,
		homecare.ReportNote{
			Note: homecare.Some("Jembatan ke Desa terputus dua hari; kunjungan dijadwal ulang.")}); err != nil {
		return err
	}
	if next, err = f.accepted(ctx, next, "Lengkap"); err != nil {
		return err
	}
	if next, err = f.dinkes.ArchiveReport(ctx, next.ID, next.Version, homecare.Decision{}); err != nil {
		return err
	}
	f.say("HS 5i", "dikembalikan dengan catatan, revisi 2 dikirim, diterima, diarsipkan")
	for _, file := range []struct {
		kind, magic string
		get         func(context.Context, string) ([]byte, error)
	}{{"pdf", "%PDF", f.analis.ReportPDF}, {"xlsx", "PK", f.analis.ReportXLSX}} {
		b, err := file.get(ctx, next.ID)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(b, []byte(file.magic)) {
			return surprise("berkas "+file.kind, len(b))
		}
		f.say("arsip", "laporan sebagai %s: %d byte", strings.ToUpper(file.kind), len(b))
	}
	_, err = f.dinkes.AcceptReport(ctx, next.ID, next.Version, homecare.Decision{Note: ""})
	if _, err := refused("menerima yang diarsipkan", err, "record.state"); err != nil {
		return err
	}
	f.report = next
	return nil
}

// evaluate records an evaluation (SOP HS 5j, KP D).
func (f *flow) evaluate(ctx context.Context) error {
	e, err := f.koordinator.NewEvaluation(ctx, homecare.NewEvaluation{SubjectKind: "month", Month: f.month,
		Programme: f.programme,
		Finding:   "Dua kunjungan tidak terlaksana", Cause: "Keluarga bekerja pada pagi hari",
		Improvement:    "Jadwalkan kunjungan sore",
		OwnerAccountID: f.staff["koordinator"].AccountID, DueOn: clock.Day(f.to.AddDate(0, 0, 20))})
	if err != nil {
		return err
	}
	if e, err = f.koordinator.CloseEvaluation(ctx, e.ID, e.Version,
		homecare.EvaluationResult{Result: "Jadwal sore mulai dipakai"}); err != nil {
		return err
	}
	if e.State != "done" {
		return surprise("evaluasi", e)
	}
	f.say("HS 5j", "evaluasi bulan: temuan, sebab, perbaikan, penanggung jawab, hasil")
	return nil
}

// district reads as Dinkes: twelve tenants, no person.
func (f *flow) district(ctx context.Context) error {
	want := map[string]int{"kupinang": 1, "homecare_sanggam": 12}[f.programme]
	var figures []homecare.DistrictMonth
	completed := int64(-1)
	for range 100 { // the roll-up follows a moment later
		p, err := f.analis.DistrictDashboard(ctx, f.month, f.programme)
		if err != nil {
			return err
		}
		figures = p.Data
		if completed = valueOf(figures, f.puskesmas, "visits_completed"); completed >= 1 {
			break
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if len(figures) != want || completed < 1 {
		return surprise("angka kabupaten", figures)
	}
	var raw []byte
	for _, path := range []string{"/v1/dashboards/district?month=" + f.month + "&programme=" + f.programme,
		"/v1/reports?month=" + f.month, "/v1/dashboards/reports?month=" + f.month} {
		var b []byte
		if err := f.analis.Do(ctx, homecare.Call{Method: "GET", Path: path, Out: &b}); err != nil {
			return err
		}
		raw = append(raw, b...)
	}
	for _, p := range f.people {
		if bytes.Contains(raw, []byte(p.name)) || bytes.Contains(raw, []byte(p.nik)) ||
			bytes.Contains(raw, []byte(p.id)) {
			return surprise("Dinkes melihat orang", "nama, NIK, atau id")
		}
	}
	for _, path := range []string{"/v1/patients/" + f.people[0].id, "/v1/cases/" + f.cases["0"].ID, "/v1/visits"} {
		err := f.analis.Do(ctx, homecare.Call{Method: "GET", Path: path})
		if _, err := refused("Dinkes membuka "+path, err, "auth.forbidden"); err != nil {
			return err
		}
	}
	f.say("Dinkes", "%d puskesmas, %d kunjungan selesai di %s, tidak satu orang pun terlihat", len(figures), completed,
		f.puskesmas)
	return nil
}

func valueOf(all []homecare.DistrictMonth, puskesmas, figure string) int64 {
	for _, d := range all {
		for _, f := range d.Figures {
			if d.Puskesmas == puskesmas && f.Figure == figure && f.Value != nil {
				return *f.Value
			}
		}
	}
	return -1
}

// trail finds every kind of step in the audit trail.
func (f *flow) trail(ctx context.Context) error {
	seen := map[string]bool{}
	query := url.Values{"limit": {"500"}}
	for {
		p, err := f.kepala.AuditEvents(ctx, query)
		if err != nil {
			return err
		}
		for _, e := range p.Data {
			seen[e.Action] = true
		}
		if p.NextCursor == "" || len(seen) > 1000 {
			break
		}
		query.Set("cursor", p.NextCursor)
	}
	var missing []string
	for _, action := range []string{"import.preview", "import.commit", "case.propose", "case.approve", "case.reject",
		"case.team", "case.review", "case.end",
		"visit.plan", "visit.check_in", "visit.complete", "visit.amend", "visit.miss", "alert.acknowledge",
		"follow_up.hand_over", "follow_up.answer", "attachment.upload",
		"document.signed_copy", "report.draft", "report.submit", "report.send", "report.correct", "evaluation.open"} {
		if !seen[action] {
			missing = append(missing, action)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("tidak ada dalam jejak audit: %v (ada: %v)", missing, slices.Sorted(maps.Keys(seen)))
	}
	f.say("audit", "%d jenis tindakan dalam jejak audit, semua langkah ada", len(seen))
	return nil
}

// apart shows that neither programme saw the other, and that another
// puskesmas's records look like missing ones.
func apart(ctx context.Context, a, b *flow) error {
	for _, try := range []struct {
		who  *flow
		path string
	}{
		{b, "/v1/cases/" + a.cases["0"].ID}, {a, "/v1/cases/" + b.cases["0"].ID},
		{b, "/v1/patients/" + a.people[0].id}, {a, "/v1/visits/" + b.cases["visit0"].ID},
		{a, "/v1/reports/" + b.report.ID},
	} {
		err := try.who.kepala.Do(ctx, homecare.Call{Method: "GET", Path: try.path})
		if _, err := refused("data puskesmas lain", err, "record.not_found"); err != nil {
			return err
		}
	}
	d, err := a.analis.DistrictDashboard(ctx, a.month, a.programme)
	if err != nil {
		return err
	}
	for _, m := range d.Data {
		if m.Puskesmas == b.puskesmas {
			return surprise("angka KUPINANG", m.Puskesmas)
		}
	}
	a.out.say("", "terpisah", "data puskesmas lain dijawab sama seperti data yang tidak ada")
	return nil
}

// accepted takes a draft to Dinkes' acceptance. Its figures are compared before it is
// sent.
func (f *flow) accepted(ctx context.Context, r homecare.Report, note string) (homecare.Report, error) {
	r, err := f.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})
	if err == nil {
		err = f.compare(r)
	}
	if err == nil {
		r, err = f.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
	}
	if err == nil {
		r, err = f.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: note})
	}
	return r, err
}

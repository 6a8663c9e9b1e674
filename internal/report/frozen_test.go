package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// newSOP makes Dinkes add a revision of the programme's SOP in force from a day.
// Its citations and copy recipients contain its number.
func newSOP(t *testing.T, o *office, number, from, approval string) {
	t.Helper()
	ctx := t.Context()
	all := apitest.Must[homecare.Page[homecare.Programme]](t)(o.dinkes.Programmes(ctx))
	i := slices.IndexFunc(all.Data, func(p homecare.Programme) bool { return p.Code == programme })
	apitest.Must[homecare.SOP](t)(o.dinkes.AddSOP(ctx, programme, all.Data[i].Version,
		homecare.NewSOP{DocumentNumber: number, IssuedOn: from, EffectiveFrom: from,
			Issuer: "Dinkes", SignerName: "Kepala Dinas (contoh)", Approval: approval, TeamMode: "standing",
			Distribution: []string{"Tembusan " + number},
			LegalBasis:   []homecare.LegalBasis{{Text: "Dasar " + number}},
			Changes:      []homecare.SOPChange{{What: "Uji", To: "Uji", From: from}}}))
}

// sheetOf is the text of a report's workbook.
func sheetOf(t *testing.T, c *homecare.Client, id string) string {
	t.Helper()
	b := apitest.Must[[]byte](t)(c.ReportXLSX(t.Context(), id))
	z := apitest.Must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(b), int64(len(b))))
	return string(
		apitest.Must[[]byte](t)(io.ReadAll(apitest.Must[io.ReadCloser](t)(z.Open("xl/worksheets/sheet1.xml")))))
}

// TestFrozenPaper: the printed text of a report besides the figures is frozen with
// them, under the same hash. A draft, also after a return to draft, reads it again.
func TestFrozenPaper(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	r := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	newSOP(t, o, "A", "2026-03-31", "kepala")
	newSOP(t, o, "B", "2026-02-01", "kepala") // added later, in force earlier
	newSOP(t, o, "C", "2026-04-01", "kepala")
	says := func(step string, want string) {
		t.Helper()
		sheet := sheetOf(t, o.kepala, r.ID)
		for _, number := range []string{"A", "B", "C", "D", "E"} {
			for _, line := range []string{"Dasar " + number + "<", "Tembusan " + number + "<"} {
				if strings.Contains(sheet, line) != (number == want) {
					t.Errorf("%s: %q is there: %t", step, line, number != want)
				}
			}
		}
	}
	says("a draft", "A")
	r = ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}))
	pdf, hash := apitest.Must[[]byte](t)(o.kepala.ReportPDF(ctx, r.ID)), r.FiguresHash
	changed := func() {
		s.Database.Exec(t, `update programme set name = name || ' Baru' where code = $1`, programme)
		s.Database.Exec(t, `update puskesmas set address = address || ', pindah' where slug = 'uren'`)
	}
	newSOP(t, o, "D", "2026-03-31", "kepala")
	changed()
	if !bytes.Equal(pdf, apitest.Must[[]byte](t)(o.kepala.ReportPDF(ctx, r.ID))) {
		t.Error("the submitted PDF is another")
	}
	says("submitted", "A")
	r = ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Ulangi"})), homecare.Decision{}))
	says("submitted again", "D")
	if r.FiguresHash == hash {
		t.Error("the hash does not cover what the paper says")
	}
	r = ok(apitest.OnReport(ctx, o.dinkes.ArchiveReport,
		ok(apitest.OnReport(ctx, o.dinkes.AcceptReport,
			ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})), homecare.Decision{Note: ""})),
		homecare.Decision{}))
	pdf = apitest.Must[[]byte](t)(o.dinkes.ReportPDF(ctx, r.ID))
	newSOP(t, o, "E", "2026-03-31", "kepala")
	changed()
	if !bytes.Equal(pdf, apitest.Must[[]byte](t)(o.dinkes.ReportPDF(ctx, r.ID))) {
		t.Error("the archived PDF is another")
	}
	says("archived", "D")
	// A report frozen without it reads the SOP of its month, as before.
	s.Database.Exec(t, `do $$ begin set local session_replication_role = replica; update monthly_report
		set figures = figures - 'paper'; end $$`)
	says("frozen by an older version", "E")
	r = ok(o.kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Uji"}))
	says("its correction", "E")
}

// TestWithoutAnSOP: a report of a month before the first SOP is printed and submitted.
func TestWithoutAnSOP(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	s.Database.Exec(t, `update sop_version set effective_from = '2026-04-01'`)
	r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(t.Context(),
		homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	apitest.Must[[]byte](t)(o.kepala.ReportPDF(t.Context(), r.ID))
	apitest.Must[homecare.Report](t)(o.koordinator.SubmitReport(t.Context(), r.ID, r.Version, homecare.Decision{}))
	apitest.Must[[]byte](t)(o.kepala.ReportPDF(t.Context(), r.ID))
}

// TestApprovedWithoutAnAct: under an SOP without approval a case counts as approved
// on the day of its proposal, and a later SOP does not change that.
func TestApprovedWithoutAnAct(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	newSOP(t, o, "N", "2026-03-10", "none")
	propose := func(name, day, state string) {
		t.Helper()
		p := s.AddPatient(t, "uren", apitest.Person{Name: name})
		c := apitest.Must[homecare.Case](t)(o.koordinator.ProposeCase(ctx,
			homecare.NewCase{PatientID: p, Programme: programme, Origin: "walk_in", Reason: "Uji", ProposedOn: day}))
		if c.State != state {
			t.Fatalf("%s is %s", name, c.State)
		}
	}
	propose("Galuh", "2026-03-09", "proposed")
	propose("Ijah", "2026-03-10", "approved")
	propose("Utuh", "2026-03-31", "approved")
	propose("Anang", "2026-04-01", "approved")
	newSOP(t, o, "K", "2026-03-10", "kepala")
	for month, want := range map[string][]int64{"2026-03": {3, 2, 0}, "2026-04": {1, 1, 0}} {
		r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme,
			Month: month}))
		var got []int64
		for _, sec := range r.Figures.Sections {
			for _, row := range sec.Rows {
				if sec.Figures == "cases" && slices.Contains([]string{"proposed", "approved", "rejected"}, row.Code) {
					got = append(got, row.Values[0])
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", month, got, want)
		}
	}
}

// TestEventsForDinkes: Dinkes sees the events of a report from its sending on, the
// puskesmas sees all.
func TestEventsForDinkes(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	r := ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03",
			Note: "Kendala"})), homecare.Decision{}))
	r = ok(o.kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Petugas lalai"}))
	r = ok(apitest.OnReport(ctx, o.kepala.SendReport,
		ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})), homecare.Decision{Note: "Lengkap"}))
	is := func(step, want string) {
		t.Helper()
		for _, c := range []*homecare.Client{o.dinkes, o.analis} {
			page := apitest.Must[homecare.Page[homecare.ReportEvent]](t)(c.ReportEvents(ctx, r.ID))
			var way []string
			for _, e := range page.Data {
				way = append(way, e.FromState+">"+e.ToState+":"+e.Note)
			}
			if got := strings.Join(way, " "); got != want {
				t.Errorf("%s: %s", step, got)
			}
		}
	}
	is("sent", "submitted>sent:Lengkap")
	r = ok(o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: "Baik"}))
	c := ok(o.kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Kurang"}))
	is("corrected", "submitted>sent:Lengkap sent>accepted:Baik accepted>accepted:Kurang")
	c = o.sent(t, c)
	ok(o.dinkes.AcceptReport(ctx, c.ID, c.Version, homecare.Decision{Note: "Cukup"}))
	is("superseded", "submitted>sent:Lengkap sent>accepted:Baik accepted>accepted:Kurang accepted>superseded:")
	r = c
	is("the correction", "submitted>sent: sent>accepted:Cukup")
	all := apitest.Must[homecare.Page[homecare.ReportEvent]](t)(o.kepala.ReportEvents(ctx, r.ID))
	if len(all.Data) != 4 || all.Data[0].Note != "Kurang" {
		t.Errorf("the puskesmas reads %+v", all.Data)
	}
	if b, err := json.Marshal(apitest.Must[homecare.Page[homecare.Report]](t)(o.dinkes.Reports(ctx,
		url.Values{}))); err != nil || bytes.Contains(b, []byte("lalai")) {
		t.Errorf("%s, %v", b, err)
	}
}

// TestParkedActsWait: a submission reports the number of undecided acts of its month
// and programme; the report can still be submitted.
func TestParkedActsWait(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	tenant, person := s.PuskesmasID(t, "uren"), s.AddPatient(t, "uren", apitest.Person{Name: "Galuh"})
	ours, others := uuid.NewString(), uuid.NewString()
	for id, code := range map[string]string{ours: programme, others: "kupinang"} {
		s.Database.Exec(t, `insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state,
			origin, reason, proposed_at, proposed_by)
			select $1, $2, $3, $4, min(id::text)::uuid, 'active', 'walk_in', 'Uji', '2026-02-10 01:00Z',
			gen_random_uuid() from sop_version`, tenant, id, person, code)
	}
	park := func(at, care, state string) {
		s.Database.Exec(t, `insert into parked_act (puskesmas_id, id, permission, body_sealed, performed_by,
			recorded_by, act_at, reason, contradicts_kind, contradicts_id,
				case_id, patient_id, state, parked_at, due_on, escalates_on, decided_at)
			values ($1, gen_random_uuid(), 'POST /v1/visits', '', gen_random_uuid(), gen_random_uuid(),
			$2::text::timestamptz, 'case_ended', 'case', $3, nullif($4, '')::uuid, $3,
				$5, '2026-04-01 01:00Z', '2026-04-04', '2026-04-15', case when $5 <> 'parked' then now()
				end)`, tenant, at, person, care, state)
	}
	for _, a := range [][3]string{{"2026-02-28 15:59Z", ours, "parked"}, {"2026-02-28 16:00Z", ours, "parked"},
		{"2026-03-31 15:59Z", "", "parked"},
		{"2026-03-31 16:00Z", ours, "parked"}, {"2026-03-10 01:00Z", others, "parked"},
		{"2026-03-10 01:00Z", ours, "returned"}} {
		park(a[0], a[1], a[2])
	}
	r := ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})),
		homecare.Decision{}))
	if r.State != "submitted" || len(r.Warnings) != 1 || r.Warnings[0].Code != "parked_waiting" ||
		!strings.HasPrefix(r.Warnings[0].Message, "Masih ada 2 kiriman") {
		t.Errorf("%+v", r.Warnings)
	}
	if r = ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})); len(r.Warnings) != 0 {
		t.Errorf("sent: %+v", r.Warnings)
	}
	if r = ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-01"})),
		homecare.Decision{})); len(r.Warnings) != 0 {
		t.Errorf("a month without: %+v", r.Warnings)
	}
}

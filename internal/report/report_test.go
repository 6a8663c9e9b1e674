package report_test

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// office is a puskesmas and Dinkes at one time.
type office struct {
	koordinator, kepala, dinkes, analis *homecare.Client
	now                                 time.Time
}

func open(t *testing.T, s *apitest.Server, day string) *office {
	t.Helper()
	o := &office{koordinator: s.As(t, "koordinator.uren"), kepala: s.As(t, "kepala.uren"),
		dinkes: s.As(t, "dinkes.admin"), analis: s.As(t, "dinkes.analis")}
	for _, c := range []*homecare.Client{o.koordinator, o.kepala, o.dinkes, o.analis} {
		c.Clock = func() time.Time { return o.now }
	}
	o.at(t, day)
	return o
}

// at moves the office to nine in the morning of a day.
func (o *office) at(t *testing.T, day string) {
	t.Helper()
	from, _, err := clock.DayBounds(day)
	if err != nil {
		t.Fatal(err)
	}
	o.now = from.Add(9 * time.Hour)
}

func code(t *testing.T, name string, err error, want string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Code != want {
		t.Errorf("%s: %v, want %s", name, err, want)
		return &homecare.Problem{}
	}
	return p
}

const programme = "homecare_sanggam"

// TestWay goes through all states of a report and tries every other step in
// each state.
func TestWay(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-03-20")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	r := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	if r.State != "draft" || r.DueOn != "2026-04-05" || r.Late || r.Figures == nil {
		t.Fatalf("%+v", r)
	}
	_, err := o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})
	code(t, "a second draft", err, "report.exists")
	_, err = o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-04"})
	code(t, "a month to come", err, "report.month_future")
	_, err = o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: "kupinang", Month: "2026-03"})
	code(t, "a programme of others", err, "report.programme_not_run")
	_, err = o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})
	code(t, "before the month ended", err, "report.month_open")
	_, err = o.dinkes.Report(ctx, r.ID)
	code(t, "Dinkes looks at a draft", err, "record.not_found")

	o.at(t, "2026-04-01")
	_, err = o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
	if p := code(t, "sending a draft", err, "record.state"); !slices.Equal(p.Allowed, []string{"submit", "withdraw"}) ||
		p.CurrentState != "draft" {
		t.Errorf("allowed: %+v", p)
	}
	r = ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}))
	stale := r
	r = ok(o.kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Catatan belum ada"}))
	_, err = o.koordinator.SetReportNote(ctx, stale.ID, stale.Version, homecare.ReportNote{Note: homecare.Some("lama")})
	code(t, "an old version", err, "record.stale")
	r = ok(o.koordinator.SetReportNote(ctx, r.ID, r.Version,
		homecare.ReportNote{Note: homecare.Some("Jembatan terputus")}))
	if kept := ok(o.koordinator.SetReportNote(ctx, r.ID, r.Version, homecare.ReportNote{})); kept.Note != r.Note {
		t.Errorf("an absent note became %q", kept.Note)
	}
	r = ok(o.kepala.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{})) // kepala may submit too …
	_, err = o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
	code(t, "the maker signs", err, "report.maker_is_checker") // … but not sign that one
	r = ok(o.kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Biar koordinator yang mengajukan"}))
	r = ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}))
	if r.FiguresHash == "" {
		t.Error("no hash of the frozen figures")
	}
	_, err = o.koordinator.SetReportNote(ctx, r.ID, r.Version, homecare.ReportNote{Note: homecare.Some("x")})
	code(t, "a note on a submitted report", err, "record.state")

	o.at(t, "2026-04-06") // a day late
	r = ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
	if !r.Late || r.State != "sent" {
		t.Errorf("sent on the sixth: %+v", r)
	}
	_, err = o.kepala.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
	code(t, "kepala accepts", err, "auth.forbidden")
	_, err = o.analis.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
	code(t, "an analyst accepts", err, "auth.forbidden")
	_, err = o.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{})
	code(t, "archived before accepted", err, "record.state")
	r = ok(o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: "Lengkap"}))
	_, err = o.dinkes.ReturnReport(ctx, r.ID, r.Version, homecare.Return{Note: "Terlambat"})
	code(t, "returned after accepted", err, "record.state")
	r = ok(o.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{}))
	_, err = o.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{})
	code(t, "archived twice", err, "record.state")

	events := apitest.Must[homecare.Page[homecare.ReportEvent]](t)(o.kepala.ReportEvents(ctx, r.ID))
	var way []string
	for _, e := range events.Data {
		way = append(way, e.ToState)
	}
	if !slices.Equal(way, []string{"draft", "submitted", "draft", "submitted", "draft", "submitted", "sent", "accepted",
		"archived"}) {
		t.Errorf("history: %v", way)
	}
	// What is archived does not change, even for the database's owner.
	s.Database.Exec(t, `do $$ begin update monthly_report set note = 'x' where state = 'archived'; raise exception
		'changed'; exception when insufficient_privilege then null; end $$`)
}

// TestReturned: the returned version stays unchanged and the next opens.
func TestReturned(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	first := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	first = ok(apitest.OnReport(ctx, o.kepala.SendReport,
		ok(o.koordinator.SubmitReport(ctx, first.ID, first.Version, homecare.Decision{})), homecare.Decision{Note: ""}))
	first = ok(o.dinkes.ReturnReport(ctx, first.ID, first.Version, homecare.Return{Note: "Perbaiki catatan"}))
	all := apitest.Must[homecare.Page[homecare.Report]](t)(o.koordinator.Reports(ctx, url.Values{"month": {"2026-03"}}))
	if len(all.Data) != 2 {
		t.Fatalf("%d reports", len(all.Data))
	}
	i := slices.IndexFunc(all.Data, func(r homecare.Report) bool { return r.Revision == 2 })
	if i < 0 || all.Data[i].State != "draft" || first.DecisionNote != "Perbaiki catatan" {
		t.Fatalf("%+v", all.Data)
	}
	old := ok(o.koordinator.Report(ctx, first.ID))
	if old.State != "returned" || old.FiguresHash != first.FiguresHash {
		t.Errorf("the returned version: %+v", old)
	}
	// With an open visit a report is not correct.
	s.Database.Exec(t, `do $$ begin update monthly_report set figures = '{}' where state = 'returned'; raise exception
		'changed'; exception when insufficient_privilege then null; end $$`)
}

func TestMissingAndPapers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-06")
	ctx := t.Context()
	status := apitest.Must[homecare.Page[homecare.ReportStatus]](t)(o.analis.ReportStatus(ctx, "2026-03"))
	if len(status.Data) != 13 { // twelve of Homecare Sanggam, one of KUPINANG
		t.Fatalf("%d lines", len(status.Data))
	}
	for _, l := range status.Data {
		if l.State != "missing" || !l.Late {
			t.Errorf("%+v", l)
		}
	}
	r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme,
		Month: "2026-03"}))
	pdf := apitest.Must[[]byte](t)(o.kepala.ReportPDF(ctx, r.ID))
	xlsx := apitest.Must[[]byte](t)(o.kepala.ReportXLSX(ctx, r.ID))
	again := apitest.Must[[]byte](t)(o.kepala.ReportPDF(ctx, r.ID))
	if !bytes.HasPrefix(pdf, []byte("%PDF")) || !bytes.HasPrefix(xlsx, []byte("PK")) || !bytes.Equal(pdf, again) {
		t.Errorf("%d and %d bytes", len(pdf), len(xlsx))
	}
	_, err := s.As(t, "koordinator.awayan").Report(ctx, r.ID)
	code(t, "another puskesmas", err, "record.not_found")
	_, err = s.As(t, "petugas1.uren").Report(ctx, r.ID)
	code(t, "a petugas", err, "auth.forbidden")
}

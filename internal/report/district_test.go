package report_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestBetweenSubmissionAndSending: Kepala sees before signing what the figures lack,
// and Dinkes learns it with the report.
func TestBetweenSubmissionAndSending(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	r := ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})),
		homecare.Decision{}))
	if got := ok(o.kepala.Report(ctx, r.ID)); r.Differs == nil || *r.Differs != 0 || len(got.Delta) != 0 {
		t.Errorf("submitted: %+v", got)
	}
	held(t, s, "2026-03-31", 25)
	if got := ok(o.kepala.Report(ctx, r.ID)); len(got.Delta) != 2 {
		t.Errorf("before the signature: %+v", got.Delta)
	}
	r = ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
	for _, step := range []string{"sent", "accepted", "archived"} {
		got := ok(o.dinkes.Report(ctx, r.ID))
		if got.State != step || got.Differs == nil || *got.Differs != 2 || got.DiffersAt == nil {
			t.Errorf("%s: %+v", step, got)
		}
		if step == "sent" {
			r = ok(o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
		} else if step == "accepted" {
			r = ok(o.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{}))
		}
	}
	// A report that returned to draft is recounted.
	held(t, s, "2026-02-27", 5)
	b := ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-02"})),
		homecare.Decision{}))
	held(t, s, "2026-02-28", 5)
	b = ok(o.kepala.RedraftReport(ctx, b.ID, b.Version, homecare.Return{Note: "Tambahkan"}))
	if b.Differs != nil {
		t.Errorf("a draft differs: %+v", b)
	}
	if b = o.sent(t, b); *b.Differs != 0 {
		t.Errorf("sent with all: %d", *b.Differs)
	}
}

// TestBoardDuringCorrection: Dinkes' board shows the official revision with its
// difference, and the state of the correction beside it.
func TestBoardDuringCorrection(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	line := func() homecare.ReportStatus {
		page := apitest.Must[homecare.Page[homecare.ReportStatus]](t)(o.dinkes.ReportStatus(ctx, "2026-03"))
		return page.Data[slices.IndexFunc(page.Data, func(l homecare.ReportStatus) bool {
			return l.Puskesmas == "uren" && l.Programme == programme
		})]
	}
	is := func(step, state, correction string) {
		t.Helper()
		if l := line(); l.State != state || l.CorrectionState != correction || state == "archived" &&
			(l.Differs == nil || *l.Differs != 2) {
			t.Errorf("%s: %+v", step, l)
		}
	}
	is("nothing", "missing", "")
	r := ok(apitest.OnReport(ctx, o.koordinator.SubmitReport,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})),
		homecare.Decision{}))
	is("submitted", "missing", "")
	held(t, s, "2026-03-31", 25)
	r = ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
	is("sent", "sent", "")
	r = ok(apitest.OnReport(ctx, o.dinkes.ArchiveReport,
		ok(o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})), homecare.Decision{}))
	is("archived", "archived", "")
	c := ok(o.kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Penyuluhan"}))
	is("a draft of the correction", "archived", "")
	c = o.sent(t, c)
	is("the correction sent", "archived", "sent")
	ok(o.dinkes.ReturnReport(ctx, c.ID, c.Version, homecare.Return{Note: "Periksa"}))
	is("the correction returned", "archived", "returned")
	c = o.sent(t, o.newest(t, "2026-03"))
	is("sent again", "archived", "sent")
	ok(o.dinkes.ReturnReport(ctx, c.ID, c.Version, homecare.Return{Note: "Periksa lagi"}))
	is("returned again", "archived", "returned")
	ok(apitest.OnReport(ctx, o.kepala.WithdrawReport, o.newest(t, "2026-03"),
		homecare.Return{Note: "Yang lama sudah benar"}))
	is("its draft withdrawn", "archived", "")
	c = ok(o.kepala.CorrectReport(ctx, r.ID, r.Version, homecare.Return{Note: "Penyuluhan"}))
	is("corrected once more", "archived", "")
	c = o.sent(t, c)
	is("that one sent", "archived", "sent")
	ok(o.dinkes.ReturnReport(ctx, c.ID, c.Version, homecare.Return{Note: "Periksa"}))
	is("that one returned", "archived", "returned")
	c = o.sent(t, o.newest(t, "2026-03"))
	ok(o.dinkes.AcceptReport(ctx, c.ID, c.Version, homecare.Decision{Note: ""}))
	is("accepted", "accepted", "")
}

// TestReturnedAndWithdrawn: a month without an accepted report stays returned. Dinkes
// learns only whether a draft was withdrawn, and another role not even that.
func TestReturnedAndWithdrawn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	ok(apitest.OnReport(ctx, o.dinkes.ReturnReport,
		o.sent(t, ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))),
		homecare.Return{Note: "Periksa"}))
	ok(apitest.OnReport(ctx, o.kepala.WithdrawReport, o.newest(t, "2026-03"), homecare.Return{Note: "Uji"}))
	page := apitest.Must[homecare.Page[homecare.ReportStatus]](t)(o.dinkes.ReportStatus(ctx, "2026-03"))
	if i := slices.IndexFunc(page.Data, func(l homecare.ReportStatus) bool {
		return l.Puskesmas == "uren" &&
			l.Programme == programme
	}); page.Data[i].State != "returned" || page.Data[i].CorrectionState != "" {
		t.Errorf("%+v", page.Data[i])
	}
	for role, may := range map[string]bool{"homecare_report": true, "homecare_app": false, "homecare_district": false,
		"homecare_system": false} {
		var got bool
		s.Database.Row(t, `select has_function_privilege($1, 'draft_withdrawn_after(uuid)', 'execute')`, []any{role},
			&got)
		if got != may {
			t.Errorf("%s may ask: %t", role, got)
		}
	}
}

// TestEndedForDinkes: Dinkes gets an answer to every act on a report that it
// can read.
func TestEndedForDinkes(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	returned := o.sent(t,
		ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})))
	returned = ok(o.dinkes.ReturnReport(ctx, returned.ID, returned.Version, homecare.Return{Note: "Periksa"}))
	second := ok(apitest.OnReport(ctx, o.dinkes.AcceptReport, o.sent(t, o.newest(t, "2026-03")),
		homecare.Decision{Note: ""}))
	ok(apitest.OnReport(ctx, o.dinkes.AcceptReport,
		o.sent(t, ok(o.kepala.CorrectReport(ctx, second.ID, second.Version, homecare.Return{Note: "Uji"}))),
		homecare.Decision{Note: ""}))
	for _, r := range []homecare.Report{returned, ok(o.dinkes.Report(ctx, second.ID))} {
		for name, f := range map[string]func() error{
			"reopen": func() error {
				_, err := o.dinkes.ReopenReport(ctx, r.ID, r.Version, homecare.Return{Note: "x"})
				return err
			},
			"archive": func() error {
				_, err := o.dinkes.ArchiveReport(ctx, r.ID, r.Version, homecare.Decision{})
				return err
			},
			"accept": func() error {
				_, err := o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""})
				return err
			},
		} {
			if p := code(t, name+" of one "+r.State, f(), "record.state"); p.CurrentState != r.State ||
				len(p.Allowed) != 0 {
				t.Errorf("%s of one %s: %+v", name, r.State, p)
			}
		}
	}
}

// TestPaperOfReport: sources have one name in the person's language, the file names its
// revision, a replaced regulation is named as in the letters.
func TestPaperOfReport(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-03-20")
	ctx := t.Context()
	apitest.Must[homecare.Patient](t)(o.koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Uji",
		Sex: "female", BirthDate: "1950-05-05"}))
	r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme,
		Month: "2026-03"}))
	if row := r.Figures.Sections[0].Rows; len(row) != 1 || row[0].Code != "walk_in" ||
		row[0].Label != "Datang sendiri" {
		t.Errorf("%+v", row)
	}
	l := apitest.Must[homecare.Page[homecare.RecapLine]](t)(o.koordinator.Recap(ctx, url.Values{"by": {"source"}}))
	if len(l.Data) != 1 || l.Data[0].Label != "Datang sendiri" {
		t.Errorf("the recap: %+v", l.Data)
	}
}

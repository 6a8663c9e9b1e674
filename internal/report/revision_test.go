package report_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/internal/report"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// sent takes the report of a month to Dinkes.
func (o *office) sent(t *testing.T, r homecare.Report) homecare.Report {
	t.Helper()
	ok := apitest.Must[homecare.Report](t)
	return ok(apitest.OnReport(t.Context(), o.kepala.SendReport,
		ok(o.koordinator.SubmitReport(t.Context(), r.ID, r.Version, homecare.Decision{})), homecare.Decision{Note: ""}))
}

// held is a group session, which counts in the report of its month.
func held(t *testing.T, s *apitest.Server, day string, participants int) {
	t.Helper()
	s.Database.Exec(t, `insert into education_session (puskesmas_id, id, programme_code, village_code, held_on, topics,
		method, participants, conducted_by, created_at, created_by)
		select $1, gen_random_uuid(), $2, min(code), $3::text::date, '[]', 'leaflet', $4, array[gen_random_uuid()],
		now(), gen_random_uuid() from village`,
		s.PuskesmasID(t, "uren"), programme, day, participants)
}

// TestCorrection: changes of a sent month are its delta. A correction exists
// beside the official revision until it is accepted, one at a time, and its
// lateness is that of the first revision.
func TestCorrection(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.RunJobs(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	first := o.sent(t, ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})))
	_, err := o.kepala.CorrectReport(ctx, first.ID, first.Version, homecare.Return{Note: "Kunjungan terlambat dicatat"})
	if p := code(t, "a sent one is corrected", err, "record.state"); len(p.Allowed) != 0 {
		t.Errorf("allowed: %v", p.Allowed)
	}
	first = ok(o.dinkes.AcceptReport(ctx, first.ID, first.Version, homecare.Decision{Note: "Lengkap"}))
	held(t, s, "2026-03-31", 25)
	held(t, s, "2026-04-01", 7)
	want := []homecare.ReportDelta{
		{Figures: "education", Code: "sessions", Label: "Kegiatan penyuluhan", Column: "Jumlah", Frozen: 0, Live: 1},
		{Figures: "education", Code: "participants", Label: "Peserta", Column: "Jumlah", Frozen: 0, Live: 25},
	}
	if got := ok(o.kepala.Report(ctx, first.ID)).Delta; !slices.Equal(got, want) {
		t.Errorf("delta: %+v", got)
	}
	var told homecare.Report
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end) &&
		(told.Differs == nil || *told.Differs != 2); time.Sleep(100 * time.Millisecond) {
		told = ok(o.dinkes.Report(ctx, first.ID))
	}
	if told.Differs == nil || *told.Differs != 2 || told.DiffersAt == nil || told.Delta != nil {
		t.Errorf("what Dinkes is told: %+v", told)
	}
	status := apitest.Must[homecare.Page[homecare.ReportStatus]](t)(o.analis.ReportStatus(ctx, "2026-03"))
	if i := slices.IndexFunc(status.Data, func(l homecare.ReportStatus) bool {
		return l.Puskesmas == "uren" &&
			l.Programme == programme
	}); status.Data[i].Differs == nil || *status.Data[i].Differs != 2 {
		t.Errorf("%+v", status.Data[i])
	}

	o.at(t, "2026-05-20") // long after the fifth
	_, err = o.koordinator.CorrectReport(ctx, first.ID, first.Version, homecare.Return{Note: "x"})
	code(t, "a koordinator corrects", err, "auth.forbidden")
	second := ok(o.kepala.CorrectReport(ctx, first.ID, first.Version,
		homecare.Return{Note: "Penyuluhan terlambat dicatat"}))
	if second.State != "draft" || second.Revision != 2 || second.Replaces != 1 || second.Late ||
		sum(t, second.Figures, "education", 0) != 26 {
		t.Errorf("the correction: %+v", second)
	}
	_, err = o.kepala.CorrectReport(ctx, first.ID, first.Version, homecare.Return{Note: "lagi"})
	if p := code(t, "two corrections", err, "report.under_way"); p.ReportID != second.ID {
		t.Errorf("it does not name the draft: %q", p.ReportID)
	}
	_, err = o.dinkes.ReopenReport(ctx, first.ID, first.Version, homecare.Return{Note: "lagi"})
	code(t, "Dinkes reopens meanwhile", err, "report.under_way")
	if got := ok(o.dinkes.Report(ctx, first.ID)); got.State != "accepted" || got.Version != first.Version {
		t.Errorf("the official one meanwhile: %+v", got)
	}
	_, err = o.dinkes.ArchiveReport(ctx, first.ID, first.Version, homecare.Decision{})
	if p := code(t, "archived meanwhile", err, "record.state"); len(p.Allowed) != 0 {
		t.Errorf("allowed beside a correction: %v", p.Allowed)
	}
	_, err = o.dinkes.AcceptReport(ctx, second.ID, second.Version, homecare.Decision{Note: ""})
	code(t, "Dinkes looks at a draft", err, "record.not_found")
	second = ok(o.kepala.WithdrawReport(ctx, second.ID, second.Version, homecare.Return{Note: "Belum lengkap"}))
	_, err = o.dinkes.AcceptReport(ctx, second.ID, second.Version, homecare.Decision{Note: ""})
	code(t, "Dinkes looks at what was withdrawn", err, "record.not_found")
	_, err = o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})
	if p := code(t, "drafted anew beside an accepted one", err, "report.exists"); p.ReportID != first.ID {
		t.Errorf("it does not name the one that stands: %q", p.ReportID)
	}
	first = ok(o.dinkes.ArchiveReport(ctx, first.ID, first.Version, homecare.Decision{}))
	reopened := ok(o.dinkes.ReopenReport(ctx, first.ID, first.Version, homecare.Return{Note: "Lengkapi penyuluhan"}))
	if reopened.State != "archived" || reopened.Version != first.Version {
		t.Errorf("reopened: %+v", reopened)
	}
	third := o.newest(t, "2026-03")
	if third.State != "draft" || third.Revision != 3 || third.Replaces != 1 {
		t.Fatalf("after the reopening: %+v", third)
	}
	third = o.sent(t, third)
	ok(o.dinkes.ReturnReport(ctx, third.ID, third.Version, homecare.Return{Note: "Periksa lagi"}))
	fourth := o.sent(t, o.newest(t, "2026-03"))
	if fourth.Revision != 4 || fourth.Late {
		t.Errorf("%+v", fourth)
	}
	if got := ok(o.kepala.Report(ctx, first.ID)).State; got != "archived" {
		t.Errorf("before the correction is accepted the first is %s", got)
	}
	fourth = ok(o.dinkes.AcceptReport(ctx, fourth.ID, fourth.Version, homecare.Decision{Note: ""}))
	if got := ok(o.dinkes.Report(ctx, first.ID)); got.State != "superseded" || got.FiguresHash != first.FiguresHash {
		t.Errorf("after it was accepted: %+v", got)
	} else if _, err = o.dinkes.ReopenReport(ctx, got.ID, got.Version, homecare.Return{Note: "x"}); len(code(t,
		"a superseded one reopened", err, "record.state").Allowed) != 0 {
		t.Error("something is allowed on a superseded one")
	}
	fourth = ok(o.dinkes.ArchiveReport(ctx, fourth.ID, fourth.Version, homecare.Decision{}))
	if got := ok(o.kepala.Report(ctx, fourth.ID)); len(got.Delta) != 0 || got.State != "archived" {
		t.Errorf("delta of the correction: %+v", got.Delta)
	}
	for _, sql := range []string{`state = 'accepted' where state = 'superseded'`, `note = 'x' where state = 'archived'`,
		`state = 'superseded' where state = 'archived'`,
		`note = 'x' where state = 'withdrawn'`} {
		s.Database.Exec(t, `do $$ begin update monthly_report set `+sql+
			`; raise exception 'changed'; exception when insufficient_privilege then null; end $$`)
	}
}

// newest is the revision of a month with the highest number, as the puskesmas sees it.
func (o *office) newest(t *testing.T, month string) homecare.Report {
	t.Helper()
	all := apitest.Must[homecare.Page[homecare.Report]](t)(o.koordinator.Reports(t.Context(),
		url.Values{"month": {month}}))
	return slices.MaxFunc(all.Data, func(a, b homecare.Report) int { return a.Revision - b.Revision })
}

// TestWithdrawn: a withdrawn draft frees its month. Lateness depends on the
// first sent revision.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-10")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	r := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	r = ok(o.koordinator.WithdrawReport(ctx, r.ID, r.Version, homecare.Return{Note: "Salah program"}))
	if r.State != "withdrawn" {
		t.Errorf("%+v", r)
	}
	_, err := o.koordinator.WithdrawReport(ctx, r.ID, r.Version, homecare.Return{Note: "x"})
	code(t, "withdrawn twice", err, "record.state")
	next := o.sent(t, ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"})))
	if next.Revision != 2 || next.Replaces != 0 || !next.Late {
		t.Errorf("%+v", next)
	}
}

// TestTemplateOfItsOwn: editing a template does not change an earlier report, nor
// its title and day.
func TestTemplateOfItsOwn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	old := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	s.Database.Exec(t, `update report_template set title_id = 'Laporan Baru', due_day = 9, sections = sections - 0
		where code = $1`, old.Template)
	s.Database.Exec(t, `update report_template set source = 'uji' where code = $1`, old.Template)
	again := ok(o.koordinator.Report(ctx, old.ID))
	if again.TemplateVersion != 1 || again.Figures.Title != old.Figures.Title ||
		len(again.Figures.Sections) != len(old.Figures.Sections) || again.DueOn != "2026-04-05" {
		t.Errorf("the draft of before: %+v", again)
	}
	again = o.sent(t, again)
	if len(again.Figures.Sections) != 10 || again.DueOn != "2026-04-05" {
		t.Errorf("sent: %d sections, due %s", len(again.Figures.Sections), again.DueOn)
	}
	again = ok(o.dinkes.AcceptReport(ctx, again.ID, again.Version, homecare.Decision{Note: ""}))
	if c := ok(o.kepala.CorrectReport(ctx, again.ID, again.Version, homecare.Return{Note: "Uji"})); c.TemplateVersion !=
		1 {
		t.Errorf("its correction has another form: %+v", c)
	}
	now := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-02"}))
	if now.TemplateVersion != 2 || now.Figures.Title != "Laporan Baru" || len(now.Figures.Sections) != 9 ||
		now.DueOn != "2026-03-09" {
		t.Errorf("a draft of now: %+v", now)
	}
}

// TestOpenVisitsOfTheMonth: a visit that has begun belongs to the month in which
// it began, whatever its plan.
func TestOpenVisitsOfTheMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		planned, arrived, state string
		blocks                  string
	}{
		{"2026-04-01 01:00Z", "2026-03-31 15:59Z", "in_progress", "report.open_visits"},
		{"2026-03-31 01:00Z", "2026-03-31 16:00Z", "in_progress", ""},
		{"2026-03-31 01:00Z", "", "planned", "report.open_visits"},
		{"2026-03-31 01:00Z", "", "missed", ""},
		{"2026-03-31 16:00Z", "", "planned", ""},
	} {
		s := apitest.New(t)
		o := open(t, s, "2026-04-02")
		person, care, place := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh"}), uuid.NewString(),
			uuid.NewString()
		tenant := s.PuskesmasID(t, "uren")
		s.Database.Exec(t, `insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at,
			created_by)
			select $1, $2, $3, min(code), '2026-03-10 01:00Z', '2026-03-10 02:00Z', gen_random_uuid()
			from village`, tenant, place, programme)
		s.Database.Exec(t, `insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state,
			origin, reason, proposed_at, proposed_by)
			select $1, $2, $3, $4, min(id::text)::uuid, 'active', 'walk_in', 'Uji', '2026-02-10 01:00Z',
			gen_random_uuid() from sop_version`, tenant, care, person, programme)
		s.Database.Exec(t, `insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state,
			planned_for, arrived_at, created_by)
			values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7::text::timestamptz, nullif($8, '')::timestamptz,
			gen_random_uuid())`, tenant, place, care, person, programme, c.state, c.planned, c.arrived)
		r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(t.Context(),
			homecare.DraftReport{Programme: programme, Month: "2026-03"}))
		_, err := o.koordinator.SubmitReport(t.Context(), r.ID, r.Version, homecare.Decision{})
		told := ""
		if p, is := errors.AsType[*homecare.Problem](err); is {
			told = p.Code
			if len(p.VisitIDs) != 1 {
				t.Errorf("the visits in the way: %v", p.VisitIDs)
			}
		}
		if told != c.blocks {
			t.Errorf("%+v: %q", c, told)
		}
	}
}

// TestSentMonth: from its report's submission on, a month's figures are frozen.
func TestSentMonth(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	ok := apitest.Must[homecare.Report](t)
	is := func(step, day, want string) {
		t.Helper()
		got := ""
		s.Database.Row(t, `select coalesce(sent_month($1, $2::text::date, 'infinity'), '')
			from set_config('app.puskesmas_id', $3, false)`, []any{programme, day, "12"}, &got)
		if got != want {
			t.Errorf("%s: %s is of the sent month %q, want %q", step, day, got, want)
		}
	}
	r := ok(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03"}))
	is("draft", "2026-03-31", "")
	r = ok(o.koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}))
	is("submitted", "2026-03-31", "2026-03")
	r = ok(o.kepala.SendReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
	is("sent", "2026-03-31", "2026-03")
	is("sent", "2026-04-01", "")
	ok(o.dinkes.AcceptReport(ctx, r.ID, r.Version, homecare.Decision{Note: ""}))
	is("accepted", "2026-03-01", "2026-03")
}

// TestMachine: the table of states matches the database's trigger and the
// OpenAPI document.
func TestMachine(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	guard, check := "", ""
	s.Database.Row(t, `select prosrc from pg_proc where proname = 'monthly_report_keep'`, nil, &guard)
	s.Database.Row(t,
		`select pg_get_constraintdef(oid) from pg_constraint where conname = 'monthly_report_state_known'`, nil, &check)
	states := report.Machine.States()
	for _, from := range states {
		if !strings.Contains(check, "'"+from+"'") {
			t.Errorf("the table does not know %s", from)
		}
		for _, to := range states {
			step := slices.ContainsFunc(report.Machine.Plain().Steps, func(x state.Step[string, string]) bool {
				return x.From == from && x.To == to
			})
			if from != to && step != strings.Contains(guard, "('"+from+"', '"+to+"')") {
				t.Errorf("%s to %s: a step %t, of the guard %t", from, to, step, !step)
			}
		}
	}
	if got := report.Machine.Final(); !slices.Equal(got, []string{"withdrawn", "returned", "superseded"}) {
		t.Errorf("final: %v", got)
	}
}

package episode_test

import (
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// on says the time as of a business day, nine in the morning.
func on(t *testing.T, day string) func() time.Time {
	t.Helper()
	at := ok[time.Time](t)(time.Parse(time.RFC3339, day+"T01:00:00Z"))
	return func() time.Time { return at }
}

// wantOther is wantField where the message names the day of the other case.
func wantOther(t *testing.T, err error, pointer, code, day string) {
	t.Helper()
	p := want(t, err, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer || p.Errors[0].Code != code ||
		!strings.Contains(p.Errors[0].Message, day) {
		t.Errorf("%+v, want %s %s with %s", p.Errors, pointer, code, day)
	}
}

// TestNobodyIsTwiceInCare: no two cases of a person and programme overlap, whichever
// act sets the day; they may meet on one day.
func TestNobodyIsTwiceInCare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	w.Database.Exec(t,
		`update sop_version set optional_endings = '["goals_reached"]' where programme_code = 'kupinang'`)
	person := w.person(t, "Mariatul")
	propose := func(day string) (homecare.Case, error) {
		return w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person, Programme: "kupinang",
			Origin: "walk_in", Reason: "x", ProposedOn: day})
	}
	fix := func(id, proposed, ended string) error {
		_, err := w.koordinator.CorrectCaseDays(ctx, id, w.caseVersion(t, id),
			homecare.CorrectCaseDays{ProposedOn: proposed, EndedOn: ended, Reason: "Salah tulis"})
		return err
	}
	a := w.activeOf(t, person) // of the 10th
	w.activeSince(t, a.ID, "2026-10-10")
	a = ok[homecare.Case](t)(w.nurse.EndCase(ctx, a.ID, a.Version, func() homecare.CaseEnd {
		e := w.referral()
		e.Date = "2026-10-12"
		return e
	}()))
	for _, day := range []string{"2026-10-11", "2026-10-10", "2026-10-01"} {
		_, err := propose(day)
		wantOther(t, err, "/proposed_on", "before_end", "2026-10-12")
	}
	// The same holds where Dinkes needs no approval, and in the other
	// programme.
	ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person,
		Programme: "homecare_sanggam", Origin: "walk_in", Reason: "x", ProposedOn: "2026-10-11"}))
	b := ok[homecare.Case](t)(propose("2026-10-13"))
	w.koordinator.Clock = on(t, "2026-11-05")
	wantOther(t, fix(a.ID, "", "2026-10-14"), "/ended_on", "after_next", "2026-10-13")
	wantOther(t, fix(b.ID, "2026-10-11", ""), "/proposed_on", "before_end", "2026-10-12")
	if err := fix(a.ID, "", "2026-10-13"); err != nil { // they meet
		t.Error(err)
	}
	wantOther(t, fix(b.ID, "2026-10-12", ""), "/proposed_on", "before_end", "2026-10-13")
	if err := fix(a.ID, "2026-10-09", "2026-10-11"); err != nil {
		t.Error(err)
	}
	if err := fix(b.ID, "2026-10-11", ""); err != nil {
		t.Error(err)
	}
	wantOther(t, fix(a.ID, "2026-10-08", "2026-10-20"), "/ended_on", "after_next", "2026-10-11")

	// A proposal that was not approved, and a case in error, do not count.
	c := ok[homecare.Case](t)(w.koordinator.Case(ctx, b.ID))
	ok[homecare.Case](t)(w.koordinator.WithdrawCase(ctx, c.ID, c.Version, homecare.Why{Reason: "x"}))
	if err := fix(a.ID, "", "2026-10-20"); err != nil {
		t.Error(err)
	}
	e := ok[homecare.Case](t)(propose("2026-10-20"))
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, e.ID, e.Version, homecare.CaseEnd{Kind: "entered_in_error",
		Date: "2026-11-05", Note: "x"}))
	if err := fix(a.ID, "", "2026-10-30"); err != nil {
		t.Error(err)
	}
	ok[homecare.Case](t)(propose("2026-10-30"))
	_, err := propose("2026-11-01")
	want(t, err, 409, "case.open_exists")
}

// TestOverlapOfTwoRecords: cases of merged records may overlap; their days can
// still be corrected.
func TestOverlapOfTwoRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Siti Tujuh"), w.double(t, "Siti Tujuh")
	var ids []string
	for _, p := range []string{stays, from} {
		c := w.activeOf(t, p)
		w.activeSince(t, c.ID, "2026-10-10")
		ids = append(ids, ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, w.referral())).ID)
	}
	w.merge(t, from, stays)
	c := ok[homecare.Case](t)(w.koordinator.CorrectCaseDays(ctx, ids[1], w.caseVersion(t, ids[1]),
		homecare.CorrectCaseDays{EndedOn: "2026-10-12", Reason: "x"}))
	if c.EndedOn != "2026-10-12" {
		t.Errorf("ended on %s", c.EndedOn)
	}
}

// TestOnlyWhatIsTrueIsTold: a wrong corrected day of a proposal has one error.
func TestOnlyWhatIsTrueIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	decided, open := w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))),
		w.propose(t, w.koordinator, "kupinang", w.person(t, "Siti"))
	w.koordinator.Clock = on(t, "2026-10-20")
	for _, x := range []struct{ id, day, code string }{
		{decided.ID, "2026-10-18", "after_decision"}, {decided.ID, "2026-10-21", "future"},
		{open.ID, "2026-10-18", "after_recorded"}, {open.ID, "2026-10-21", "future"},
	} {
		_, err := w.koordinator.CorrectCaseDays(ctx, x.id, w.caseVersion(t, x.id),
			homecare.CorrectCaseDays{ProposedOn: x.day, Reason: "x"})
		if p := want(t, err, 422, "request.invalid"); len(p.Errors) != 1 || p.Errors[0].Code != x.code {
			t.Errorf("%s: %+v, want %s", x.day, p.Errors, x.code)
		}
	}
}

// TestRedatedDeathMovesItsTasks: the cancellations by a death move to its
// corrected day; the earlier day no longer counts.
func TestRedatedDeathMovesItsTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.active(t, "Mariatul")
	early, late := w.task(t, w.nurse, c.ID, w.nurseID, "2026-10-11"), w.task(t, w.nurse, c.ID, w.nurseID, "2026-10-14")
	mine := w.task(t, w.nurse, c.ID, w.nurseID, "2026-10-11")
	ok[homecare.FollowUp](t)(w.nurse.CancelFollowUp(ctx, mine.ID, mine.Version,
		homecare.CloseFollowUp{Result: "Tidak perlu"}))
	w.koordinator.Clock, w.kepala.Clock = on(t, "2026-11-05"), on(t, "2026-11-05")
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death("2026-11-02")))
	counted := func(id, want string) {
		t.Helper()
		var got string
		w.Database.Row(t, `select string_agg(act || ' ' || happened_on, ', ' order by happened_on, recorded_at)
			from counted_act where follow_up_id = $1`, []any{id}, &got)
		if got != want {
			t.Errorf("counts %q, want %q", got, want)
		}
	}
	counted(early.ID, "opened 2026-10-11, cancelled 2026-11-02")
	fix := func(day string) {
		t.Helper()
		ok[homecare.Case](t)(w.koordinator.CorrectCaseDays(ctx, c.ID, w.caseVersion(t, c.ID),
			homecare.CorrectCaseDays{EndedOn: day, Reason: "Surat kematian"}))
	}
	w.Database.Exec(t, `delete from outbox`)
	fix("2026-10-12")
	w.told(t, "2026-10", "2026-11")
	counted(early.ID, "opened 2026-10-11, cancelled 2026-10-12")
	counted(late.ID, "opened 2026-10-14, cancelled 2026-10-14")
	counted(mine.ID, "opened 2026-10-11, cancelled 2026-10-14")
	fix("2026-10-12") // the same again is nothing new
	if n := w.count(t, `select count(*) from follow_up_act where follow_up_id = $1`, early.ID); n != 4 {
		t.Errorf("%d acts", n)
	}
	fix("2026-11-03")
	counted(early.ID, "opened 2026-10-11, cancelled 2026-11-03")
	if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, early.ID)); f.State != "cancelled" ||
		f.Acts[len(f.Acts)-1].HappenedOn != "2026-11-03" {
		t.Errorf("%+v", f)
	}
	ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, c.ID, w.caseVersion(t, c.ID),
		homecare.Retraction{Reason: "Salah orang"}))
	counted(early.ID, "opened 2026-10-11")
	if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, mine.ID)); f.State != "cancelled" {
		t.Errorf("%+v", f)
	}
}

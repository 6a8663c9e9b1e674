package episode_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// told are the months whose count a transaction reports as changed.
func (w world) told(t *testing.T, months ...string) {
	t.Helper()
	for _, m := range months {
		if w.count(t, `select count(*) from outbox where kind = 'figures.changed' and body ->> 'month' = $1`, m) == 0 {
			t.Errorf("nobody counts %s again", m)
		}
	}
	w.Database.Exec(t, `delete from outbox`)
}

// activeSince has a case in care since a day.
func (w world) activeSince(t *testing.T, caseID, day string) {
	t.Helper()
	w.Database.Exec(t, `update care_case set activated_at = '`+day+` 01:00Z' where id = '`+caseID+`'`)
}

// TestCorrectDays: the office corrects the day of a proposal and of an ending,
// within the bounds of both acts, and both months are recounted.
func TestCorrectDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	fix := func(by *homecare.Client, c homecare.Case, proposed, ended string) (homecare.Case, error) {
		return by.CorrectCaseDays(ctx, c.ID, w.caseVersion(t, c.ID), homecare.CorrectCaseDays{ProposedOn: proposed,
			EndedOn: ended, Reason: "Salah tulis"})
	}
	p := w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))
	_, err := fix(w.nurse, p, "2026-10-09", "")
	want(t, err, 403, "auth.forbidden")
	for day, code := range map[string]string{"2026-08-29": "too_late", "2026-10-15": "future"} {
		_, err = fix(w.koordinator, p, day, "")
		wantField(t, err, "/proposed_on", code)
	}
	_, err = fix(w.koordinator, p, "", "2026-10-12")
	wantField(t, err, "/ended_on", "not_ended")
	_, err = fix(w.koordinator, p, "", "")
	wantField(t, err, "", "no_day")
	w.Database.Exec(t, `delete from outbox`)
	if p = ok[homecare.Case](t)(fix(w.koordinator, p, "2026-09-29", "")); p.ProposedOn != "2026-09-29" ||
		p.State != "proposed" {
		t.Errorf("%+v", p)
	}
	w.told(t, "2026-09", "2026-10")
	p = ok[homecare.Case](t)(w.kepala.RejectCase(ctx, p.ID, p.Version, homecare.Why{Reason: "Bukan sasaran"}))
	if p = ok[homecare.Case](t)(fix(w.kepala, p, "2026-10-01", "")); p.ProposedOn != "2026-10-01" ||
		p.State != "rejected" {
		t.Errorf("%+v", p)
	}
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, p.ID)).Data
	if s := h[len(h)-1]; s.Action != "correct-days" || s.ByID != w.kepalaID || s.Reason != "Salah tulis" {
		t.Errorf("%+v", s)
	}

	// A case in care, ended on the 14th, visited on the 14th (19:00Z of the 13th).
	c := w.active(t, "Mariatul")
	w.visited(t, c.ID, 6)
	_, err = fix(w.koordinator, c, "2026-10-15", "")
	wantField(t, err, "/proposed_on", "future")
	w.koordinator.Clock = func() time.Time { return today.AddDate(0, 0, 20) } // 3 November
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), func() homecare.CaseEnd {
		e := w.referral()
		e.Date = "2026-11-02"
		return e
	}()))
	for day, code := range map[string]string{"2026-10-13": "before_active", "2026-10-09": "before_case",
		"2026-11-04": "future"} {
		_, err = fix(w.koordinator, c, "", day)
		wantField(t, err, "/ended_on", code)
	}
	w.Database.Exec(t, `delete from outbox`)
	c = ok[homecare.Case](t)(fix(w.koordinator, c, "", "2026-10-30"))
	if c.EndedOn != "2026-10-30" || c.End.Date != "2026-10-30" || c.End.Referral.Hospital == "" ||
		c.State != "terminated" {
		t.Errorf("%+v %+v", c, c.End)
	}
	w.told(t, "2026-10", "2026-11")
	ok[homecare.Case](t)(w.koordinator.RecordReferralOutcome(ctx, c.ID, c.Version,
		homecare.NewReferralOutcome{Result: "admitted", OccurredOn: "2026-11-01"}))
	_, err = fix(w.koordinator, c, "", "2026-11-02")
	wantField(t, err, "/ended_on", "after_outcome")

	// A case that is counted nowhere has no day to correct.
	e := w.propose(t, w.nurse, "kupinang", w.person(t, "Rusmini"))
	e = ok[homecare.Case](t)(w.kepala.EndCase(ctx, e.ID, e.Version, homecare.CaseEnd{Kind: "entered_in_error",
		Date: "2026-10-14", Note: "Salah"}))
	_, err = fix(w.kepala, e, "2026-10-09", "")
	want(t, err, 409, "record.state")

	// The database enforces it too: nothing else opens a closed case.
	w.Database.Exec(t, `do $$ begin
		update care_case set ended_on = '2026-10-29' where id = '`+c.ID+`';
		raise exception 'a closed case was changed';
	exception when check_violation then null; end $$`)
}

// TestCorrectDayOfADeath: it is the person's day, and that of every case that
// the death ended.
func TestCorrectDayOfADeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	c := w.activeOf(t, person)
	other := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person,
		Programme: "homecare_sanggam", Origin: "walk_in", Reason: "x"}))
	w.visited(t, c.ID, 30) // the 13th in WITA
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death("2026-10-14")))
	fix := func(day string) (homecare.Case, error) {
		return w.koordinator.CorrectCaseDays(ctx, other.ID, w.caseVersion(t, other.ID),
			homecare.CorrectCaseDays{EndedOn: day, Reason: "Surat kematian"})
	}
	_, err := fix("2026-10-12")
	wantAt(t, err, "case.visit_after_end", "/ended_on")
	ok[homecare.Case](t)(fix("2026-10-13"))
	for _, id := range []string{c.ID, other.ID} {
		if k := ok[homecare.Case](t)(w.kepala.Case(ctx, id)); k.EndedOn != "2026-10-13" || k.End.Date != "2026-10-13" ||
			k.End.Death.Cause == "" {
			t.Errorf("%s %+v", k.EndedOn, k.End)
		}
	}
	if p := ok[homecare.Patient](t)(w.kepala.Patient(ctx, person)); p.DeceasedOn != "2026-10-13" {
		t.Errorf("died on %s", p.DeceasedOn)
	}
}

// TestEndingsAgainstTheRecord: no case ends before it was active or before a
// completed visit, and no death is earlier than the facts of the person's cases.
func TestEndingsAgainstTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	c := w.activeOf(t, person)
	w.koordinator.Clock = func() time.Time { return today.AddDate(0, 0, 5) }
	w.nurse.Clock, w.kepala.Clock = w.koordinator.Clock, w.koordinator.Clock
	w.visited(t, c.ID, -90) // the 18th
	for _, e := range []homecare.CaseEnd{w.referral(), w.refusal()} {
		e.Date = "2026-10-13"
		_, err := w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), e)
		wantField(t, err, "/date", "before_active")
		e.Date = "2026-10-16"
		_, err = w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), e)
		wantAt(t, err, "case.visit_after_end", "/date")
	}
	e := w.referral()
	e.Date = "2026-10-18"
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), e))
	_, err := w.koordinator.CorrectCaseDays(ctx, c.ID, c.Version, homecare.CorrectCaseDays{EndedOn: "2026-10-16",
		Reason: "x"})
	want(t, err, 409, "case.visit_after_end")

	second := w.person(t, "Rusmini")
	k := w.activeOf(t, second)
	w.activeSince(t, k.ID, "2026-10-15")
	run := today.AddDate(0, 0, 4)
	// under way
	ok[homecare.Visit](t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: k.ID, StartsAt: &run, Unplanned: true}))
	e.Date = "2026-10-17"
	_, err = w.koordinator.EndCase(ctx, k.ID, w.caseVersion(t, k.ID), e)
	want(t, err, 409, "case.visit_after_end")
	_, err = w.koordinator.EndCase(ctx, k.ID, w.caseVersion(t, k.ID), death("2026-10-17"))
	wantAt(t, err, "case.visit_after_end", "/date")

	third := w.person(t, "Siti")
	m := w.activeOf(t, third)
	w.activeSince(t, m.ID, "2026-10-15")
	e.Date = "2026-10-17"
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, m.ID, w.caseVersion(t, m.ID), e))
	change := func(day string) error {
		_, err := w.koordinator.ChangePatient(ctx, third, w.version(t, third),
			homecare.PatientChange{DeceasedOn: homecare.Some(day)})
		return err
	}
	want(t, change("2026-10-16"), 409, "case.ended_after_death")
	if err := change("2026-10-17"); err != nil {
		t.Error(err)
	}
}

// TestProposalIsWhosePerformed: the performer of a proposal sees it and may
// withdraw it, whoever recorded it, and neither account decides about it.
func TestProposalIsWhosePerformed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	in := homecare.NewCase{PatientID: w.person(t, "Aluh"), Programme: "kupinang", Origin: "walk_in", Reason: "x",
		PerformedBy: w.nurseID}
	c := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, in))
	if c.ProposedBy != w.nurseID {
		t.Errorf("proposed by %s", c.ProposedBy)
	}
	c = ok[homecare.Case](t)(w.nurse.Case(ctx, c.ID))
	if c = ok[homecare.Case](t)(w.nurse.WithdrawCase(ctx, c.ID, c.Version,
		homecare.Why{Reason: "Keluarga belum siap"})); c.State != "withdrawn" {
		t.Errorf("%s", c.State)
	}
	if n := w.count(t, `select count(*) from case_transition where case_id = $1 and action = 'propose' and by_id = $2
		and performed_by = $3`, c.ID, w.koordinatorID, w.nurseID); n != 1 {
		t.Error("who wrote it down is lost")
	}
	// A petugas who recorded it for another account gets the stored answer
	// again, and nothing more.
	call := homecare.Call{Method: "POST", Path: "/v1/cases", Key: homecare.NewKey(),
		Body: homecare.NewCase{PatientID: w.person(t, "Norlaila"),
			Programme: "kupinang", Origin: "walk_in", Reason: "x", PerformedBy: w.midID}}
	var first, again homecare.Case
	call.Out = &first
	if err := w.nurse.Do(ctx, call); err != nil {
		t.Fatal(err)
	}
	call.Out = &again
	if err := w.nurse.Do(ctx, call); err != nil || again.ID != first.ID {
		t.Errorf("sent again: %s, %v", again.ID, err)
	}
	_, err := w.nurse.Case(ctx, first.ID)
	want(t, err, 404, "record.not_found")
	// Kepala who recorded it for another account does not decide, which the
	// database enforces too.
	in.PatientID, in.PerformedBy = w.person(t, "Siti"), w.koordinatorID
	k := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, in))
	w.Database.Exec(t, `do $$ begin
		update care_case set recorded_by = '`+w.kepalaID+`', decided_by = '`+w.kepalaID+`' where id = '`+k.ID+`';
		raise exception 'decided by who wrote it down';
	exception when check_violation then null; end $$`)
	w.Database.Exec(t, `update care_case set recorded_by = '`+w.kepalaID+`' where id = '`+k.ID+`'`)
	_, err = w.kepala.ApproveCase(ctx, k.ID, k.Version, homecare.ApproveCase{})
	want(t, err, 409, "case.own_proposal")
}

// TestActiveSinceTheTeam: the letter is issued after the team began. The case is
// in care since the team had it, but not before the decision.
func TestActiveSinceTheTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	w.Database.Exec(t, `update sop_version set review_required = false where programme_code = 'kupinang'`)
	activated := func(decided, written, from string) string {
		t.Helper()
		at := func(day string) func() time.Time {
			return func() time.Time { return ok[time.Time](t)(time.Parse(time.RFC3339, day+"T01:00:00Z")) }
		}
		defer func(was func() time.Time) { w.kepala.Clock = was }(w.kepala.Clock)
		c := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: w.person2(t, "Aluh"),
			Programme: "kupinang", Origin: "walk_in", Reason: "x", ProposedOn: "2026-09-20"}))
		w.kepala.Clock = at(decided)
		c = w.approve(t, c)
		w.kepala.Clock = at(written)
		in := w.team()
		in.From = from
		c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, in))
		var day string
		w.Database.Row(t, `select activated_on::text from care_case where id = $1`, []any{c.ID}, &day)
		if c.State != "active" {
			t.Errorf("%+v", c)
		}
		return day
	}
	for _, c := range []struct{ decided, written, from, want string }{
		{"2026-09-28", "2026-10-02", "2026-09-29", "2026-09-29"},
		{"2026-09-28", "2026-10-02", "2026-09-27", "2026-09-28"},
		{"2026-09-28", "2026-10-02", "", "2026-10-02"},
	} {
		if got := activated(c.decided, c.written, c.from); got != c.want {
			t.Errorf("%+v: active on %s", c, got)
		}
	}
}

// TestStaffOfThen: a former staff member may be named for earlier acts, and
// nobody for a day before they came.
func TestStaffOfThen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.active(t, "Mariatul")
	second := w.active(t, "Rusmini")
	late := w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh")))
	w.koordinator.Clock = func() time.Time { return today.AddDate(0, 0, 5) } // the 19th
	w.kepala.Clock = w.koordinator.Clock
	for _, id := range []string{w.midID, w.physicianID} { // left on the 17th
		w.Database.Exec(t, `update membership set ended_at = '2026-10-17T01:00Z' where account_id = '`+id+`'`)
	}
	e := w.refusal()
	e.Refusal.Explains, e.Date = w.midID, "2026-10-18"
	_, err := w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), e)
	wantField(t, err, "/refusal/explained_by", "not_staff")
	e.Date = "2026-10-16"
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), e))
	r := w.referral()
	r.Date = "2026-10-18"
	_, err = w.koordinator.EndCase(ctx, second.ID, w.caseVersion(t, second.ID), r)
	wantField(t, err, "/referral/signed_by", "not_staff")
	r.Date = "2026-10-16"
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, second.ID, w.caseVersion(t, second.ID), r))
	in := homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: w.nurseID, Lead: true},
		{AccountID: w.midID}}}
	_, err = w.kepala.FormCaseTeam(ctx, late.ID, late.Version, in)
	wantField(t, err, "/members/1/account_id", "not_staff")
	in.From = "2026-10-16"
	if late = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, late.ID, late.Version, in)); len(late.Team) != 2 ||
		late.Team[1].Profession == "" {
		t.Errorf("%+v", late.Team)
	}
}

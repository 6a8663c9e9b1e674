package episode_test

import (
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestProposedOn: a proposal has the day of the device, within 45 days, and runs
// under the SOP version of that day.
func TestProposedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	w.Database.Exec(t, `insert into sop_version (id, programme_code, document_number, revision, issued_on,
		effective_from, issuer, signer_name, legal_basis, approval, team_mode, review_required)
		values (gen_random_uuid(), 'kupinang', 'SOP/BARU', 9, '2026-10-01', '2026-10-01', 'x', 'x', '[]', 'none',
		'standing', false)`)
	propose := func(programme, day string) (homecare.Case, error) {
		return w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: w.person2(t, "Aluh"), Programme: programme,
			Origin: "walk_in", Reason: "x", ProposedOn: day})
	}
	_, err := propose("kupinang", "2026-10-15")
	wantField(t, err, "/proposed_on", "future")
	_, err = propose("kupinang", "2026-08-29")
	wantField(t, err, "/proposed_on", "too_late")
	c := ok[homecare.Case](t)(propose("kupinang", "2026-08-30"))
	if c.ProposedOn != "2026-08-30" || c.SOPNumber == "SOP/BARU" || c.State != "proposed" {
		t.Errorf("proposed on %s under %s: %s", c.ProposedOn, c.SOPNumber, c.State)
	}
	if c := ok[homecare.Case](t)(propose("kupinang", "")); c.ProposedOn != "2026-10-14" || c.SOPNumber != "SOP/BARU" {
		t.Errorf("today: on %s under %s", c.ProposedOn, c.SOPNumber)
	}
	w.Database.Exec(t, `update puskesmas_programme set starts_on = '2026-10-05'
		where programme_code = 'homecare_sanggam' and puskesmas_id = $1`, w.PuskesmasID(t, w.slug))
	_, err = propose("homecare_sanggam", "2026-10-04")
	wantField(t, err, "/proposed_on", "before_programme")
	ok[homecare.Case](t)(propose("homecare_sanggam", "2026-10-05"))

	// Later acts are not before the day of the proposal.
	early := w.referral()
	early.Date = "2026-08-29"
	a := w.approve(t, c)
	a = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, a.ID, a.Version, w.team()))
	a = ok[homecare.Case](t)(w.nurse.ReviewCase(ctx, a.ID, a.Version, w.reviewed()))
	_, err = w.nurse.EndCase(ctx, a.ID, a.Version, early)
	wantField(t, err, "/date", "before_case")
	early.Date = "2026-08-30"
	w.activeSince(t, a.ID, "2026-08-30")
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, a.ID, a.Version, early))
}

// TestPerformedBy: performer and recorder are two accounts, and the performer
// was on the staff on that day.
func TestPerformedBy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	uren := newWorld(t, w.Server, "uren")
	ctx := t.Context()
	// The midwife began on 2 October and left on the 12th.
	w.Database.Exec(t, `update membership set since = '2026-10-01T16:00Z', ended_at = '2026-10-12T04:00Z'
		where account_id = $1`, w.midID)
	in := homecare.NewCase{Programme: "kupinang", Origin: "walk_in", Reason: "x"}
	propose := func(by, day string) (homecare.Case, error) {
		in.PatientID, in.PerformedBy, in.ProposedOn = w.person2(t, "Aluh"), by, day
		return w.koordinator.ProposeCase(ctx, in)
	}
	for _, r := range []struct {
		name, by, day string
		ok            bool
	}{
		{"before her service", w.midID, "2026-10-01", false},
		{"her first day", w.midID, "2026-10-02", true},
		{"her last day", w.midID, "2026-10-12", true},
		{"after it", w.midID, "2026-10-13", false},
		{"after it, today by default", w.midID, "", false},
		{"of another puskesmas", uren.nurseID, "", false},
		{"nobody", w.person2(t, "x"), "", false},
		{"a colleague", w.nurseID, "2026-10-10", true},
	} {
		_, err := propose(r.by, r.day)
		if r.ok && err != nil {
			t.Errorf("%s: %v", r.name, err)
		} else if !r.ok {
			t.Log(r.name)
			wantField(t, err, "/performed_by", "not_staff")
		}
	}
	// This applies to the caller too, on a day before their service.
	w.Database.Exec(t, `update membership set since = '2026-10-09T16:00Z' where account_id = $1`, w.koordinatorID)
	_, err := propose("", "2026-10-09")
	wantField(t, err, "/performed_by", "not_staff")
	ok[homecare.Case](t)(propose("", "2026-10-10"))

	c := ok[homecare.Case](t)(propose(w.midID, "2026-10-05"))
	c = w.approve(t, c)
	e := w.refusal()
	e.Date, e.PerformedBy = "2026-10-11", w.midID
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, e))
	_, err = w.koordinator.RetractRefusal(ctx, c.ID, c.Version, homecare.Retraction{Reason: "x", PerformedBy: w.midID})
	wantField(t, err, "/performed_by", "not_staff")
	_, err = w.koordinator.RetractRefusal(ctx, c.ID, c.Version,
		homecare.Retraction{Reason: "x", RetractedOn: "2026-10-10"})
	wantField(t, err, "/retracted_on", "before_end")
	c = ok[homecare.Case](t)(w.koordinator.RetractRefusal(ctx, c.ID, c.Version,
		homecare.Retraction{Reason: "x", RetractedOn: "2026-10-12", PerformedBy: w.midID}))
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.koordinator.CaseHistory(ctx, c.ID)).Data
	if len(h) != 4 {
		t.Fatalf("%d steps", len(h))
	}
	for i, s := range []struct{ action, by, on, wrote string }{
		{"propose", w.midID, "2026-10-05", w.koordinatorID}, {"approve", w.kepalaID, "2026-10-14", w.kepalaID},
		{"end", w.midID, "2026-10-11", w.koordinatorID}, {"retract-refusal", w.midID, "2026-10-12", w.koordinatorID},
	} {
		if g := h[i]; g.Action != s.action || g.PerformedBy != s.by || g.HappenedOn != s.on || g.ByID != s.wrote ||
			g.PerformedByName == "" || !g.At.Equal(today) {
			t.Errorf("%s: %+v", s.action, g)
		}
	}
	active := w.activeOf(t, w.person2(t, "Siti"))
	r := w.referral()
	r.PerformedBy = w.physicianID
	active = ok[homecare.Case](t)(w.nurse.EndCase(ctx, active.ID, active.Version, r))
	outcome := homecare.NewReferralOutcome{Result: "admitted", OccurredOn: "2026-10-14", PerformedBy: w.midID}
	_, err = w.nurse.RecordReferralOutcome(ctx, active.ID, active.Version, outcome)
	wantField(t, err, "/performed_by", "not_staff")
	outcome.PerformedBy = w.physicianID
	active = ok[homecare.Case](t)(w.nurse.RecordReferralOutcome(ctx, active.ID, active.Version, outcome))
	if o := active.ReferralOutcome[0]; active.End.PerformedBy != w.physicianID || o.PerformedBy != w.physicianID ||
		o.RecordedBy != w.nurseID {
		t.Errorf("ended by %s, asked by %s, written by %s", active.End.PerformedBy, o.PerformedBy, o.RecordedBy)
	}
	if e := ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, death("2026-10-14"))).
		End; e.PerformedBy != w.koordinatorID {
		t.Errorf("the caller ended it: %+v", e)
	}
}

// TestReopenedOn: a continued case is proposed on its own day by its own performer,
// within the bounds of a proposal and not before the end.
func TestReopenedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.activeOf(t, w.person2(t, "Aluh"))
	w.activeSince(t, c.ID, "2026-10-10")
	r := w.referral()
	r.Date = "2026-10-11"
	c = ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, r))
	in := homecare.ReopenCase{Origin: "back_referral", Reason: "Rujuk balik"}
	w.Database.Exec(t, `update membership set ended_at = '2026-10-12T04:00Z' where account_id = $1`, w.midID)
	for _, x := range []struct{ day, by, pointer, code string }{
		{"2026-10-15", "", "/proposed_on", "future"}, {"2026-10-10", "", "/proposed_on", "before_end"},
		{"2026-10-13", w.midID, "/performed_by", "not_staff"},
	} {
		in.ProposedOn, in.PerformedBy = x.day, x.by
		_, err := w.nurse.ReopenCase(ctx, c.ID, c.Version, in)
		wantField(t, err, x.pointer, x.code)
	}
	in.ProposedOn, in.PerformedBy = "2026-10-12", w.midID
	again := ok[homecare.Case](t)(w.nurse.ReopenCase(ctx, c.ID, c.Version, in))
	if again.ProposedOn != "2026-10-12" || again.ReopensCaseID != c.ID {
		t.Errorf("%+v", again)
	}
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.koordinator.CaseHistory(ctx, again.ID)).Data
	if len(h) != 1 || h[0].PerformedBy != w.midID || h[0].ByID != w.nurseID || h[0].HappenedOn != "2026-10-12" {
		t.Errorf("%+v", h)
	}
}

// TestDeathTakenBackOn: the mistake was found on its own day, by its own
// performer.
func TestDeathTakenBackOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.activeOf(t, w.person2(t, "Aluh"))
	c = ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, death("2026-10-11")))
	in := homecare.Retraction{Reason: "Salah orang"}
	for day, code := range map[string]string{"2026-10-15": "future", "2026-10-10": "before_end"} {
		in.RetractedOn = day
		_, err := w.kepala.RetractDeath(ctx, c.ID, c.Version, in)
		wantField(t, err, "/retracted_on", code)
	}
	in.RetractedOn, in.PerformedBy = "2026-10-12", newWorld(t, w.Server, "uren").nurseID
	_, err := w.kepala.RetractDeath(ctx, c.ID, c.Version, in)
	wantField(t, err, "/performed_by", "not_staff")
	in.PerformedBy = w.nurseID
	c = ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, c.ID, c.Version, in))
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, c.ID)).Data
	if l := h[len(h)-1]; l.Action != "retract-death" || l.HappenedOn != "2026-10-12" || l.PerformedBy != w.nurseID ||
		l.ByID != w.kepalaID {
		t.Errorf("%+v", l)
	}
}

// TestOwnProposalByAnother: the proposer does not decide, even if another
// account recorded the proposal.
func TestOwnProposalByAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := ok[homecare.Case](t)(w.nurse.ProposeCase(ctx, homecare.NewCase{PatientID: w.person2(t, "Aluh"),
		Programme: "kupinang", Origin: "walk_in", Reason: "x", PerformedBy: w.kepalaID}))
	if got := ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID)).Allowed; !slices.Equal(got,
		[]string{"correct-days", "end"}) {
		t.Errorf("offered %v", got)
	}
	_, err := w.kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{})
	want(t, err, 409, "case.own_proposal")
}

// TestTeamSince: a case is its team's from the day in the letter, and the
// earlier team keeps its period.
func TestTeamSince(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := ok[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: w.person2(t, "Aluh"),
		Programme: "kupinang", Origin: "walk_in", Reason: "x", ProposedOn: "2026-10-05"}))
	c = w.approve(t, c)
	in := w.team()
	for day, code := range map[string]string{"2026-10-15": "future", "2026-10-04": "before_case"} {
		in.From = day
		_, err := w.kepala.FormCaseTeam(ctx, c.ID, c.Version, in)
		wantField(t, err, "/from", code)
	}
	in.From = "2026-10-06"
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, in))
	begin := time.Date(2026, 10, 5, 16, 0, 0, 0, time.UTC)
	if !c.Team[0].JoinedAt.Equal(begin) {
		t.Errorf("the lead joined at %s", c.Team[0].JoinedAt)
	}
	of := func(account string, at time.Time) bool {
		return w.count(t, `select of_team_at($1, $2, $3)::int from set_config('app.puskesmas_id', $4, false)`, c.ID,
			account, at, "5") == 1
	}
	if !of(w.nurseID, begin) || of(w.midID, begin) {
		t.Error("the team of the first day is not the one that was formed for it")
	}
	// Another team from the 10th: a member of the earlier team still counts as
	// of that time.
	change := homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: w.midID, Lead: true}},
		From: "2026-10-10", Reason: "Cuti"}
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, change))
	tenth := time.Date(2026, 10, 9, 16, 0, 0, 0, time.UTC)
	for _, r := range []struct {
		account string
		at      time.Time
		of      bool
	}{{w.nurseID, tenth.Add(-time.Second), true}, {w.nurseID, tenth, false}, {w.midID, tenth.Add(-time.Second), false},
		{w.midID, tenth, true}} {
		if of(r.account, r.at) != r.of {
			t.Errorf("at %s %s is of the team: %v", r.at, r.account, !r.of)
		}
	}

	// A standing team: the case's spans, with the business time where no day is named.
	uren := newWorld(t, w.Server, "uren")
	first := ok[homecare.Team](t)(uren.kepala.CreateTeam(ctx, homecare.NewTeam{Programme: "homecare_sanggam",
		Name: "Satu", DecreeNumber: "1", ValidFrom: "2026-01-01", Members: uren.team().Members}))
	second := ok[homecare.Team](t)(uren.kepala.CreateTeam(ctx, homecare.NewTeam{Programme: "homecare_sanggam",
		Name: "Dua", DecreeNumber: "2", ValidFrom: "2026-10-12",
		Members: []homecare.TeamMemberInput{{AccountID: uren.midID, Lead: true}}}))
	s := uren.approve(t,
		ok[homecare.Case](t)(uren.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: uren.person2(t, "Siti"),
			Programme: "homecare_sanggam", Origin: "walk_in", Reason: "x", ProposedOn: "2026-10-01"})))
	s = ok[homecare.Case](t)(uren.kepala.FormCaseTeam(ctx, s.ID, s.Version, homecare.CaseTeam{TeamID: first.ID,
		From: "2026-10-02"}))
	_, err := uren.kepala.FormCaseTeam(ctx, s.ID, s.Version, homecare.CaseTeam{TeamID: second.ID, From: "2026-10-11",
		Reason: "x"})
	wantField(t, err, "/team_id", "not_in_force")
	ok[homecare.Case](t)(uren.kepala.FormCaseTeam(ctx, s.ID, s.Version, homecare.CaseTeam{TeamID: second.ID,
		Reason: "Pindah"}))
	if n := w.count(t, `select count(*) from care_case c join case_team_past p on p.case_id = c.id where c.id = $1
		and c.team_since = $2
		and p.team_id = $3 and p.from_at = '2026-10-01T16:00Z' and p.until_at = $2`, s.ID, today, first.ID); n != 1 {
		t.Error("the spans of the two teams are not kept")
	}
}

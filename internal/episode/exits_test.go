package episode_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func inError() homecare.CaseEnd {
	return homecare.CaseEnd{Kind: "entered_in_error", Date: "2026-10-14", Note: "Orang lain yang dimaksud"}
}

// TestRefusalAfterApproval: a patient refuses before a team exists. After the
// refusal is retracted, the case is approved again.
func TestRefusalAfterApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, "Mariatul")))
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, w.refusal()))
	if c.State != "terminating" || !slices.Equal(c.Allowed, []string{"correct-days", "end", "retract-refusal"}) {
		t.Fatalf("refused: %s %v", c.State, c.Allowed)
	}
	c = ok[homecare.Case](t)(w.koordinator.RetractRefusal(ctx, c.ID, c.Version,
		homecare.Retraction{Reason: "Berubah pikiran"}))
	if c.State != "approved" || c.Ending != "" || c.ActivatedAt != nil {
		t.Fatalf("taken back: %s %q, active since %v", c.State, c.Ending, c.ActivatedAt)
	}
	c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, w.refusal()))
	docs := ok[homecare.Page[homecare.Document]](t)(w.koordinator.Documents(ctx,
		url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}}))
	i := slices.IndexFunc(docs.Data, func(d homecare.Document) bool { return d.State == "issued" })
	copyOf := ok[homecare.Attachment](t)(w.koordinator.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter",
		SubjectKind: "document", SubjectID: docs.Data[i].ID, File: scan}))
	ok[homecare.Document](t)(w.koordinator.AttachSignedCopy(ctx, docs.Data[i].ID, docs.Data[i].Version,
		homecare.SignedCopy{AttachmentID: copyOf.ID}))
	if c = ok[homecare.Case](t)(w.koordinator.Case(ctx, c.ID)); c.State != "terminated" || c.Ending != "refusal" {
		t.Fatalf("with the signed letter: %s %s", c.State, c.Ending)
	}
}

// TestEnteredInError: the office can end a case as entered in error in every
// open state, and nothing of it counts.
func TestEnteredInError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	proposed := func() homecare.Case {
		return w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))
	}
	for name, c := range map[string]homecare.Case{
		"proposed": proposed(),
		"approved": w.approve(t, proposed()),
		"active":   w.activeOf(t, w.person(t, "Mariatul")),
		"terminating": func() homecare.Case {
			c := w.activeOf(t, w.person(t, "Siti"))
			return ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, w.refusal()))
		}(),
	} {
		if c.State != name {
			t.Fatalf("%s is %s", name, c.State)
		}
		bare := inError()
		bare.Note = ""
		_, err := w.koordinator.EndCase(ctx, c.ID, c.Version, bare)
		wantField(t, err, "/note", "required")
		by := map[bool]*homecare.Client{true: w.kepala, false: w.koordinator}[name == "active"]
		got := ok[homecare.Case](t)(by.EndCase(ctx, c.ID, c.Version, inError()))
		if got.State != "terminated" || got.Ending != "entered_in_error" || len(got.Allowed) != 0 {
			t.Errorf("from %s: %s %s %v", name, got.State, got.Ending, got.Allowed)
		}
		if name == "terminating" {
			docs := ok[homecare.Page[homecare.Document]](t)(w.koordinator.Documents(ctx,
				url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}}))
			if len(docs.Data) != 1 || docs.Data[0].State != "void" {
				t.Errorf("the refusal letter stays: %+v", docs.Data)
			}
		}
		if w.propose(t, w.koordinator, "kupinang", c.PatientID).State != "proposed" {
			t.Error("the person cannot be proposed again")
		}
	}
}

// TestEnteredInErrorInCare: planned visits are cancelled, completed ones no
// longer count, a visit in progress prevents it, and a petugas may not do it.
func TestEnteredInErrorInCare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.activeOf(t, w.person(t, "Mariatul"))
	made, planned := w.visited(t, c.ID, 30), w.planned(t, c.ID, 3)
	_, err := w.nurse.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), inError())
	want(t, err, 403, "case.error_by_office")
	under := ok[homecare.Visit](t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, Unplanned: true,
		StartsAt: new(today.Add(-time.Hour))}))
	_, err = w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), inError())
	want(t, err, 409, "case.visit_under_way")
	ok[homecare.Visit](t)(w.nurse.CancelVisit(ctx, under.ID, under.Version,
		homecare.CancelVisit{Reason: "Salah orang"}))
	counted := func(id string) (n int) {
		return w.count(t, `select count(*) from counted_visit where id = $1`, id)
	}
	if counted(made.ID) != 1 {
		t.Fatal("the visit does not count before")
	}
	ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), inError()))
	if v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, planned.ID)); v.State != "cancelled" {
		t.Errorf("the planned visit is %s", v.State)
	}
	if n := counted(made.ID); n != 0 {
		t.Error("the visit of a case entered in error counts")
	}
	if n := w.count(t, `select count(*) from counted_case where id = $1`, c.ID); n != 0 {
		t.Error("the case entered in error counts")
	}
}

// count queries the database as its owner.
func (w world) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	if err := db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDeathTakenBack: a death was recorded by mistake. Every case that it ended
// returns to its earlier state, and what it cancelled is restored if possible.
func TestDeathTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	c := w.activeOf(t, person)
	ahead, taken, passed := w.planned(t, c.ID, 5), w.planned(t, c.ID, 6), w.planned(t, c.ID, 1)
	other := w.propose(t, w.koordinator, "homecare_sanggam", person)
	c = ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death("2026-10-13")))
	if slices.Contains(c.Allowed, "retract-death") {
		t.Error("a nurse is offered to take a death back")
	}
	p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, person))
	for _, day := range []homecare.Opt[string]{homecare.Clear[string](), homecare.Some("2026-10-12")} {
		_, err := w.koordinator.ChangePatient(ctx, person, p.Version, homecare.PatientChange{DeceasedOn: day})
		want(t, err, 409, "patient.death_by_case")
	}
	_, err := w.nurse.RetractDeath(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Salah orang"})
	want(t, err, 403, "auth.forbidden")

	// Two days later the nurse has another visit at the hour of one of them.
	w.kepala.Clock = func() time.Time { return today.Add(48 * time.Hour) }
	elsewhere := w.activeOf(t, w.person(t, "Aluh"))
	at := today.Add(6 * 24 * time.Hour)
	ok[homecare.Visit](t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: elsewhere.ID, StartsAt: &at}))
	if kc := ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID)); !slices.Equal(kc.Allowed,
		[]string{"correct-days", "retract-death"}) {
		t.Errorf("Kepala is offered %v", kc.Allowed)
	}
	c = ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, c.ID, c.Version, homecare.Retraction{Reason: "Salah orang"}))
	if c.State != "active" || c.Ending != "" || c.EndedOn != "" || c.TerminatedAt != nil || c.End != nil {
		t.Fatalf("the case: %+v", c)
	}
	if o := ok[homecare.Case](t)(w.koordinator.Case(ctx, other.ID)); o.State != "proposed" || o.Ending != "" {
		t.Errorf("the other case is %s %s", o.State, o.Ending)
	}
	if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, person)); p.DeceasedOn != "" {
		t.Errorf("the person died on %s", p.DeceasedOn)
	}
	for name, v := range map[string]struct{ id, state, code string }{
		"still ahead": {ahead.ID, "planned", ""}, "its hour taken": {taken.ID, "cancelled", "death_retracted"},
		"passed": {passed.ID, "missed", "death_retracted"},
	} {
		if got := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, v.id)); got.State != v.state ||
			got.ReasonCode != v.code {
			t.Errorf("the visit %s is %s %q", name, got.State, got.ReasonCode)
		}
	}
	at = today.Add(5 * 24 * time.Hour)
	_, err = w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: elsewhere.ID, StartsAt: &at})
	want(t, err, 409, "visit.team_clash") // the stop that stands again holds its hour
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, c.ID)).Data
	if last := h[len(h)-1]; last.Action != "retract-death" || last.From != "terminated" || last.To != "active" ||
		last.Reason != "Salah orang" || last.HappenedOn != "2026-10-16" {
		t.Errorf("history ends with %+v", last)
	}
	// It continues to another end.
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, w.referral()))
	_, err = w.kepala.RetractDeath(ctx, c.ID, c.Version+1, homecare.Retraction{Reason: "x"})
	want(t, err, 409, "record.state")
}

// TestDeathDuringRefusal: the letter voided by the death stays void, and the
// case returns to its state before the refusal.
func TestDeathDuringRefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	for name, c := range map[string]homecare.Case{
		"active":   w.activeOf(t, w.person(t, "Mariatul")),
		"approved": w.approve(t, w.propose(t, w.koordinator, "kupinang", w.person(t, "Aluh"))),
	} {
		c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, w.refusal()))
		c = ok[homecare.Case](t)(w.koordinator.EndCase(ctx, c.ID, c.Version, death("2026-10-14")))
		c = ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, c.ID, c.Version,
			homecare.Retraction{Reason: "Salah orang"}))
		if c.State != name || c.Ending != "" {
			t.Errorf("%s: %s %s", name, c.State, c.Ending)
		}
		docs := ok[homecare.Page[homecare.Document]](t)(w.koordinator.Documents(ctx,
			url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}}))
		if len(docs.Data) != 1 || docs.Data[0].State != "void" {
			t.Errorf("%s: the letter is %+v", name, docs.Data)
		}
	}
}

// TestDeathAgainstTheRecord: nobody is visited or admitted after death.
func TestDeathAgainstTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	person := w.person(t, "Mariatul")
	c := w.activeOf(t, person)
	w.visited(t, c.ID, 30) // on the 12th, 19:00Z: the 13th in WITA
	_, err := w.koordinator.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death("2026-10-12"))
	if p := want(t, err, 409, "case.visit_after_end"); !strings.Contains(p.Detail, "2026-10-13") {
		t.Errorf("the day is not named: %s", p.Detail)
	}
	c = ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), w.referral()))
	change := func(day string) error {
		_, err := w.koordinator.ChangePatient(ctx, person, w.version(t, person),
			homecare.PatientChange{DeceasedOn: homecare.Some(day)})
		return err
	}
	wantAt(t, change("2026-10-12"), "case.visit_after_end", "/deceased_on")
	outcome := func(result, day string) error {
		_, err := w.nurse.RecordReferralOutcome(ctx, c.ID, c.Version, homecare.NewReferralOutcome{Result: result,
			OccurredOn: day, Note: "Gagal jantung"})
		return err
	}
	for _, cl := range []*homecare.Client{w.nurse, w.koordinator} {
		cl.Clock = func() time.Time { return today.Add(96 * time.Hour) } // the 18th
	}
	if err := outcome("admitted", "2026-10-15"); err != nil {
		t.Fatal(err)
	}
	want(t, change("2026-10-14"), 409, "case.outcome_after_death")
	want(t, outcome("died", "2026-10-14"), 409, "case.outcome_after_death")
	if err := outcome("died", "2026-10-16"); err != nil {
		t.Fatal(err)
	}
	wantField(t, outcome("admitted", "2026-10-17"), "/occurred_on", "after_death")
	if err := outcome("discharged", "2026-10-16"); err != nil {
		t.Errorf("what was before the death and came late: %v", err)
	}
}

// TestBirthAgainstTheRecord: a birth date after a visit is refused; an estimated
// birth date proves nothing.
func TestBirthAgainstTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	person := ok[homecare.Patient](t)(w.koordinator.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Mariatul",
		Sex: "female", Village: "6311052001"})).ID
	w.visited(t, w.activeOf(t, person).ID, 30) // on the 12th, 19:00Z: the 13th in WITA
	born := func(p homecare.PatientChange) error {
		_, err := w.koordinator.ChangePatient(t.Context(), person, w.version(t, person), p)
		return err
	}
	late, before := homecare.Some("2026-10-14"), homecare.Some("2026-10-13")
	if p := want(t, born(homecare.PatientChange{BirthDate: late}), 409,
		"patient.visited_before_birth"); !strings.Contains(p.Detail, "2026-10-13") {
		t.Errorf("the day is not named: %s", p.Detail)
	}
	if err := born(homecare.PatientChange{BirthDate: late, BirthDateEstimated: homecare.Some(true)}); err != nil {
		t.Error(err)
	}
	want(t, born(homecare.PatientChange{BirthDateEstimated: homecare.Some(false)}), 409, "patient.visited_before_birth")
	for _, p := range []homecare.PatientChange{{BirthDate: before}, {BirthDate: homecare.Clear[string]()}} {
		if err := born(p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// TestClosedCaseIsLeftAlone: after a case's end every act that would change it
// answers 409.
func TestClosedCaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	c := w.activeOf(t, w.person(t, "Mariatul"))
	c = ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, w.referral()))
	why := homecare.Why{Reason: "x"}
	at := today.Add(72 * time.Hour)
	for _, r := range []struct {
		by     *homecare.Client
		path   string
		body   any
		code   string
		closed bool // named by its own fault
	}{
		{w.kepala, "/approve", homecare.ApproveCase{}, "record.state", true},
		{w.kepala, "/reject", why, "record.state", true},
		{w.nurse, "/withdraw", why, "record.state", true},
		{w.kepala, "/team", w.team(), "record.state", true},
		{w.nurse, "/review", w.reviewed(), "record.state", true},
		{w.nurse, "/end", death("2026-10-14"), "record.state", true},
		{w.koordinator, "/end", inError(), "record.state", true},
		{w.nurse, "/retract-refusal", why, "record.state", true},
		{w.kepala, "/retract-death", why, "record.state", true},
		{w.nurse, "/v1/visits", homecare.PlanVisit{CaseID: c.ID, StartsAt: &at}, "visit.case_not_active", false},
	} {
		call := homecare.Call{Method: http.MethodPost, Path: r.path, Body: r.body}
		if r.closed {
			call.Path, call.IfMatch = "/v1/cases/"+c.ID+r.path, c.Version
		}
		t.Log(r.path)
		if p := want(t, r.by.Do(ctx, call), 409, r.code); r.closed && p.CurrentState != "terminated" {
			t.Errorf("%s: the state told is %q", r.path, p.CurrentState)
		}
	}
	if got := ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID)); got.Version != c.Version {
		t.Errorf("the closed case has version %d, was %d", got.Version, c.Version)
	}
}

// TestOnlyARetractionOpens: the database reopens a case closed by a death only
// for Kepala's retraction in the same transaction.
func TestOnlyARetractionOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	c := w.activeOf(t, w.person(t, "Mariatul"))
	c = ok[homecare.Case](t)(w.nurse.EndCase(t.Context(), c.ID, c.Version, death("2026-10-14")))
	db, err := pgx.Connect(t.Context(), w.Database.DSN("homecare_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	step := `insert into case_transition (puskesmas_id, id, case_id, action, from_state, to_state, at, by_id, by_name,
		by_role, performed_by, performed_by_name, happened_on)
		values (current_setting('app.puskesmas_id')::smallint, gen_random_uuid(), $1, $3, 'terminated', 'active', now(),
		$2, 'x', 'kepala_puskesmas', $2, 'x', '2026-10-14')`
	alive := `update patient set deceased_on = null where id = $1`
	opens := `update care_case set state = 'active', ending = null, ended_on = null, terminated_at = null where id = $1`
	for _, r := range []struct {
		name, role, step string
		lives            bool
		sql              string
		opened           bool
	}{
		{"by a nurse", "petugas", "retract-death", true, opens, false},
		{"without a step in the history", "kepala_puskesmas", "", true, opens, false},
		{"with another step", "kepala_puskesmas", "review", true, opens, false},
		{"of somebody dead", "kepala_puskesmas", "retract-death", false, opens, false},
		{"to another state", "kepala_puskesmas", "retract-death", true, strings.Replace(opens, "active", "approved", 1),
			false},
		{"with another change", "kepala_puskesmas", "retract-death", true,
			strings.Replace(opens, "set", "set reason = 'x',", 1), false},
		{"as it should be", "kepala_puskesmas", "retract-death", true, opens, true},
	} {
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		exec := func(sql string, args ...any) error { _, err := tx.Exec(t.Context(), sql, args...); return err }
		err = exec(`select set_config('app.puskesmas_id', $1, true), set_config('app.role', $2, true),
			set_config('app.user_id', $3, true)`, "5", r.role, w.kepalaID)
		if err == nil && r.step != "" {
			err = exec(step, c.ID, w.kepalaID, r.step)
		}
		if err == nil && r.lives {
			err = exec(alive, c.PatientID)
		}
		if err != nil {
			t.Fatal(r.name, err)
		}
		if err := exec(r.sql, c.ID); (err == nil) != r.opened {
			t.Errorf("%s: %v", r.name, err)
		}
		_ = tx.Rollback(t.Context())
	}
}

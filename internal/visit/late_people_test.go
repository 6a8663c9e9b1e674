package visit_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// newTeam gives the case a team of petugas3, from noon of 9 March.
func (w *world) newTeam() string {
	w.SQL(`update care_case set team_id = $2, team_since = '2026-03-09 12:00Z' where id = $1`, w.CaseID,
		w.AddTeam("petugas3"))
	return w.Account("petugas3.tanah-habang")
}

// TestContentIsCheckedBeforeItIsParked: content that could never be taken is
// reported to the sender, who can still correct it.
func TestContentIsCheckedBeforeItIsParked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.end("referral", "2026-03-09")
	past := now.AddDate(0, 0, -3)
	for name, c := range map[string]struct {
		spoil func(*homecare.VisitBundle)
		code  string
	}{
		"a value that cannot be": {func(b *homecare.VisitBundle) {
			b.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 900, "dbp", 80)}
		}, "request.invalid"},
		"a danger without a note": {func(b *homecare.VisitBundle) {
			b.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 230, "dbp", 80)}
		}, "visit.alert_open"},
		"no plan":      {func(b *homecare.VisitBundle) { b.Plan = nil }, "visit.plan_missing"},
		"no anamnesis": {func(b *homecare.VisitBundle) { b.Anamnesis = nil }, "visit.incomplete"},
		"departure before arrival": {func(b *homecare.VisitBundle) { b.DepartedAt = b.ArrivedAt.Add(-time.Minute) },
			"request.invalid"},
		"longer than twelve hours": {func(b *homecare.VisitBundle) { b.ArrivedAt = b.DepartedAt.Add(-13 * time.Hour) },
			"request.invalid"},
		"a next visit before it": {func(b *homecare.VisitBundle) {
			p := w.NextPlan()
			p.NextVisit.Date, p.NextVisit.StartsAt = "2026-03-07", &past
			b.Plan = &p
		}, "request.invalid"},
		"an owner who is no staff": {func(b *homecare.VisitBundle) {
			p := w.NextPlan()
			p.FollowUps[0].OwnerAccountID = w.Account("petugas2.paringin")
			b.Plan = &p
		}, "request.invalid"},
	} {
		in := w.at(0)
		in.Vitals = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 120, "dbp", 80)}
		c.spoil(&in)
		_, err := w.Nurse.RecordVisit(t.Context(), in)
		if p, is := errors.AsType[*homecare.Problem](err); !is || p.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from parked_act`); n != 0 {
		t.Errorf("%d parked", n)
	}
	in := w.at(0)
	in.Vitals, in.AlertNotes = &homecare.VitalsPart{Vitals: apitest.Vitals("sbp", 230, "dbp", 80)},
		[]homecare.AlertNote{{Code: "sbp", Note: "Dokter dihubungi"}}
	_, err := w.Nurse.RecordVisit(t.Context(), in)
	apitest.Parked(t, err, "case_ended")
}

// TestUnplannedIsKept: opening a visit in steps is parked like a bundle.
func TestUnplannedIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.end("referral", "2026-03-08")
	at := now.Add(-time.Hour)
	_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: &at, Unplanned: true})
	id := apitest.Parked(t, err, "case_ended")
	other := w.AddCase(w.AddPerson("1960-01-01", "male"), w.AddTeam("petugas3"))
	for pointer, to := range map[string]homecare.RedirectParked{
		"/case_id": {CaseID: uuid.NewString()}, "/visit_id": {CaseID: other, VisitID: uuid.NewString()}, "/at": {},
	} {
		to.Note = "Orang lain"
		if _, err := w.Head.RedirectParked(ctx, id, 1, to); apitest.ToldAt(err, pointer) == "" {
			t.Errorf("redirected nowhere: %v, want %s", err, pointer)
		}
	}
	p := mustAct(t)(w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{CaseID: other, Note: "Orang lain"}))
	v := apitest.MustVisit(t)(w.Head.Visit(ctx, p.ResultID))
	if v.CaseID != other || v.State != "in_progress" || v.PerformedBy != w.NurseID || len(v.Members) != 1 ||
		v.Members[0].AccountID != w.NurseID || v.Members[0].Name == "" {
		t.Errorf("%s of %s by %s, %+v", v.State, v.CaseID, v.PerformedBy, v.Members)
	}
	_, err = w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: ptrTime(now.AddDate(0, 0, 1))})
	apitest.Wants(t, err, "visit.case_not_active")
}

func ptrTime(t time.Time) *time.Time { return &t }

// TestLateForTheTeamOfToday: appointments and tasks of a visit recorded late go to
// the current team; the members of the visit stay.
func TestLateForTheTeamOfToday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	third := w.newTeam()
	in := w.at(-1)
	plan := w.NextPlan()
	plan.NextVisit.Members = []string{w.NurseID}
	in.Plan, in.ArrivedAt, in.DepartedAt = &plan, in.ArrivedAt.Add(-12*time.Hour), in.DepartedAt.Add(-12*time.Hour)
	call := homecare.Call{Method: "POST", Path: "/v1/visits/bundle", Body: in, Key: homecare.NewKey()}
	var v homecare.Visit
	call.Out = &v
	if err := w.Nurse.Do(ctx, call); err != nil {
		t.Fatal(err)
	}
	if v.FollowUps[0].OwnerAccountID != third {
		t.Errorf("the task is %s's", v.FollowUps[0].OwnerAccountID)
	}
	next := apitest.MustVisit(t)(w.Other.Visit(ctx, v.NextVisitID))
	if len(next.Members) != 1 || next.Members[0].AccountID != third || len(v.Members) != 2 {
		t.Errorf("next %+v, this one %+v", next.Members, v.Members)
	}
	if mine, err := w.Other.Visits(ctx, url.Values{"mine": {"true"}}); err != nil || len(mine.Data) != 1 {
		t.Errorf("%+v, %v", mine, err)
	}
	// The answer was lost: the request is answered again, and nothing is
	// duplicated.
	var again homecare.Visit
	call.Out = &again
	if err := w.Nurse.Do(ctx, call); err != nil || again.ID != v.ID {
		t.Errorf("sent again: %s, %v", again.ID, err)
	}
	// Under another key too, the same visit is not created twice.
	_, err := w.Nurse.RecordVisit(ctx, in)
	apitest.Parked(t, err, "already_recorded")
	_, err = w.Nurse.Visit(ctx, v.ID)
	apitest.Wants(t, err, "record.not_found")
	// Its photos may follow.
	if _, err := w.Nurse.Upload(ctx, homecare.NewAttachment{Kind: "photo", SubjectKind: "visit", SubjectID: v.ID,
		File: picture(t)}); err != nil {
		t.Error(err)
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFilesWaitForAParkedVisit: files wait under the id chosen by the sender and
// belong to the visit that it becomes.
func TestFilesWaitForAParkedVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.end("referral", "2026-03-08")
	upload := func(c *homecare.Client, id string) (homecare.Attachment, error) {
		return c.Upload(ctx, homecare.NewAttachment{Kind: "photo", SubjectKind: "visit", SubjectID: id,
			File: picture(t)})
	}
	const early, chosen = "0198f3a0-5a10-7c4e-9b1a-3d2f6c8e7a12", "0198f3a0-5a10-7c4e-9b1a-3d2f6c8e7a13"
	in := w.at(0)
	in.Visit.ID = chosen
	_, err := w.Nurse.RecordVisit(ctx, in)
	id := apitest.Parked(t, err, "case_ended")
	for name, c := range map[string]*homecare.Client{"another petugas": w.Other, "another puskesmas": w.Abroad} {
		_, err := upload(c, chosen)
		if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/subject_id" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	_, err = upload(w.Nurse, early)
	apitest.Wants(t, err, "request.invalid")
	a, err := upload(w.Nurse, chosen)
	if err != nil || a.SubjectID != chosen || a.CaseID != w.CaseID {
		t.Fatalf("%+v, %v", a, err)
	}
	if l, err := w.Head.Attachments(ctx, "visit", chosen); err != nil || len(l.Data) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	other := w.AddCase(w.AddPerson("1960-01-01", "male"), w.AddTeam("petugas3"))
	planned := apitest.MustVisit(t)(w.Head.PlanVisit(ctx,
		homecare.PlanVisit{CaseID: other, StartsAt: ptrTime(now.AddDate(0, 0, 1))}))
	p := mustAct(t)(w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{VisitID: planned.ID,
		Note: "Kunjungan orang lain"}))
	if l, err := w.Other.Attachments(ctx, "visit", p.ResultID); err != nil || len(l.Data) != 1 ||
		l.Data[0].ID != a.ID || l.Data[0].CaseID != other {
		t.Errorf("%+v, %v", l, err)
	}

	// The visit keeps its id and moves to another person, and so do its files.
	in = w.at(0)
	in.Visit.ID, in.ArrivedAt = "0198f3a0-5a10-7c4e-9b1a-3d2f6c8e7a14", in.ArrivedAt.Add(-time.Hour)
	_, err = w.Nurse.RecordVisit(ctx, in)
	id = apitest.Parked(t, err, "case_ended")
	if a, err = upload(w.Nurse, in.Visit.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{CaseID: uuid.NewString(),
		Note: "Orang lain"}); apitest.ToldAt(err, "/case_id") == "" {
		t.Errorf("redirected to an unknown case: %v", err)
	}
	p = mustAct(t)(w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{CaseID: other,
		Note: "Kunjungan orang lain"}))
	if got, err := w.Head.Attachment(ctx, a.ID); err != nil || p.ResultID != in.Visit.ID || got.CaseID != other {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestRecordsOfTwoAreNotMixed: an account that did not begin a visit must say
// which version of it it saw.
func TestRecordsOfTwoAreNotMixed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Put(w.Arrived(), "anamnesis", homecare.Anamnesis{ChiefComplaint: "Sesak"})
	doctor := w.As(t, "petugas1.tanah-habang")
	doctor.Clock = func() time.Time { return now }
	in := w.at(0)
	in.Visit, in.VisitID, in.ArrivedAt, in.DepartedAt = nil, v.ID, now.Add(-time.Minute), now
	_, err := doctor.RecordVisit(ctx, in)
	apitest.Wants(t, err, "record.stale")
	in.Version, in.PerformedBy = v.Version, w.Doctor
	_, err = doctor.RecordVisit(ctx, in)
	if apitest.ToldAt(err, "/performed_by") != "begun_by" {
		t.Errorf("another performer: %v", err)
	}
	in.PerformedBy = ""
	if got := apitest.MustVisit(t)(doctor.RecordVisit(ctx, in)); got.State != "completed" ||
		!got.ArrivedAt.Equal(*v.ArrivedAt) {
		t.Errorf("%+v", got)
	}
}

// TestBeforeBirth: nobody is visited before birth, and nothing is planned before
// there was a case.
func TestBeforeBirth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.SQL(`update patient set birth_date = '2026-03-09' where id = $1`, w.PatientID)
	in := w.at(-2)
	in.Vitals = &homecare.VitalsPart{AbsentReason: "Tidak dibawa"}
	in.Services = &homecare.ServicesPart{Services: services.Services[:1]}
	_, err := w.Nurse.RecordVisit(ctx, in)
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/arrived_at" ||
		p.Errors[0].Code != "before_birth" {
		t.Errorf("%+v", p.Errors)
	}
	w.SQL(`update patient set birth_date_estimated = true where id = $1`, w.PatientID) // an estimate: proves nothing
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	_, err = w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: ptrTime(now.AddDate(0, 0, -80))})
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/starts_at" ||
		p.Errors[0].Code != "before_case" {
		t.Errorf("%+v", p.Errors)
	}
}

// TestWhoWent: members served in the profession of their membership at that time.
// A member who had left the staff did not go and is not planned; one who left the
// team is reported as not coming.
func TestWhoWent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	planned := w.Plan(1)
	w.SQL(`update membership set profession = 'midwife' where account_id = $1`, w.NurseID)
	w.SQL(`update membership set ended_at = '2026-03-09 00:00Z' where account_id = $1`, w.Doctor)
	in := w.at(0)
	in.Visit, in.VisitID = nil, planned.ID
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	if got := apitest.Ask[string](w.Home, `select string_agg(profession, ',' order by profession) from stop_member
		where stop_id = $1`, planned.StopID); got != ",midwife" {
		t.Errorf("they went as %q", got)
	}
	if next := w.Plan(48); len(next.Members) != 1 || next.Members[0].AccountID != w.NurseID {
		t.Errorf("planned for %+v", next.Members)
	}
	_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID, StartsAt: ptrTime(now.AddDate(0, 0, 3)),
		Members: []string{w.Doctor}})
	if p := apitest.Wants(t, err, "request.invalid"); p.Errors[0].Pointer != "/members/0" {
		t.Errorf("%+v", p.Errors)
	}
	if l, err := w.Head.Visits(ctx, url.Values{"unstaffed": {"true"}}); err != nil || len(l.Data) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	w.newTeam()
	if l, err := w.Head.Visits(ctx, url.Values{"unstaffed": {"true"}}); err != nil || len(l.Data) != 1 ||
		l.Data[0].Unstaffed[0] != w.NurseID {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestTasksOfTheDead: open tasks in a record that arrives after the death are
// closed like the earlier ones, however the record arrived.
func TestTasksOfTheDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.Arrived()
	begun = w.Put(w.Put(w.Put(w.Put(begun, "anamnesis", anamnesis), "vitals", wellness), "services", services), "plan",
		w.NextPlan())
	w.SQL(`update patient set deceased_on = '2026-03-10' where id = $1`, w.PatientID)
	w.end("death", "2026-03-10")
	in := w.Bundle()
	in.ArrivedAt, in.DepartedAt = in.ArrivedAt.AddDate(0, 0, -2), in.DepartedAt.AddDate(0, 0, -2)
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	apitest.MustVisit(t)(w.Nurse.CompleteVisit(ctx, begun.ID, begun.Version, homecare.CompleteVisit{DepartedAt: now}))
	l, err := w.Head.FollowUps(ctx, url.Values{"case_id": {w.CaseID}})
	if err != nil || len(l.Data) != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	for _, f := range l.Data {
		last := f.Acts[len(f.Acts)-1]
		if f.State != "cancelled" || last.Act != "cancelled" || last.HappenedOn != "2026-03-10" {
			t.Errorf("%s: %+v", f.State, last)
		}
	}
}

// TestNamedLate: a person named in an act who was never in the team is refused,
// late or not; one who was in it at that time is accepted.
func TestNamedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	stranger := w.Account("petugas3.tanah-habang")
	for _, days := range []int{0, -2} {
		in := w.at(days)
		in.Visit.Members = []string{w.NurseID, stranger}
		_, err := w.Nurse.RecordVisit(ctx, in)
		if apitest.ToldAt(err, "/visit/members/1") != "team" {
			t.Errorf("%d days: %v", days, err)
		}
		in = w.at(days)
		in.Services = &homecare.ServicesPart{Services: []homecare.VisitService{services.Services[0]}}
		in.Services.Services[0].ProvidedBy = stranger
		_, err = w.Nurse.RecordVisit(ctx, in)
		if apitest.ToldAt(err, "/services/services/0/provided_by") != "team" {
			t.Errorf("%d days: %v", days, err)
		}
	}
	w.SQL(`update team_member set left_at = '2026-03-09 12:00Z' where account_id = $1`, w.Doctor)
	in := w.at(-2)
	in.Visit.Members = []string{w.NurseID, w.Doctor}
	v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, in))
	amend := func(by string) error {
		s := homecare.ServicesPart{Services: []homecare.VisitService{services.Services[0]}}
		s.Services[0].ProvidedBy = by
		_, err := w.Nurse.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Salah tulis",
			VisitParts: homecare.VisitParts{Services: &s}})
		return err
	}
	if err := amend(stranger); apitest.ToldAt(err, "/services/services/0/provided_by") != "team" {
		t.Errorf("amended: %v", err)
	}
	if err := amend(w.Doctor); err != nil {
		t.Error(err)
	}
}

// TestRedirectMovesThePlan: a wrong device clock was wrong for the plan too. Later due
// times stay as written.
func TestRedirectMovesThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := w.at(-70)
	arrived := in.ArrivedAt
	in.Plan = &homecare.VisitPlan{NextVisit: &homecare.NextVisit{Date: clock.Day(arrived.AddDate(0, 0, 7))},
		FollowUps: []homecare.PlannedFollowUp{
			{What: "Antar obat", OwnerAccountID: w.NurseID, DueOn: clock.Day(arrived.AddDate(0, 0, 3))},
			{What: "Timbang", OwnerAccountID: w.NurseID, DueOn: "2026-04-01"}}}
	_, err := w.Nurse.RecordVisit(ctx, in)
	id := apitest.Parked(t, err, "before_proposal")
	ahead := now.AddDate(0, 0, 1)
	_, err = w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{At: &ahead, Note: "Besok"})
	if apitest.ToldAt(err, "/at") != "future" {
		t.Errorf("%v", err)
	}
	at := arrived.AddDate(0, 0, 66)
	p := mustAct(t)(w.Head.RedirectParked(ctx, id, 1, homecare.RedirectParked{At: &at, Note: "Jam perangkat salah"}))
	v := apitest.MustVisit(t)(w.Head.Visit(ctx, p.ResultID))
	if f := v.Plan.FollowUps; v.Plan.NextVisit.Date != clock.Day(at.AddDate(0, 0, 7)) ||
		f[0].DueOn != clock.Day(at.AddDate(0, 0, 3)) || f[1].DueOn != "2026-04-01" {
		t.Errorf("a visit of %s: %+v %+v", v.CountsOn, v.Plan.NextVisit, f)
	}
	l, err := w.Head.FollowUps(ctx, url.Values{"case_id": {w.CaseID}})
	if err != nil || len(l.Data) != 2 || l.Data[0].Acts[0].RecordedBy != w.NurseID {
		t.Errorf("%+v, %v", l.Data, err)
	}
}

// TestWithdrawalAgainstPlan: a plan concurrent with a withdrawal waits for it, and is
// refused.
func TestWithdrawalAgainstPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.agreed("2026-03-09", "2026-03-09 00:00Z", "")
	c, err := pgx.Connect(ctx, w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	for _, q := range []string{`begin`, `select from patient for no key update`,
		`update consent set withdrawn_at = '2026-03-10 00:00Z', withdrawn_on = '2026-03-10', withdrawn_by = created_by,
			withdrawn_reason = 'uji'`} {
		if _, err := c.Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	planned := make(chan error, 1)
	go func() {
		_, err := w.Nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: w.CaseID,
			StartsAt: ptrTime(now.Add(24 * time.Hour))})
		planned <- err
	}()
	for waits := false; !waits; time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-planned:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
		if err := c.QueryRow(ctx, `select exists (select from pg_locks where not granted)`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Exec(ctx, `commit`); err != nil {
		t.Fatal(err)
	}
	if p := apitest.Wants(t, <-planned, "patient.consent_withdrawn"); p.Errors[0].Pointer != "/case_id" {
		t.Errorf("%+v", p.Errors) // the request names no person
	}
}

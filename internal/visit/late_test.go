package visit_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// at is a bundle of a visit that many days before now.
func (w *world) at(days int) homecare.VisitBundle {
	b := w.Bundle()
	b.ArrivedAt, b.DepartedAt = b.ArrivedAt.AddDate(0, 0, days), b.DepartedAt.AddDate(0, 0, days)
	b.Plan = &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}
	return b
}

func (w *world) end(kind, on string) {
	w.SQL(`update care_case set state = 'terminated', ending = $2, ended_on = $3::text::date, terminated_at = $4
		where id = $1`, w.CaseID, kind, on, now)
}

// TestJudgedAsOfTheAct: the facts on the day of a visit decide, whatever the
// office has done since.
func TestJudgedAsOfTheAct(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		office func(w *world)
		bundle func(w *world) homecare.VisitBundle
		parked string
		late   bool
	}{
		"the case ended later": {func(w *world) { w.end("referral", "2026-03-09") },
			func(w *world) homecare.VisitBundle { return w.at(-2) }, "", true},
		"the case ended that day": {func(w *world) { w.end("referral", "2026-03-10") },
			func(w *world) homecare.VisitBundle { return w.at(0) }, "", true},
		"the case had ended": {func(w *world) { w.end("referral", "2026-03-09") },
			func(w *world) homecare.VisitBundle { return w.at(0) }, "case_ended", false},
		"entered in error": {func(w *world) { w.end("entered_in_error", "2026-03-10") },
			func(w *world) homecare.VisitBundle { return w.at(-2) }, "case_ended", false},
		"before the proposal": {func(*world) {}, func(w *world) homecare.VisitBundle { return w.at(-70) },
			"before_proposal", false},
		"on the day it was made": {func(w *world) {
			w.SQL(`update care_case set proposed_on = '2026-03-08'
			where id = $1`, w.CaseID)
		}, func(w *world) homecare.VisitBundle { return w.at(-2) }, "", false},
		"not active yet": {func(w *world) {
			w.SQL(`update care_case set state = 'approved' where id = $1`,
				w.CaseID)
		}, func(w *world) homecare.VisitBundle { return w.at(0) }, "case_not_active", false},
		"died before": {func(w *world) {
			w.SQL(`update patient set deceased_on = '2026-03-08' where id = $1`, w.PatientID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "person_deceased", false},
		"died that day": {func(w *world) {
			w.SQL(`update patient set deceased_on = '2026-03-09' where id = $1`, w.PatientID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"restricted since": {func(w *world) {
			w.SQL(`update patient set restricted_at = '2026-03-09 12:00Z' where id = $1`, w.PatientID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"restricted before": {func(w *world) {
			w.SQL(`update patient set restricted_at = '2026-03-07 12:00Z' where id = $1`, w.PatientID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "person_restricted", false},
		"consent withdrawn since": {func(w *world) { w.withdrawn("2026-03-09 12:00Z") },
			func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"consent withdrawn before": {func(w *world) { w.withdrawn("2026-03-07 12:00Z") },
			func(w *world) homecare.VisitBundle { return w.at(-1) }, "consent_withdrawn", false},
		"withdrawn that day, after the visit perhaps": {func(w *world) {
			w.withdrawn("2026-03-10 00:30Z")
			w.SQL(`update consent set withdrawn_on = '2026-03-09'`)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"withdrawn the day before, told late": {func(w *world) {
			w.withdrawn("2026-03-10 00:30Z")
			w.SQL(`update consent set withdrawn_on = '2026-03-08'`)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "consent_withdrawn", false},
		"withdrawn that day, told before the visit": {func(w *world) { w.withdrawn("2026-03-08 23:30Z") },
			func(w *world) homecare.VisitBundle { return w.at(-1) }, "consent_withdrawn", false},
		"died before it was active": {func(w *world) {
			w.SQL(`update care_case set activated_at = null, state = 'proposed' where id = $1`, w.CaseID)
			w.end("death", "2026-03-09")
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "case_not_active", false},
		"agreed again before": {func(w *world) {
			w.withdrawn("2026-03-07 12:00Z")
			w.agreed("2026-03-08",
				"2026-03-08 00:00Z", "")
		},
			func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"agreed again, and withdrew that since": {func(w *world) {
			w.withdrawn("2026-03-07 12:00Z")
			w.agreed("2026-03-08", "2026-03-08 00:00Z", "2026-03-09 12:00Z")
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"agreed again after": {func(w *world) {
			w.withdrawn("2026-03-07 12:00Z")
			w.agreed("2026-03-10",
				"2026-03-10 00:00Z", "")
		},
			func(w *world) homecare.VisitBundle { return w.at(-1) }, "consent_withdrawn", false},
		"agreed before they withdrew, recorded later": {func(w *world) {
			w.withdrawn("2026-03-07 12:00Z")
			w.agreed("2026-03-06", "2026-03-09 00:00Z", "")
		},
			func(w *world) homecare.VisitBundle { return w.at(0) }, "consent_withdrawn", false},
		"left the team since": {func(w *world) { w.left("2026-03-09 12:00Z") }, func(w *world) homecare.VisitBundle {
			return w.at(-1)
		}, "", false},
		"another team since": {func(w *world) {
			w.SQL(`update care_case set team_id = $2, team_since = '2026-03-09 12:00Z' where id = $1`, w.CaseID,
				w.AddTeam("petugas3"))
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
		"joined the team later": {func(w *world) {
			w.SQL(`update team_member set joined_at = '2026-03-10 00:00Z' where account_id = $1`, w.NurseID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "not_in_team", false},
		"before there was a team": {func(w *world) {
			w.SQL(`update team_member set joined_at = '2026-03-10 00:00Z'`)
			w.SQL(`update care_case set team_since = '2026-03-10 00:00Z' where id = $1`, w.CaseID)
		}, func(w *world) homecare.VisitBundle { return w.at(-1) }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.office(w)
			in := c.bundle(w)
			v, err := w.Nurse.RecordVisit(t.Context(), in)
			if c.parked != "" {
				id := apitest.Parked(t, err, c.parked)
				if n := apitest.Ask[int](w.Home, `select count(*) from visit`); n != 0 {
					t.Errorf("%d visits: what is parked counts nowhere", n)
				}
				p := mustAct(t)(w.Nurse.Parked(t.Context(), id))
				if p.State != "parked" || p.DueOn != "2026-03-13" || p.EscalatesOn != "2026-03-24" ||
					p.PatientID != w.PatientID ||
					p.PerformedBy != w.NurseID || !p.ActAt.Equal(in.ArrivedAt) || p.CaseID != w.CaseID ||
					p.Body["departed_at"] == nil {
					t.Errorf("%+v", p)
				}
				return
			}
			if apitest.MustVisit(t)(v, err); v.Late != c.late || apitest.Warns(v, "late") != c.late ||
				v.PerformedBy != w.NurseID {
				t.Errorf("late %t, %+v", v.Late, v.Warnings)
			}
		})
	}
}

func (w *world) withdrawn(at string) {
	w.SQL(`insert into consent (puskesmas_id, id, patient_id, kind, given_by, relation, given_on, created_at,
		created_by, withdrawn_at, withdrawn_on, withdrawn_by, withdrawn_reason)
		values ($1, gen_random_uuid(), $2, 'home_visit', 'Ibu', 'self', '2026-01-02', '2026-01-02', $3,
		$4::text::timestamptz, ($4::text::timestamptz at time zone 'Asia/Makassar')::date, $3, 'uji')`,
		w.Tenant(), w.PatientID, w.NurseID, at)
}

// agreed is a consent to home visits of a day, recorded and perhaps withdrawn
// at that time.
func (w *world) agreed(on, recorded, withdrawn string) {
	w.SQL(`insert into consent (puskesmas_id, id, patient_id, kind, given_by, relation, given_on, created_at,
		created_by, withdrawn_at, withdrawn_on, withdrawn_by, withdrawn_reason)
		values ($1, gen_random_uuid(), $2, 'home_visit', 'Ibu', 'self', $4::text::date, $5::text::timestamptz, $3,
		nullif($6, '')::timestamptz,
			(nullif($6, '')::timestamptz at time zone 'Asia/Makassar')::date, case when $6 <> '' then $3::uuid end,
			nullif($6, ''))`, w.Tenant(), w.PatientID, w.NurseID, on, recorded, withdrawn)
}

func (w *world) left(at string) {
	w.SQL(`update team_member set left_at = $2::text::timestamptz where account_id = $1`, w.NurseID, at)
}

func mustAct(t *testing.T) func(homecare.ParkedAct, error) homecare.ParkedAct {
	t.Helper()
	return func(p homecare.ParkedAct, err error) homecare.ParkedAct {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// TestAheadIsToldFirst: a future act did not happen, and is not parked even if its
// case has no team yet.
func TestAheadIsToldFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SQL(`update care_case set state = 'approved', team_id = null where id = $1`, w.CaseID)
	_, err := w.Nurse.RecordVisit(t.Context(), w.at(1))
	if apitest.ToldAt(err, "/arrived_at") != "future" {
		t.Errorf("%v, want the time told", err)
	}
}

// TestBeforeATeamOfAJoinedCase: before its first team, a case belongs to that
// team, even if the case into which it was merged had a team then.
func TestBeforeATeamOfAJoinedCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stays := w.AddCase(w.AddPerson("1950-05-05", "female"), w.AddTeam("petugas3"))
	w.SQL(`update care_case set team_since = '2026-01-02' where id = $1`, stays)
	w.SQL(`update care_case set team_since = '2026-03-10', state = 'terminated', ending = 'merged',
		ended_on = '2026-03-10', terminated_at = $3,
		merged_into_case_id = $2 where id = $1`, w.CaseID, stays, now)
	w.SQL(`update care_case set patient_id = $2 where id = $1`, stays, w.PatientID)
	b := w.at(-1)
	b.Visit.CaseID = stays
	apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
}

// TestStrangersParkNothing: an account that was never in the team gets the 404 of an
// unknown case, and nothing is stored. A former member may not know that they left: their
// act is parked.
func TestStrangersParkNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.left("2026-03-01 00:00Z")
	for name, c := range map[string]*homecare.Client{"another team": w.Other, "another puskesmas": w.Abroad} {
		_, err := c.RecordVisit(t.Context(), w.at(0))
		if p := apitest.Wants(t, err, "record.not_found"); p.Status != 404 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := apitest.Ask[int](w.Home, `select count(*) from parked_act`); n != 0 {
		t.Errorf("%d acts were kept", n)
	}
	_, err := w.Nurse.RecordVisit(t.Context(), w.at(0))
	apitest.Parked(t, err, "not_in_team")
	_, err = w.Nurse.Case(t.Context(), w.CaseID)
	apitest.Wants(t, err, "record.not_found")
}

// TestRecordedForAColleague: the performer has left; a colleague records the
// visit, and it is judged as of that time.
func TestRecordedForAColleague(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.left("2026-03-09 12:00Z")
	doctor := w.Staff("petugas1.tanah-habang")
	in := w.at(-1)
	in.PerformedBy = w.NurseID
	v := apitest.MustVisit(t)(doctor.RecordVisit(t.Context(), in))
	if v.PerformedBy != w.NurseID || v.CompletedBy != w.Doctor {
		t.Errorf("performed by %s, written down by %s", v.PerformedBy, v.CompletedBy)
	}
	// In the profession that she had then, and once.
	if n := apitest.Ask[int](w.Home, `select count(*) from stop_member where stop_id = $1 and account_id = $2
		and profession = 'nurse'`, v.StopID, w.NurseID); n != 1 {
		t.Errorf("%d rows of the nurse", n)
	}
	in = w.at(0)
	in.PerformedBy = w.NurseID
	_, err := doctor.RecordVisit(t.Context(), in)
	apitest.Parked(t, err, "not_in_team")
	in.PerformedBy = w.Account("petugas2.paringin")
	_, err = doctor.RecordVisit(t.Context(), in)
	if apitest.ToldAt(err, "/performed_by") != "not_staff" {
		t.Errorf("of another puskesmas: %v", err)
	}
}

// TestClosedByTheOffice: a visit that the office had closed took place.
func TestClosedByTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	planned := func(hours int) homecare.VisitBundle {
		b := w.at(0)
		b.ArrivedAt = b.ArrivedAt.Add(-time.Duration(hours) * time.Second) // each another arrival
		b.VisitID, b.Version, b.Visit = w.Plan(hours).ID, 1, nil
		return b
	}
	missed, cancelled, moved, both := planned(1), planned(3), planned(5), planned(7)
	apitest.MustVisit(t)(w.Head.MissVisit(ctx, missed.VisitID, 1, homecare.MissVisit{ReasonCode: "not_home",
		Reason: "Kata tetangga"}))
	apitest.MustVisit(t)(w.Head.CancelVisit(ctx, cancelled.VisitID, 1, homecare.CancelVisit{Reason: "Salah jadwal"}))
	to := now.AddDate(0, 0, 2)
	next := apitest.MustVisit(t)(w.Head.RescheduleVisit(ctx, moved.VisitID, 1, homecare.RescheduleVisit{StartsAt: &to,
		Reason: "Hujan"}))
	later := to.Add(2 * time.Hour)
	other := apitest.MustVisit(t)(w.Head.RescheduleVisit(ctx, both.VisitID, 1,
		homecare.RescheduleVisit{StartsAt: &later, Reason: "Hujan"}))
	for name, b := range map[string]homecare.VisitBundle{"missed": missed, "cancelled": cancelled, "moved": moved} {
		v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, b))
		if v.State != "completed" || !v.Late || v.Reason != "" {
			t.Errorf("%s: %s, late %t, %q", name, v.State, v.Late, v.Reason)
		}
	}
	if v := apitest.MustVisit(t)(w.Head.Visit(ctx, next.ID)); v.State != "cancelled" || v.ReasonCode != "took_place" {
		t.Errorf("what was planned in its place: %s %s", v.State, v.ReasonCode)
	}
	b := w.at(0)
	b.VisitID, b.Visit = other.ID, nil
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, b))
	if v := apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, both)); v.State != "completed" ||
		!apitest.Warns(v, "took_place_twice") || !apitest.Warns(v, "overlap") {
		t.Errorf("%s %+v", v.State, v.Warnings)
	}
	// Already recorded: the second record is parked, and can become a separate
	// visit.
	both.ArrivedAt, both.DepartedAt = now.Add(-3*time.Hour), now.Add(-2*time.Hour)
	_, err := w.Nurse.RecordVisit(ctx, both)
	id := apitest.Parked(t, err, "already_recorded")
	p := mustAct(t)(w.Head.Parked(ctx, id))
	_, err = w.Head.TakeParked(ctx, id, p.Version, homecare.DecideParked{Note: "Ambil"})
	apitest.Wants(t, err, "visit.already_recorded")
	p = mustAct(t)(w.Head.RedirectParked(ctx, id, p.Version, homecare.RedirectParked{CaseID: w.CaseID,
		Note: "Kunjungan tersendiri"}))
	if v := apitest.MustVisit(t)(w.Head.Visit(ctx, p.ResultID)); p.State != "taken" || !v.Unplanned ||
		v.CompletedBy != w.NurseID || !v.ArrivedAt.Equal(both.ArrivedAt) {
		t.Errorf("%+v %+v", p, v)
	}
}

// TestMissedAtWhatTheOfficeClosed: the team found nobody at home at a visit that the
// office had cancelled or moved meanwhile. Once taken, the visit is missed, and the
// visit planned in its place stays. A visit that was made was not missed.
func TestMissedAtWhatTheOfficeClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	cancelled, moved, made := w.Plan(1), w.Plan(3), w.Plan(5)
	apitest.MustVisit(t)(w.Head.CancelVisit(ctx, cancelled.ID, 1, homecare.CancelVisit{Reason: "Salah jadwal"}))
	to := now.AddDate(0, 0, 2)
	next := apitest.MustVisit(t)(w.Head.RescheduleVisit(ctx, moved.ID, 1, homecare.RescheduleVisit{StartsAt: &to,
		Reason: "Hujan"}))
	b := w.at(0)
	b.VisitID, b.Version, b.Visit = made.ID, 1, nil
	apitest.MustVisit(t)(w.Nurse.RecordVisit(ctx, b))
	for _, v := range []homecare.Visit{cancelled, moved, made} {
		_, err := w.Nurse.MissVisit(ctx, v.ID, 1, homecare.MissVisit{ReasonCode: "not_home", Reason: "Rumah kosong"})
		p := mustAct(t)(w.Head.Parked(ctx, apitest.Parked(t, err, "closed")))
		p, err = w.Head.TakeParked(ctx, p.ID, p.Version, homecare.DecideParked{Note: "Memang didatangi"})
		if v.ID == made.ID {
			apitest.Wants(t, err, "visit.closed")
			continue
		}
		got := apitest.MustVisit(t)(w.Head.Visit(ctx, v.ID))
		if err != nil || p.ResultID != v.ID || got.State != "missed" || got.ReasonCode != "not_home" ||
			got.PerformedBy != w.NurseID {
			t.Errorf("%v: %s %s by %s", err, got.State, got.ReasonCode, got.PerformedBy)
		}
	}
	if v := apitest.MustVisit(t)(w.Head.Visit(ctx, next.ID)); v.State != "planned" {
		t.Errorf("what is planned in its place: %s %s %s", v.State, v.ReasonCode, v.Reason)
	}
}

// TestParkedIsDecided: who may see and decide a parked act, and the results.
func TestParkedIsDecided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.end("referral", "2026-03-08")
	park := func() string {
		_, err := w.Nurse.RecordVisit(ctx, w.at(0))
		return apitest.Parked(t, err, "case_ended")
	}
	id := park()
	for name, c := range map[string]*homecare.Client{"another petugas": w.Other, "another puskesmas": w.Abroad} {
		_, err := c.Parked(ctx, id)
		apitest.Wants(t, err, "record.not_found")
		if l, err := c.ParkedActs(ctx, nil); err != nil || len(l.Data) != 0 {
			t.Errorf("%s lists %d, %v", name, len(l.Data), err)
		}
	}
	p := mustAct(t)(w.Nurse.Parked(ctx, id))
	if len(p.Allowed) != 1 || p.Allowed[0] != "withdraw" {
		t.Errorf("the author may %v", p.Allowed)
	}
	_, err := w.Nurse.TakeParked(ctx, id, p.Version, homecare.DecideParked{Note: "Saya sendiri"})
	apitest.Wants(t, err, "auth.forbidden")
	_, err = w.Head.TakeParked(ctx, id, p.Version, homecare.DecideParked{Note: "Ambil"})
	apitest.Wants(t, err, "visit.case_ended")
	// The day of the end was wrong: a taken act is judged again, and counts on
	// its day.
	w.SQL(`alter table care_case disable trigger care_case_closed`)
	w.SQL(`update care_case set ended_on = '2026-03-10' where id = $1`, w.CaseID)
	p = mustAct(t)(w.Head.TakeParked(ctx, id, p.Version, homecare.DecideParked{Note: "Tanggal berakhir diperbaiki"}))
	v := apitest.MustVisit(t)(w.Head.Visit(ctx, p.ResultID))
	if p.State != "taken" || v.CountsOn != "2026-03-10" || !v.Late || v.PerformedBy != w.NurseID ||
		v.CompletedBy != w.NurseID {
		t.Errorf("%+v %+v", p, v)
	}
	_, err = w.Head.ReturnParked(ctx, id, p.Version, homecare.DecideParked{Note: "Dua kali"})
	if p := apitest.Wants(t, err, "record.state"); p.CurrentState != "taken" || len(p.Allowed) != 0 {
		t.Errorf("%+v", p)
	}
	// Returned and withdrawn.
	w.SQL(`update care_case set ended_on = '2026-03-08' where id = $1`, w.CaseID)
	back, away := park(), park()
	p = mustAct(t)(w.Head.ReturnParked(ctx, back, 1, homecare.DecideParked{Note: "Tekanan darah keliru"}))
	if p.State != "returned" || p.Note != "Tekanan darah keliru" {
		t.Errorf("%+v", p)
	}
	if p = mustAct(t)(w.Nurse.WithdrawParked(ctx, away, 1, homecare.DecideParked{Note: "Salah orang"})); p.State !=
		"withdrawn" {
		t.Errorf("%+v", p)
	}
	open := park()
	for query, want := range map[string]int{"": 4, "state=parked": 1, "overdue=true": 0,
		"reason=case_ended&state=taken": 1, "escalated=true": 0} {
		q, _ := url.ParseQuery(query)
		if l, err := w.Head.ParkedActs(ctx, q); err != nil || len(l.Data) != want {
			t.Errorf("%q: %d, want %d, %v", query, len(l.Data), want, err)
		}
	}
	w.SQL(`update parked_act set due_on = '2026-03-09', escalates_on = '2026-03-10' where id = $1`, open)
	for _, query := range []string{"overdue", "escalated"} {
		if l, err := w.Head.ParkedActs(ctx, url.Values{query: {"true"}}); err != nil || len(l.Data) != 1 ||
			l.Data[0].ID != open {
			t.Errorf("%s: %+v, %v", query, l.Data, err)
		}
	}
}

// TestParkedReplays: after a lost answer the same bundle is stored once; a dry run
// is never stored.
func TestParkedReplays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.Plan(1)
	w.end("referral", "2026-03-08")
	call := homecare.Call{Method: "POST", Path: "/v1/visits/bundle", Body: w.at(0), Key: homecare.NewKey()}
	first := apitest.Parked(t, w.Nurse.Do(t.Context(), call), "case_ended")
	if again := apitest.Parked(t, w.Nurse.Do(t.Context(), call), "case_ended"); again != first {
		t.Errorf("kept twice: %s and %s", first, again)
	}
	err := w.Nurse.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/visits/" + v.ID + "/check-in",
		Query:   url.Values{"dry_run": {"true"}},
		IfMatch: v.Version, Body: homecare.CheckIn{ArrivedAt: now}})
	apitest.Wants(t, err, "visit.case_ended")
	if n := apitest.Ask[int](w.Home, `select count(*) from parked_act`); n != 1 {
		t.Errorf("%d kept", n)
	}
	// The steps of a visit are parked like the whole.
	_, err = w.Nurse.CheckIn(t.Context(), v.ID, v.Version, homecare.CheckIn{ArrivedAt: now})
	apitest.Parked(t, err, "case_ended")
	_, err = w.Nurse.MissVisit(t.Context(), v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home",
		Reason: "Tidak ada"})
	apitest.Parked(t, err, "case_ended")
}

// TestChecklistHasItsOwnVersion: a colleague ticks items while the visit is
// recorded.
func TestChecklistHasItsOwnVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.Plan(1)
	list, err := w.Nurse.Checklist(t.Context(), v.ID)
	if err != nil || list.Version != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	list, err = w.Staff("petugas1.tanah-habang").TickChecklist(t.Context(), v.ID, list.Version,
		homecare.TickChecklist{Ticked: []string{"stationery"}})
	if err != nil || list.Version != 2 {
		t.Fatalf("%+v %v", list, err)
	}
	b := w.at(0)
	b.VisitID, b.Version, b.Visit = v.ID, v.Version, nil
	apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
}

// TestBundleOverARecord: a bundle does not overwrite a record that its sender has
// not seen, and a visit in progress keeps its arrival.
func TestBundleOverARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.Plan(1)
	seen := v.Version
	v = apitest.MustVisit(t)(w.Nurse.CheckIn(t.Context(), v.ID, seen,
		homecare.CheckIn{ArrivedAt: now.Add(-50 * time.Minute)}))
	b := w.at(0)
	b.VisitID, b.Version, b.Visit = v.ID, seen, nil
	_, err := w.Nurse.RecordVisit(t.Context(), b)
	apitest.Wants(t, err, "record.stale")
	b.Version = v.Version
	b.DepartedAt = now.Add(-55 * time.Minute) // after its own arrival, before the one that stands
	_, err = w.Nurse.RecordVisit(t.Context(), b)
	if apitest.ToldAt(err, "/departed_at") != "span" {
		t.Errorf("%v", err)
	}
	b.DepartedAt = now
	if v = apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b)); !v.ArrivedAt.Equal(now.Add(-50 * time.Minute)) {
		t.Errorf("arrived %s", v.ArrivedAt)
	}
}

// TestFactsAreInNobodysWay: a planned stop that nobody attended blocks no visit
// at that hour, and two concurrent visits of one nurse are reported.
func TestFactsAreInNobodysWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Plan(-1) // A, where nobody went
	patient := w.AddPerson("1948-02-02", "male")
	b := w.at(0)
	b.Visit.CaseID = w.AddCase(patient, apitest.Ask[string](w.Home, `select team_id::text from care_case where id = $1`,
		w.CaseID))
	first := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
	if apitest.Warns(first, "overlap") {
		t.Errorf("a plan is no fact: %+v", first.Warnings)
	}
	b = w.at(0)
	second := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), b))
	if !apitest.Warns(second, "overlap") {
		t.Errorf("two homes at once: %+v", second.Warnings)
	}
	// A member who has arrived no longer occupies the planned hour.
	early := w.Plan(2)
	apitest.MustVisit(t)(w.Nurse.CheckIn(t.Context(), early.ID, early.Version, homecare.CheckIn{ArrivedAt: now}))
	w.Plan(2)
}

// TestStrangersToACaseWithoutATeam: a case that never had a team belongs to no team, so
// a member of another team who did not propose it gets the 404 of an unknown one.
func TestStrangersToACaseWithoutATeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := apitest.Ask[string](w.Home, `insert into care_case (puskesmas_id, id, patient_id, programme_code,
		sop_version_id, state, origin, reason, proposed_at, proposed_by, decided_by)
		select puskesmas_id, gen_random_uuid(), $2, programme_code, sop_version_id, 'approved', origin, reason,
		proposed_at, proposed_by, decided_by
		from care_case where id = $1 returning id::text`, w.CaseID, w.AddPerson("1948-02-02", "male"))
	in := w.at(0)
	in.Visit.CaseID = id
	_, err := w.Staff("petugas1.tanah-habang").RecordVisit(t.Context(), in)
	if p := apitest.Wants(t, err, "record.not_found"); p.Status != 404 {
		t.Errorf("%v", err)
	}
}

// TestMissTakenIsOfItsTime: an act without a time happened when it was sent, not
// when somebody takes it.
func TestMissTakenIsOfItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.Plan(1)
	w.end("referral", "2026-03-08")
	_, err := w.Nurse.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home", Reason: "Tidak ada"})
	id := apitest.Parked(t, err, "case_ended")
	w.SQL(`alter table care_case disable trigger care_case_closed`)
	w.SQL(`update care_case set ended_on = '2026-03-10' where id = $1`, w.CaseID)
	w.Head.Clock = func() time.Time { return now.AddDate(0, 0, 2) }
	p := mustAct(t)(w.Head.TakeParked(ctx, id, 1, homecare.DecideParked{Note: "Benar"}))
	if v = apitest.MustVisit(t)(w.Head.Visit(ctx, p.ResultID)); v.State != "missed" || v.PerformedBy != w.NurseID {
		t.Errorf("%s by %s", v.State, v.PerformedBy)
	}
}

// TestFactJoinsAStopThatIsOver: the mother's visit is recorded; the baby's, at the
// same stop, arrives later.
func TestFactJoinsAStopThatIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mother := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), w.at(0)))
	baby := w.at(0)
	baby.Visit.CaseID = w.AddCase(w.AddPerson("2026-03-01", "female"),
		apitest.Ask[string](w.Home, `select team_id::text from care_case where id = $1`, w.CaseID))
	baby.Visit.StopID, baby.Vitals = mother.StopID, &homecare.VitalsPart{AbsentReason: "Tidur"}
	if v := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), baby)); v.StopID != mother.StopID ||
		apitest.Warns(v, "overlap") {
		t.Errorf("stop %s, %+v", v.StopID, v.Warnings)
	}
	_, err := w.Nurse.PlanVisit(t.Context(), homecare.PlanVisit{CaseID: w.CaseID, StopID: mother.StopID})
	apitest.Wants(t, err, "visit.stop_over") // a plan does not
}

// TestSentMonthIsTold: changes after a month's report are in none of its
// figures.
func TestSentMonthIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), w.at(-1)))
	w.SQL(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, template_version, month, state,
		figures, figures_hash, submitted_at, sent_at, created_at, created_by)
		select $1, gen_random_uuid(), 'kupinang', t.code, t.version, '2026-03', 'sent', '{}', 'x', $2::timestamptz,
		$2::timestamptz, $2::timestamptz, $3
		from programme g join report_template t on t.code = g.report_template
		where g.code = 'kupinang'`, w.Tenant(), now.Add(time.Minute), w.NurseID)
	w.Nurse.Clock = func() time.Time { return now.Add(time.Hour) }
	if v := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), w.at(-2))); !apitest.Warns(v, "sent_month") {
		t.Errorf("%+v", v.Warnings)
	}
	if v := apitest.MustVisit(t)(w.Nurse.Visit(t.Context(), before.ID)); apitest.Warns(v, "sent_month") {
		t.Errorf("what the report counts: %+v", v.Warnings)
	}
	// February
	if v := apitest.MustVisit(t)(w.Nurse.RecordVisit(t.Context(), w.at(-20))); apitest.Warns(v, "sent_month") {
		t.Errorf("another month: %+v", v.Warnings)
	}
	task := w.Task(homecare.NewFollowUp{})
	f, err := w.Nurse.FinishFollowUp(t.Context(), task.ID, task.Version, homecare.CloseFollowUp{Result: "Selesai"})
	if err != nil || len(f.Warnings) != 1 || f.Warnings[0].Code != "sent_month" {
		t.Errorf("%+v %v", f.Warnings, err)
	}
}

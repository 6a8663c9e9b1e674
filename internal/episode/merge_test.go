package episode_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// ok fails the test on an error and returns the value.
func ok[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// activeOf is a KUPINANG case in care of a person.
func (w world) activeOf(t *testing.T, person string) homecare.Case {
	t.Helper()
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", person))
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, w.team()))
	return ok[homecare.Case](t)(w.nurse.ReviewCase(t.Context(), c.ID, c.Version, w.reviewed()))
}

// visited records a complete visit of a case, an hour long, that many hours
// before today, with a systolic pressure that raises an alert.
func (w world) visited(t *testing.T, caseID string, hours int) homecare.Visit {
	t.Helper()
	arrived := today.Add(-time.Duration(hours) * time.Hour)
	vitals := homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(170.0)},
		{Code: "dbp", Value: new(80.0)}}}
	return ok[homecare.Visit](t)(w.nurse.RecordVisit(t.Context(), homecare.VisitBundle{
		Visit: &homecare.PlanVisit{CaseID: caseID}, ArrivedAt: arrived, DepartedAt: arrived.Add(time.Hour),
		Hazards: &homecare.HazardsPart{Hazards: []homecare.Hazard{{Kind: "dog", Severity: "low",
			Note: "Anjing galak"}}},
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"}, Vitals: &vitals,
			Services: homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})},
		Plan: &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: w.nurseID,
			DueOn: "2026-10-20"}},
			NextVisit: &homecare.NextVisit{Date: "2026-10-28"}},
	}))
}

func (w world) planned(t *testing.T, caseID string, days int) homecare.Visit {
	t.Helper()
	at := today.Add(time.Duration(days) * 24 * time.Hour)
	return ok[homecare.Visit](t)(w.nurse.PlanVisit(t.Context(), homecare.PlanVisit{CaseID: caseID, StartsAt: &at}))
}

func (w world) version(t *testing.T, person string) int64 {
	t.Helper()
	return ok[homecare.Patient](t)(w.koordinator.Patient(t.Context(), person)).Version
}

func (w world) caseVersion(t *testing.T, id string) int64 {
	t.Helper()
	return ok[homecare.Case](t)(w.koordinator.Case(t.Context(), id)).Version
}

// merge merges from into to.
func (w world) merge(t *testing.T, from, to string) homecare.Patient {
	t.Helper()
	return ok[homecare.Patient](t)(w.koordinator.MergePatient(t.Context(), from, w.version(t, from),
		homecare.MergePatient{IntoID: to, Reason: "Orang yang sama"}))
}

func (w world) unmerge(t *testing.T, from string) homecare.Unmerged {
	t.Helper()
	return ok[homecare.Unmerged](t)(w.kepala.UnmergePatient(t.Context(), from, w.version(t, from),
		homecare.Why{Reason: "Ternyata dua orang"}))
}

// double is a second record without a NIK, so that nothing prevents a merge.
func (w world) double(t *testing.T, name string) string {
	return w.AddPatient(t, w.slug, apitest.Person{Name: name, Sex: "female", BirthDate: "1950-05-02",
		Village: "6311052001"})
}

// TestMergeCarries: what was true of the duplicate is true of the remaining
// one.
func TestMergeCarries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	t.Run("a restriction", func(t *testing.T) {
		stays, from := w.person(t, "Aluh Satu"), w.double(t, "Aluh Satu")
		r := ok[homecare.DataSubjectRequest](t)(w.koordinator.RequestAboutData(ctx,
			homecare.NewDataSubjectRequest{PatientID: from, Kind: "restriction", ReceivedAt: today, Channel: "letter"}))
		ok[homecare.DataSubjectRequest](t)(w.koordinator.FinishDataSubjectRequest(ctx, r.ID, r.Version,
			homecare.DataSubjectOutcome{Outcome: "Dibatasi"}))
		if p := w.merge(t, from, stays); !p.Restricted {
			t.Errorf("the one that stays is not restricted: %+v", p)
		}
		_, err := w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: stays, Programme: "kupinang",
			Origin: "walk_in", Reason: "x"})
		want(t, err, 409, "patient.restricted")
		if r := ok[homecare.DataSubjectRequest](t)(w.koordinator.DataSubjectRequest(ctx, r.ID)); r.PatientID != stays {
			t.Errorf("the request is of %s", r.PatientID)
		}
	})
	t.Run("a withdrawn consent", func(t *testing.T) {
		stays, from := w.person(t, "Aluh Dua"), w.double(t, "Aluh Dua")
		c := w.activeOf(t, stays)
		given := homecare.NewConsent{Kind: "home_visit", GivenBy: "Aluh Dua", Relation: "self", GivenOn: "2026-10-01"}
		ok[homecare.Consent](t)(w.nurse.GiveConsent(ctx, stays, given))
		planned := w.planned(t, c.ID, 5)
		k := ok[homecare.Consent](t)(w.koordinator.GiveConsent(ctx, from, given))
		ok[homecare.Consent](t)(w.koordinator.WithdrawConsent(ctx, from, k.ID, k.Version,
			homecare.ConsentWithdrawn{Reason: "Tidak mau lagi"}))
		w.merge(t, from, stays)
		if v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, planned.ID)); v.State != "cancelled" ||
			v.ReasonCode != "consent_withdrawn" {
			t.Errorf("the planned visit is %s %s", v.State, v.ReasonCode)
		}
		at := today.Add(72 * time.Hour)
		_, err := w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at})
		want(t, err, 409, "patient.consent_withdrawn")
		for _, id := range []string{stays, from} {
			if l := ok[homecare.Page[homecare.Consent]](t)(w.koordinator.Consents(ctx, id)); len(l.Data) != 2 {
				t.Errorf("%d consents", len(l.Data))
			}
		}
		tasks := func() []homecare.FollowUp {
			return ok[homecare.Page[homecare.FollowUp]](t)(w.nurse.FollowUps(ctx, url.Values{"case_id": {c.ID}})).Data
		}
		if l := tasks(); len(l) != 1 || l[0].State != "open" || l[0].OwnerAccountID != w.nurseID {
			t.Errorf("the team is not told to talk to the family: %+v", l)
		}
		if out := w.unmerge(t, from); len(out.Kept) != 0 {
			t.Errorf("nobody changed anything: %+v", out.Kept)
		}
		if l := tasks(); len(l) != 1 || l[0].State != "cancelled" {
			t.Errorf("the task after the undoing: %+v", l)
		}
		if v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, planned.ID)); v.State != "planned" {
			t.Errorf("the visit after the undoing is %s", v.State)
		}
	})
	t.Run("a hold, a file, visits and alerts", func(t *testing.T) {
		stays, from := w.person(t, "Aluh Tiga"), w.double(t, "Aluh Tiga")
		ok[homecare.Retention](t)(w.kepala.HoldRecord(ctx, from, w.version(t, from), homecare.Why{Reason: "Sengketa"}))
		file := ok[homecare.Attachment](t)(w.koordinator.Upload(ctx, homecare.NewAttachment{Kind: "scan",
			SubjectKind: "patient", SubjectID: from, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
		c := w.activeOf(t, from)
		v := w.visited(t, c.ID, 30)
		ok[homecare.Case](t)(w.physician.EndCase(ctx, c.ID, ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID)).Version,
			w.referral()))
		w.merge(t, from, stays)
		if r := ok[homecare.Retention](t)(w.koordinator.Retention(ctx, stays)); r.Hold == nil ||
			r.Hold.Reason != "Sengketa" {
			t.Errorf("hold: %+v", r.Hold)
		}
		for _, id := range []string{stays, from} {
			if l := ok[homecare.Page[homecare.Attachment]](t)(w.koordinator.Attachments(ctx,
				"patient", id)); len(l.Data) != 1 || l.Data[0].ID != file.ID {
				t.Errorf("files of %s: %+v", id, l.Data)
			}
			if l := ok[homecare.Page[homecare.VisitSummary]](t)(w.koordinator.Visits(ctx,
				url.Values{"patient_id": {id}})); len(l.Data) != 1 || l.Data[0].ID != v.ID ||
				l.Data[0].PatientID != stays {
				t.Errorf("visits of %s: %+v", id, l.Data)
			}
			if l := ok[homecare.Page[homecare.Case]](t)(w.koordinator.Cases(ctx, url.Values{"patient_id": {id}})); len(
				l.Data) != 1 || l.Data[0].ID != c.ID {
				t.Errorf("cases of %s: %+v", id, l.Data)
			}
		}
		if l := ok[homecare.Page[homecare.Alert]](t)(w.koordinator.Alerts(ctx, url.Values{"case_id": {c.ID}})); len(
			l.Data) != 1 || l.Data[0].PatientID != stays {
			t.Errorf("alerts: %+v", l.Data)
		}
		r := ok[homecare.DataSubjectRequest](t)(w.koordinator.RequestAboutData(ctx,
			homecare.NewDataSubjectRequest{PatientID: stays, Kind: "access", ReceivedAt: today, Channel: "letter"}))
		e := ok[homecare.PersonExport](t)(w.koordinator.ExportPerson(ctx, r.ID))
		rows := map[string]int{}
		for _, table := range e.Tables {
			rows[table.Name] = len(table.Rows)
		}
		for table, n := range map[string]int{"patient": 2, "legal_hold": 1, "attachment": 1, "visit": 1, "care_case": 1,
			"visit_vital": 2, "alert": 1, "person_merge": 1} {
			if rows[table] != n {
				t.Errorf("the copy holds %d of %s, want %d", rows[table], table, n)
			}
		}
	})
}

// TestMergeDeath: a death in one record ends the open cases of the other.
func TestMergeDeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Galuh Satu"), w.double(t, "Galuh Satu")
	c := w.activeOf(t, stays)
	planned := w.planned(t, c.ID, 5)
	dead := w.activeOf(t, from)
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, dead.ID, dead.Version, death("2026-10-13")))
	if p := w.merge(t, from, stays); p.DeceasedOn != "2026-10-13" {
		t.Errorf("%+v", p)
	}
	ended := ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID))
	if ended.State != "terminated" || ended.Ending != "death" || ended.EndedOn != "2026-10-13" || ended.End == nil ||
		ended.End.Death.Cause != "Gagal jantung" {
		t.Errorf("%s %s %+v", ended.State, ended.Ending, ended.End)
	}
	if v := ok[homecare.Visit](t)(w.kepala.Visit(ctx, planned.ID)); v.State != "cancelled" {
		t.Errorf("the visit is %s", v.State)
	}
	w.unmerge(t, from)
	back := ok[homecare.Case](t)(w.kepala.Case(ctx, c.ID))
	if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, stays)); p.DeceasedOn != "" || back.State != "active" ||
		back.Ending != "" {
		t.Errorf("not undone: %+v, case %s", p, back.State)
	}
	if v := ok[homecare.Visit](t)(w.kepala.Visit(ctx, planned.ID)); v.State != "planned" {
		t.Errorf("the visit is %s", v.State)
	}
	other, lived := w.double(t, "Galuh Dua"), w.person(t, "Galuh Dua")
	w.visited(t, w.activeOf(t, lived).ID, 20)
	ok[homecare.Patient](t)(w.koordinator.ChangePatient(ctx, other, 1,
		homecare.PatientChange{DeceasedOn: homecare.Some("2026-10-01")}))
	_, err := w.koordinator.MergePatient(ctx, other, w.version(t, other), homecare.MergePatient{IntoID: lived,
		Reason: "x"})
	want(t, err, 409, "patient.merge_death")
}

// TestMergeOpenCases: of two open cases of a programme one continues with the
// open records of the other, which is counted nowhere. After the merge is
// undone, both are as before.
func TestMergeOpenCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Siti Satu"), w.double(t, "Siti Satu")
	elder, younger := w.activeOf(t, stays), w.activeOf(t, from)
	done := w.visited(t, younger.ID, 30)
	planned := w.planned(t, younger.ID, 6)
	same := w.visited(t, elder.ID, 40)
	figures := func() map[string]int64 {
		t.Helper()
		if err := dashboard.Recompute(ctx, w.App.DB, w.PuskesmasID(t, w.slug), "kupinang", "2026-10"); err != nil {
			t.Fatal(err)
		}
		out := map[string]int64{}
		for _, f := range ok[homecare.DistrictMonth](t)(w.kepala.PuskesmasDashboard(ctx, "2026-10", "kupinang")).
			Figures {
			out[f.Figure] = *f.Value
		}
		return out
	}
	before := figures()
	w.merge(t, from, stays)
	e := ok[homecare.Case](t)(w.kepala.Case(ctx, younger.ID))
	if e.State != "terminated" || e.Ending != "merged" || e.MergedIntoCaseID != elder.ID || e.PatientID != stays ||
		len(e.Allowed) != 0 {
		t.Errorf("the younger: %+v", e)
	}
	if c := ok[homecare.Case](t)(w.kepala.Case(ctx, elder.ID)); c.State != "active" {
		t.Errorf("the elder is %s", c.State)
	}
	if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); v.State != "planned" || v.CaseID != elder.ID ||
		v.PatientID != stays {
		t.Errorf("the planned visit: %s of case %s", v.State, v.CaseID)
	}
	if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, done.ID)); v.CaseID != younger.ID || v.PatientID != stays {
		t.Errorf("the completed visit: case %s, person %s", v.CaseID, v.PatientID)
	}
	if l := ok[homecare.Page[homecare.FollowUp]](t)(w.nurse.FollowUps(ctx, url.Values{"case_id": {elder.ID}})); len(
		l.Data) != 2 {
		t.Errorf("%d tasks on the case that goes on", len(l.Data))
	}
	merged := figures()
	for name, change := range map[string]int64{"patients_served": -1, "cases_in_care": -1, "cases_proposed": -1,
		"cases_begun": -1, "visits_completed": 0, "visits_planned": 0} {
		if merged[name] != before[name]+change {
			t.Errorf("%s %d, was %d", name, merged[name], before[name])
		}
	}
	_ = same
	_, err := w.koordinator.ChangePatient(ctx, from, 1, homecare.PatientChange{Phone: homecare.Some("0840-0000-9055")})
	want(t, err, 409, "patient.gone") // an offline device has the earlier version
	at := today.Add(9 * 24 * time.Hour)
	_, err = w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: younger.ID, StartsAt: &at})
	if p := want(t, err, 409, "visit.case_merged"); p.MergedIntoCaseID != elder.ID {
		t.Errorf("the fault does not name the case that goes on: %+v", p)
	}
	one, two := ok[homecare.Page[homecare.TimelineEntry]](t)(w.kepala.PatientTimeline(ctx, stays, nil)),
		ok[homecare.Page[homecare.TimelineEntry]](t)(w.kepala.PatientTimeline(ctx, from, nil))
	if len(one.Data) < 4 || len(one.Data) != len(two.Data) {
		t.Errorf("%d entries in the timeline, %d by the old id", len(one.Data), len(two.Data))
	}
	_, err = w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: from, Programme: "homecare_sanggam",
		Origin: "walk_in", Reason: "x"})
	if p := want(t, err, 409, "patient.gone"); p.MergedIntoID != stays {
		t.Errorf("the fault does not name the one that stays: %+v", p)
	}
	out := w.unmerge(t, from)
	if out.Patient.ID != from || out.Patient.MergedInto != "" || out.Survivor.ID != stays || len(out.Kept) != 0 ||
		len(out.ToMove) != 0 {
		t.Errorf("%+v", out)
	}
	if c := ok[homecare.Case](t)(w.kepala.Case(ctx, younger.ID)); c.State != "active" || c.PatientID != from ||
		c.Ending != "" || c.MergedIntoCaseID != "" {
		t.Errorf("the younger after the undoing: %+v", c)
	}
	if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); v.CaseID != younger.ID || v.PatientID != from {
		t.Errorf("the planned visit after the undoing: case %s, person %s", v.CaseID, v.PatientID)
	}
	if after := figures(); after["patients_served"] != before["patients_served"] ||
		after["cases_in_care"] != before["cases_in_care"] {
		t.Errorf("figures %v, before %v", after, before)
	}
	h := ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, younger.ID))
	if n := len(h.Data); h.Data[n-1].Action != "unmerge" || h.Data[n-2].Action != "merge" {
		t.Errorf("history %+v", h.Data)
	}
}

// TestMergeOtherTeam: a task of a team that does not continue gets an owner who
// can see it, and a visit in progress is not moved.
func TestMergeOtherTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Ratna Satu"), w.double(t, "Ratna Satu")
	elder := w.activeOf(t, stays)
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", from))
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version,
		homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: w.midID, Lead: true}}}))
	r := w.reviewed()
	r.Participants = []string{w.midID}
	c = ok[homecare.Case](t)(w.midwife.ReviewCase(ctx, c.ID, c.Version, r))
	task := ok[homecare.FollowUp](t)(w.midwife.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: c.ID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: w.midID, DueOn: "2026-10-20"}}))
	v := ok[homecare.Visit](t)(w.midwife.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &today}))
	v = ok[homecare.Visit](t)(w.midwife.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: today}))
	_, err := w.koordinator.MergePatient(ctx, from, w.version(t, from), homecare.MergePatient{IntoID: stays,
		Reason: "Sama"})
	want(t, err, 409, "case.merge_visit_open")
	ok[homecare.Visit](t)(w.midwife.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home",
		Reason: "Kosong"}))
	next := today.Add(72 * time.Hour)
	planned := ok[homecare.Visit](t)(w.midwife.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &next}))
	w.merge(t, from, stays)
	if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, task.ID)); f.CaseID != elder.ID ||
		f.OwnerAccountID != w.nurseID {
		t.Errorf("the task: %+v", f)
	}
	if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); len(v.Members) != 1 || v.Members[0].Name == "" {
		t.Errorf("who comes: %+v", v.Members)
	}
	// The member is not in the team: its lead is asked to check.
	look := func() (found []homecare.FollowUp) {
		list := ok[homecare.Page[homecare.FollowUp]](t)(w.nurse.FollowUps(ctx, url.Values{"case_id": {elder.ID}}))
		for _, f := range list.Data {
			if strings.HasPrefix(f.What, "Penggabungan data: kunjungan terencana dari tim lain") {
				found = append(found, f)
			}
		}
		return found
	}
	asked := look()
	if len(asked) != 1 || asked[0].State != "open" || asked[0].OwnerAccountID != w.nurseID {
		t.Fatalf("the lead is asked: %+v", asked)
	}
	if out := w.unmerge(t, from); len(out.Kept) != 0 {
		t.Errorf("nobody changed anything: %+v", out.Kept)
	}
	if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, asked[0].ID)); f.State != "cancelled" {
		t.Errorf("after the undoing the lead is still asked: %+v", f)
	}
	if f := ok[homecare.FollowUp](t)(w.midwife.FollowUp(ctx, task.ID)); f.OwnerAccountID != w.midID {
		t.Errorf("the task after the undoing: %+v", f)
	}
}

// TestUnmergeRules: who, until when, in which order, and later records.
func TestUnmergeRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	a, b, c := w.person(t, "Diang Satu"), w.double(t, "Diang Dua"), w.double(t, "Diang Tiga")
	of := w.activeOf(t, b)
	_, err := w.kepala.UnmergePatient(ctx, b, w.version(t, b), homecare.Why{Reason: "x"})
	want(t, err, 409, "patient.not_merged")
	w.merge(t, b, a)
	w.merge(t, c, a)
	_, err = w.koordinator.UnmergePatient(ctx, b, w.version(t, b), homecare.Why{Reason: "x"})
	want(t, err, 403, "auth.forbidden")
	_, err = w.kepala.UnmergePatient(ctx, b, w.version(t, b)+1, homecare.Why{Reason: "x"})
	want(t, err, 412, "record.stale")
	_, err = w.kepala.UnmergePatient(ctx, b, w.version(t, b), homecare.Why{Reason: "x"})
	if p := want(t, err, 409, "patient.unmerge_newer"); p.PatientID != c {
		t.Errorf("%+v", p)
	}
	w.unmerge(t, c)
	later := w.visited(t, of.ID, 1)
	consent := ok[homecare.Consent](t)(w.nurse.GiveConsent(ctx, a, homecare.NewConsent{Kind: "photo", GivenBy: "Anak",
		Relation: "child", GivenOn: "2026-10-14"}))
	w.Database.Exec(t, `update person_merge set merged_at = merged_at - interval '20 days'`)
	w.Database.Exec(t, `update consent set created_at = now() where id = $1`, consent.ID)
	since := w.propose(t, w.nurse, "homecare_sanggam", a)
	out := w.unmerge(t, b)
	if !slices.ContainsFunc(out.ToMove, func(r homecare.MergedRecord) bool {
		return r.Kind == "case" &&
			r.ID == since.ID
	}) {
		t.Errorf("a case proposed since is not told: %+v", out.ToMove)
	}
	if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, later.ID)); v.PatientID != b {
		t.Errorf("a visit recorded since follows its case: person %s", v.PatientID)
	}
	if !slices.ContainsFunc(out.ToMove, func(r homecare.MergedRecord) bool {
		return r.Kind == "consent" &&
			r.ID == consent.ID
	}) {
		t.Errorf("to move: %+v", out.ToMove)
	}
	if l := ok[homecare.Page[homecare.Consent]](t)(w.nurse.Consents(ctx, a)); len(l.Data) != 1 {
		t.Errorf("the consent left: %+v", l.Data)
	}
	w.merge(t, b, a)
	w.Database.Exec(t, `update person_merge set merged_at = merged_at - interval '31 days' where undone_at is null`)
	_, err = w.kepala.UnmergePatient(ctx, b, w.version(t, b), homecare.Why{Reason: "x"})
	want(t, err, 409, "patient.unmerge_late")
	if l := ok[homecare.Page[homecare.Merge]](t)(w.koordinator.PatientMerges(ctx, b)); len(l.Data) != 3 {
		t.Errorf("%d merges", len(l.Data))
	}
}

// TestUnmergeForgets: what was derived from values that the record had taken
// over is removed: a likely duplicate, and a manual adjustment.
func TestUnmergeForgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	register := func(born string) string {
		return ok[homecare.Patient](t)(w.nurse.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Intan",
			Sex: "female", BirthDate: born, Village: "6311052001"})).ID
	}
	third, stays, from := register("1950-05-02"), register(""), register("1950-05-02")
	w.CatchUp(t)
	ok[homecare.Priority](t)(w.koordinator.AdjustPriority(ctx, from, homecare.AdjustPriority{Move: "up", Points: 5,
		Reason: "Tinggal sendiri"}))
	pairs := func() int {
		n := 0
		for _, d := range ok[homecare.Page[homecare.Duplicate]](t)(w.koordinator.Duplicates(ctx, nil)).Data {
			if d.State == "open" && (d.First.ID == stays || d.Second.ID == stays) &&
				(d.First.ID == third || d.Second.ID == third) {
				n++
			}
		}
		return n
	}
	moved := func() (n int) {
		w.Database.Row(t, `select adjustment + total - points from patient_score where patient_id = $1`, []any{stays},
			&n)
		return n
	}
	if pairs() != 0 || moved() != 0 {
		t.Fatalf("before: %d pairs, moved by %d", pairs(), moved())
	}
	w.merge(t, from, stays)
	if pairs() != 1 || moved() != 10 {
		t.Fatalf("merged: %d pairs, moved by %d", pairs(), moved())
	}
	w.unmerge(t, from)
	if pairs() != 0 || moved() != 0 {
		t.Errorf("after the undoing: %d pairs, moved by %d", pairs(), moved())
	}
}

// TestVoidLeaves: after a person is voided no count or list includes them.
func TestVoidLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	p := ok[homecare.Patient](t)(w.koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Masniah Rahmah",
		Sex: "female", BirthDate: "1950-05-02", Village: "6311052001"}))
	ok[homecare.Patient](t)(w.koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Masniah Rahmah",
		Sex: "female", BirthDate: "1950-05-02", Village: "6311052001"}))
	c := w.activeOf(t, p.ID)
	v := w.visited(t, c.ID, 30)
	ok[homecare.Case](t)(w.physician.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), w.referral()))
	day := homecare.NewActivityReport{Programme: "kupinang", Date: clock.Day(v.PlannedFor), Village: "6311052001"}
	listed := func() map[string]int {
		calendar := ok[homecare.Page[homecare.CalendarDay]](t)(w.nurse.Calendar(ctx, "2026-10-01", "2026-10-30"))
		return map[string]int{
			"visits":     len(ok[homecare.Page[homecare.VisitSummary]](t)(w.koordinator.Visits(ctx, nil)).Data),
			"cases":      len(ok[homecare.Page[homecare.Case]](t)(w.koordinator.Cases(ctx, nil)).Data),
			"alerts":     len(ok[homecare.Page[homecare.Alert]](t)(w.koordinator.Alerts(ctx, nil)).Data),
			"follow-ups": len(ok[homecare.Page[homecare.FollowUp]](t)(w.koordinator.FollowUps(ctx, nil)).Data),
			"documents": len(ok[homecare.Page[homecare.Document]](t)(w.koordinator.Documents(ctx,
				url.Values{"case_id": {c.ID}})).Data),
			"hazards": len(ok[homecare.Page[homecare.HazardReport]](t)(w.koordinator.Hazards(ctx, nil)).Data),
			"days":    len(calendar.Data),
		}
	}
	for what, n := range listed() {
		if n == 0 {
			t.Errorf("no %s are listed before", what)
		}
	}
	if l := ok[homecare.Page[homecare.Duplicate]](t)(w.koordinator.Duplicates(ctx, nil)); len(l.Data) != 1 {
		t.Fatalf("%d pairs", len(l.Data))
	}
	void := ok[homecare.Patient](t)(w.koordinator.VoidPatient(ctx, p.ID, w.version(t, p.ID),
		homecare.Why{Reason: "(dimusnahkan)"}))
	if void.DestroyedAt != nil {
		t.Errorf("a word in a reason destroys: %+v", void)
	}
	if l := ok[homecare.Page[homecare.Duplicate]](t)(w.koordinator.Duplicates(ctx, nil)); len(l.Data) != 0 {
		t.Errorf("pairs: %+v", l.Data)
	}
	if err := dashboard.Recompute(ctx, w.App.DB, w.PuskesmasID(t, w.slug), "kupinang", "2026-10"); err != nil {
		t.Fatal(err)
	}
	for _, f := range ok[homecare.DistrictMonth](t)(w.kepala.PuskesmasDashboard(ctx, "2026-10", "kupinang")).Figures {
		if *f.Value != 0 {
			t.Errorf("%s is %d", f.Figure, *f.Value)
		}
	}
	for what, n := range listed() {
		if n != 0 {
			t.Errorf("%d %s are listed", n, what)
		}
	}
	_, err := w.koordinator.IssueActivityReport(ctx, day)
	want(t, err, 422, "document.no_activity")
}

// TestMergeRace: a write to a record during its merge is refused, or moves with
// it. Nothing is left behind.
func TestMergeRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	taken := 0
	for range 12 {
		stays, from := w.person(t, "Rusdi Satu"), w.double(t, "Rusdi Satu")
		c := w.activeOf(t, from)
		v := w.version(t, from)
		at := today.Add(time.Duration(240+2*taken) * time.Hour)
		writes := []func() error{
			func() error {
				_, err := w.koordinator.GiveConsent(ctx, from, homecare.NewConsent{Kind: "photo", GivenBy: "Rusdi",
					Relation: "self", GivenOn: "2026-10-14"})
				return err
			},
			func() error {
				_, err := w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at})
				if p, ok := errors.AsType[*homecare.Problem](err); ok && p.Status == 404 {
					t.Errorf("the nurse's own case is not found while it moves: %v", err)
				}
				return err
			},
			func() error {
				_, err := w.koordinator.ProposeCase(ctx,
					homecare.NewCase{PatientID: from, Programme: "homecare_sanggam", Origin: "walk_in", Reason: "x"})
				return err
			},
			func() error {
				_, err := w.koordinator.Upload(ctx, homecare.NewAttachment{Kind: "scan", SubjectKind: "patient",
					SubjectID: from, File: []byte("%PDF-1.4\nuji\n%%EOF\n")})
				return err
			},
		}
		done := make(chan error, len(writes)+1)
		for _, f := range writes {
			go func() { done <- f() }()
		}
		go func() {
			_, err := w.koordinator.MergePatient(ctx, from, v, homecare.MergePatient{IntoID: stays, Reason: "Sama"})
			if err != nil {
				t.Error(err)
			}
			done <- nil
		}()
		for range len(writes) + 1 {
			if err := <-done; err == nil {
				taken++
			}
		}
		var left int
		w.Database.Row(t, `select (select count(*) from consent where patient_id = $1) + (select count(*) from visit
			where patient_id = $1) + (select count(*) from care_case where patient_id = $1)
			+ (select count(*) from attachment where subject_id = $1)`, []any{from}, &left)
		if left > 0 {
			t.Fatalf("%d records stay behind", left)
		}
	}
	if taken < 20 {
		t.Errorf("only %d writes were taken: no race", taken)
	}
}

// TestUnmergeTellsCorrections: values that the remaining record had taken over go
// back; corrected ones stay and are reported.
func TestUnmergeTellsCorrections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays := w.double(t, "Diang Ratna")
	from := ok[homecare.Patient](t)(w.nurse.RegisterPatient(ctx, homecare.NewPatient{Name: "Diang Ratna", Sex: "female",
		Phone: "0840-3064-8219", Village: "6311052001"})).ID
	w.merge(t, from, stays)
	if out := w.unmerge(t, from); len(out.Kept) != 0 || out.Survivor.Phone != "" {
		t.Errorf("nothing was corrected: %+v, phone %q", out.Kept, out.Survivor.Phone)
	}
	w.merge(t, from, stays)
	ok[homecare.Patient](t)(w.koordinator.ChangePatient(ctx, stays, w.version(t, stays),
		homecare.PatientChange{Phone: homecare.Some("0840-0000-9055")}))
	out := w.unmerge(t, from)
	if want := []homecare.MergedRecord{{Kind: "patient", ID: stays}}; !slices.Equal(out.Kept, want) ||
		!strings.HasSuffix(out.Survivor.Phone, "55") {
		t.Errorf("kept: %+v, phone %q", out.Kept, out.Survivor.Phone)
	}
}

// TestVoidKeepsTheMerged: voiding a record does not void a record merged into
// it.
func TestVoidKeepsTheMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.double(t, "Galuh Satu"), w.double(t, "Galuh Dua")
	w.merge(t, from, stays)
	_, err := w.koordinator.VoidPatient(ctx, stays, w.version(t, stays), homecare.Why{Reason: "Salah masuk"})
	if p := want(t, err, 409, "patient.holds_merged"); p.PatientID != from {
		t.Errorf("%+v", p)
	}
	w.unmerge(t, from)
	ok[homecare.Patient](t)(w.koordinator.VoidPatient(ctx, stays, w.version(t, stays),
		homecare.Why{Reason: "Salah masuk"}))
	if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, from)); p.VoidReason != "" || p.MergedInto != "" {
		t.Errorf("the other: %+v", p)
	}
}

// refuses withdraws a person's consent to be visited.
func (w world) refuses(t *testing.T, person string) {
	t.Helper()
	k := ok[homecare.Consent](t)(w.koordinator.GiveConsent(t.Context(), person, homecare.NewConsent{Kind: "home_visit",
		GivenBy: "Halimah", Relation: "self", GivenOn: "2026-10-01"}))
	ok[homecare.Consent](t)(w.koordinator.WithdrawConsent(t.Context(), person, k.ID, k.Version,
		homecare.ConsentWithdrawn{Reason: "Tidak mau lagi"}))
}

// TestUnmergeTellsChanges: later changes by others to what the merge had
// changed are reported, restored or not.
func TestUnmergeTellsChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	told := func(t *testing.T, out homecare.Unmerged, kind, id string) {
		t.Helper()
		if !slices.Contains(out.Kept, homecare.MergedRecord{Kind: kind, ID: id}) {
			t.Errorf("the %s is not told: %+v", kind, out.Kept)
		}
	}
	t.Run("a visit and a case that a refusal ended", func(t *testing.T) {
		stays, from := w.person(t, "Halimah Satu"), w.double(t, "Halimah Dua")
		active, refused := w.activeOf(t, stays), w.activeOf(t, from)
		planned := w.planned(t, active.ID, 5)
		ok[homecare.Case](t)(w.nurse.EndCase(ctx, refused.ID, refused.Version, w.refusal()))
		w.merge(t, from, stays)
		letters := ok[homecare.Page[homecare.Document]](t)(w.nurse.Documents(ctx, url.Values{"case_id": {refused.ID},
			"kind": {"refusal_letter"}}))
		letter := letters.Data[0]
		signed := ok[homecare.Attachment](t)(w.nurse.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter",
			SubjectKind: "document", SubjectID: letter.ID, File: scan}))
		ok[homecare.Document](t)(w.nurse.AttachSignedCopy(ctx, letter.ID, letter.Version,
			homecare.SignedCopy{AttachmentID: signed.ID}))
		out := w.unmerge(t, from)
		if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); v.State != "cancelled" || v.PatientID != stays {
			t.Errorf("the visit is %s of %s", v.State, v.PatientID)
		}
		told(t, out, "visit", planned.ID)
		told(t, out, "case", refused.ID)
		if slices.Contains(out.Kept, homecare.MergedRecord{Kind: "case", ID: active.ID}) {
			t.Errorf("nobody changed the case that is open again: %+v", out.Kept)
		}
	})
	t.Run("a visit whose hour was taken", func(t *testing.T) {
		stays, from := w.person(t, "Halimah Tiga"), w.double(t, "Halimah Empat")
		planned := w.planned(t, w.activeOf(t, stays).ID, 9)
		w.refuses(t, from)
		w.merge(t, from, stays)
		w.planned(t, w.active(t, "Halimah Lima").ID, 9)
		out := w.unmerge(t, from)
		if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); v.State != "cancelled" ||
			v.ReasonCode != "merge_undone" {
			t.Errorf("the visit is %s %s", v.State, v.ReasonCode)
		}
		told(t, out, "visit", planned.ID)
		stays, from = w.person(t, "Halimah Enam Belas"), w.double(t, "Halimah Tujuh Belas")
		planned = w.planned(t, w.activeOf(t, stays).ID, 10)
		w.refuses(t, from)
		w.merge(t, from, stays)
		w.planned(t, w.active(t, "Halimah Delapan Belas").ID, 10)
		w.kepala.Clock = func() time.Time { return today.AddDate(0, 0, 11) }
		defer func() { w.kepala.Clock = func() time.Time { return today } }()
		w.unmerge(t, from)
		if v := ok[homecare.Visit](t)(w.nurse.Visit(ctx, planned.ID)); v.State != "missed" ||
			v.ReasonCode != "merge_undone" {
			t.Errorf("of an hour that has passed by now the visit is %s %s", v.State, v.ReasonCode)
		}
	})
	t.Run("a hold that was released", func(t *testing.T) {
		stays, from := w.person(t, "Halimah Enam"), w.double(t, "Halimah Tujuh")
		ok[homecare.Retention](t)(w.kepala.HoldRecord(ctx, from, w.version(t, from), homecare.Why{Reason: "Sengketa"}))
		w.merge(t, from, stays)
		ok[homecare.Retention](t)(w.kepala.ReleaseRecord(ctx, stays, w.version(t, stays),
			homecare.Why{Reason: "Selesai"}))
		out := w.unmerge(t, from)
		var hold string
		w.Database.Row(t, `select id::text from legal_hold where patient_id = $1`, []any{from}, &hold)
		told(t, out, "legal_hold", hold)
		if len(out.Kept) != 1 {
			t.Errorf("%+v", out.Kept)
		}
	})
	t.Run("a task that was done", func(t *testing.T) {
		stays, from := w.person(t, "Halimah Delapan"), w.double(t, "Halimah Sembilan")
		w.activeOf(t, stays)
		ended := w.activeOf(t, from)
		task := ok[homecare.FollowUp](t)(w.nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: ended.ID,
			PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: w.nurseID,
				DueOn: "2026-10-20"}}))
		w.merge(t, from, stays)
		task = ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, task.ID))
		ok[homecare.FollowUp](t)(w.nurse.FinishFollowUp(ctx, task.ID, task.Version,
			homecare.CloseFollowUp{Result: "Diantar"}))
		out := w.unmerge(t, from)
		if f := ok[homecare.FollowUp](t)(w.nurse.FollowUp(ctx, task.ID)); f.State != "done" || f.CaseID != ended.ID {
			t.Errorf("the task: %+v", f)
		}
		told(t, out, "follow_up", task.ID)
	})
	t.Run("no merge by another and its undoing", func(t *testing.T) {
		a, b, c := w.person(t, "Halimah Sepuluh"), w.double(t, "Halimah Sebelas"), w.double(t, "Halimah Belas")
		ok[homecare.Retention](t)(w.kepala.HoldRecord(ctx, c, w.version(t, c), homecare.Why{Reason: "Sengketa"}))
		w.activeOf(t, a)
		w.planned(t, w.activeOf(t, c).ID, 12)
		w.merge(t, c, b)
		w.merge(t, b, a)
		for _, id := range []string{b, c} {
			if out := w.unmerge(t, id); len(out.Kept) != 0 {
				t.Errorf("nobody changed anything: %+v", out.Kept)
			}
		}
	})
}

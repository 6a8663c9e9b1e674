package episode_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// task is a task of a case, by default of the nurse.
func (w world) task(t *testing.T, by *homecare.Client, caseID, owner, day string) homecare.FollowUp {
	t.Helper()
	return ok[homecare.FollowUp](t)(by.AddFollowUp(t.Context(), homecare.NewFollowUp{CaseID: caseID,
		FollowUpDay:     homecare.FollowUpDay{HappenedOn: day},
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: owner, DueOn: "2026-10-20"}}))
}

// TestMergeKeepsWhatWasDone: the acts on the tasks of a case that ends as merged
// count on their days as before; those of a case entered in error are counted
// nowhere.
func TestMergeKeepsWhatWasDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Siti Enam"), w.double(t, "Siti Enam")
	elder, younger := w.activeOf(t, stays), w.activeOf(t, from)
	for _, act := range []string{"", "done", "cancel"} {
		f := w.task(t, w.nurse, younger.ID, w.nurseID, "2026-10-12")
		if act != "" {
			ok[homecare.FollowUp](t)(apitest.ActFollowUp(ctx, w.nurse, f.ID, act, f.Version,
				homecare.CloseFollowUp{Result: "Sudah"}))
		}
	}
	counted := func(want int) {
		t.Helper()
		if n := w.count(t, `select count(*) from counted_act where programme_code = 'kupinang'`); n != want {
			t.Errorf("%d acts count, want %d", n, want)
		}
	}
	counted(5)
	w.merge(t, from, stays)
	counted(5)
	elder = ok[homecare.Case](t)(w.kepala.Case(ctx, elder.ID))
	ok[homecare.Case](t)(w.kepala.EndCase(ctx, elder.ID, elder.Version, homecare.CaseEnd{Kind: "entered_in_error",
		Date: "2026-10-14", Note: "Orang lain"}))
	counted(4) // the open task moved to it
	w.Database.Exec(t, `update patient set voided_reason = 'Salah catat' where id = $1`, stays)
	counted(0)
}

// TestTasksOfAMergedCaseGoOn: open tasks belong to the case that continues, also
// those of a late visit, and to a member of its team. After that case ended they
// stay.
func TestTasksOfAMergedCaseGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	last, stays, from := w.person(t, "Ratna Enam"), w.double(t, "Ratna Enam"), w.double(t, "Ratna Enam")
	goesOn := w.activeOf(t, last)
	elder, younger := w.activeOf(t, stays), w.approve(t, w.propose(t, w.koordinator, "kupinang", from))
	younger = ok[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, younger.ID, younger.Version,
		homecare.CaseTeam{From: "2026-10-12",
			Members: []homecare.TeamMemberInput{{AccountID: w.midID, Lead: true}, {AccountID: w.nurseID}}}))
	younger = ok[homecare.Case](t)(w.midwife.ReviewCase(ctx, younger.ID, younger.Version, w.reviewed()))
	w.merge(t, from, stays)
	is := func(f homecare.FollowUp, caseID, owner string) {
		t.Helper()
		if f = ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, f.ID)); f.CaseID != caseID || f.OwnerAccountID != owner {
			t.Errorf("a task of case %s of %s, want %s of %s", f.CaseID, f.OwnerAccountID, caseID, owner)
		}
	}
	v := w.visited(t, younger.ID, 20)
	if v.CaseID != younger.ID || len(v.FollowUps) != 1 {
		t.Fatalf("the visit keeps its case: %+v", v)
	}
	is(v.FollowUps[0], elder.ID, w.nurseID)
	is(w.task(t, w.midwife, younger.ID, w.midID, "2026-10-13"), elder.ID, w.nurseID)
	w.merge(t, stays, last)
	is(w.task(t, w.kepala, younger.ID, w.midID, "2026-10-13"), goesOn.ID, w.nurseID)
	is(w.task(t, w.kepala, elder.ID, w.koordinatorID, "2026-10-13"), goesOn.ID, w.nurseID)
	is(w.task(t, w.kepala, goesOn.ID, w.koordinatorID, "2026-10-13"), goesOn.ID, w.koordinatorID)
	c := ok[homecare.Case](t)(w.kepala.Case(ctx, goesOn.ID))
	ok[homecare.Case](t)(w.physician.EndCase(ctx, c.ID, c.Version, w.referral()))
	is(w.task(t, w.kepala, younger.ID, w.midID, "2026-10-13"), younger.ID, w.midID)
}

// TestDeathOfTwoRecordsTakenBack: the death of a person with two records ended a
// case of each. After it is retracted, one case continues as after any merge of
// two open cases.
func TestDeathOfTwoRecordsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	for name, x := range map[string]struct{ asked int }{"asked of the elder": {0}, "asked of the younger": {1}} {
		t.Run(name, func(t *testing.T) {
			stays, from := w.person(t, "Galuh Enam"), w.double(t, "Galuh Enam")
			elder, younger := w.activeOf(t, from), w.activeOf(t, stays)
			planned := ok[homecare.Visit](t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: younger.ID,
				StartsAt: new(today.Add(time.Duration(5+x.asked) * 24 * time.Hour))}))
			task := w.task(t, w.nurse, younger.ID, w.nurseID, "")
			elder = ok[homecare.Case](t)(w.nurse.EndCase(ctx, elder.ID, elder.Version, death("2026-10-13")))
			w.merge(t, from, stays)
			asked := []homecare.Case{elder, younger}[x.asked]
			c := ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, asked.ID, w.caseVersion(t, asked.ID),
				homecare.Retraction{Reason: "Orang lain"}))
			if c.ID != asked.ID {
				t.Errorf("answered with %s", c.ID)
			}
			if c = ok[homecare.Case](t)(w.kepala.Case(ctx, elder.ID)); c.State != "active" || c.Ending != "" {
				t.Errorf("the elder: %s %s", c.State, c.Ending)
			}
			if c = ok[homecare.Case](t)(w.kepala.Case(ctx, younger.ID)); c.State != "terminated" ||
				c.Ending != "merged" || c.MergedIntoCaseID != elder.ID || c.EndedOn != "2026-10-14" {
				t.Errorf("the younger: %+v", c)
			}
			if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, stays)); p.DeceasedOn != "" {
				t.Errorf("the person died on %s", p.DeceasedOn)
			}
			if v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, planned.ID)); v.State != "planned" ||
				v.CaseID != elder.ID {
				t.Errorf("the planned visit is %s of %s", v.State, v.CaseID)
			}
			if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, task.ID)); f.State != "open" ||
				f.CaseID != elder.ID {
				t.Errorf("the task is %s of %s", f.State, f.CaseID)
			}
			steps := func(id string) (out []string) {
				for _, s := range ok[homecare.Page[homecare.CaseTransition]](t)(w.kepala.CaseHistory(ctx, id)).Data {
					out = append(out, s.Action)
				}
				return out[max(0, len(out)-3):]
			}
			if s := steps(younger.ID); !slices.Equal(s, []string{"end", "retract-death", "merge"}) {
				t.Errorf("the younger's steps end with %v", s)
			}
			// After the merge is undone, each has its case as before the death.
			out := w.unmerge(t, from)
			for id, person := range map[string]string{elder.ID: from, younger.ID: stays} {
				if c := ok[homecare.Case](t)(w.kepala.Case(ctx, id)); c.State != "active" || c.PatientID != person ||
					c.MergedIntoCaseID != "" {
					t.Errorf("after the undoing: %s of %s, %s; kept %+v", c.State, c.PatientID, c.Ending, out.Kept)
				}
			}
			if s := steps(younger.ID); !slices.Equal(s, []string{"retract-death", "merge", "unmerge"}) {
				t.Errorf("after the undoing the younger's steps end with %v", s)
			}
			if l := ok[homecare.Page[homecare.FollowUp]](t)(w.nurse.FollowUps(ctx,
				url.Values{"case_id": {younger.ID}})).Data; len(l) != 1 || l[0].ID != task.ID {
				t.Errorf("tasks of the younger: %+v", l)
			}
		})
	}
}

// TestDeathTakenBackFurtherGoesOn: of two returning cases the one further on
// continues, whichever is older.
func TestDeathTakenBackFurtherGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Galuh Tujuh"), w.double(t, "Galuh Tujuh")
	elder, further := w.propose(t, w.koordinator, "kupinang", stays), w.activeOf(t, from)
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, further.ID, further.Version, death("2026-10-13")))
	w.merge(t, from, stays)
	ok[homecare.Case](t)(w.kepala.RetractDeath(ctx, elder.ID, w.caseVersion(t, elder.ID),
		homecare.Retraction{Reason: "Orang lain"}))
	if c := ok[homecare.Case](t)(w.kepala.Case(ctx, further.ID)); c.State != "active" {
		t.Errorf("the further: %s %s", c.State, c.Ending)
	}
	if c := ok[homecare.Case](t)(w.kepala.Case(ctx, elder.ID)); c.Ending != "merged" ||
		c.MergedIntoCaseID != further.ID {
		t.Errorf("the elder: %s %s", c.State, c.Ending)
	}
}

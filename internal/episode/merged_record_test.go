package episode_test

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// activeBy is a KUPINANG case in care since the 12th, of a person whose team has one
// member.
func (w world) activeBy(t *testing.T, person, account string, by *homecare.Client) homecare.Case {
	t.Helper()
	c := w.approve(t, w.propose(t, w.koordinator, "kupinang", person))
	c = ok[homecare.Case](t)(w.kepala.FormCaseTeam(t.Context(), c.ID, c.Version, homecare.CaseTeam{From: "2026-10-12",
		Members: []homecare.TeamMemberInput{{AccountID: account, Lead: true}}}))
	review := w.reviewed()
	review.Participants = []string{account}
	return ok[homecare.Case](t)(by.ReviewCase(t.Context(), c.ID, c.Version, review))
}

// whole is a visit of half an hour in one request: a planned visit, or one of a
// case.
func whole(visitID, caseID string, at time.Time) homecare.VisitBundle {
	in := homecare.VisitBundle{VisitID: visitID, ArrivedAt: at, DepartedAt: at.Add(30 * time.Minute),
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"},
			Vitals:   &homecare.VitalsPart{AbsentReason: "Alat rusak"},
			Services: homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})},
		Plan: &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}}
	if caseID != "" {
		in.Visit = &homecare.PlanVisit{CaseID: caseID}
	}
	return in
}

// TestPlanOfAMergedCase: a member of the team of a merged case, through any number
// of merges, sends their visits: they are accepted as of that time, or parked. An
// account that was in no team gets the 404 of an unknown visit.
func TestPlanOfAMergedCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	last, stays, from := w.person(t, "Ratna Tujuh"), w.double(t, "Ratna Tujuh"), w.double(t, "Ratna Tujuh")
	w.activeBy(t, last, w.nurseID, w.nurse)
	w.activeBy(t, stays, w.nurseID, w.nurse)
	younger := w.activeBy(t, from, w.midID, w.midwife)
	var plans []homecare.Visit
	for i := range 2 {
		at := today.Add(time.Duration(48+24*i) * time.Hour)
		plans = append(plans,
			ok[homecare.Visit](t)(w.midwife.PlanVisit(ctx, homecare.PlanVisit{CaseID: younger.ID, StartsAt: &at})))
	}
	w.merge(t, from, stays)
	later := today.Add(96 * time.Hour)
	for _, c := range []*homecare.Client{w.midwife, w.physician} {
		c.Clock = func() time.Time { return later }
	}
	at := today.Add(49 * time.Hour)
	for _, merges := range []string{"one merge", "two merges"} {
		t.Run(merges, func(t *testing.T) {
			v := ok[homecare.Visit](t)(w.koordinator.Visit(ctx, plans[0].ID))
			acts := map[string]func(c *homecare.Client) error{
				"bundle": func(c *homecare.Client) error {
					_, err := c.RecordVisit(ctx, whole(v.ID, "", at))
					return err
				},
				"check-in": func(c *homecare.Client) error {
					_, err := c.CheckIn(ctx, v.ID, v.Version, homecare.CheckIn{ArrivedAt: at})
					return err
				},
				"miss": func(c *homecare.Client) error {
					_, err := c.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home",
						Reason: "Tidak ada", At: &at})
					return err
				},
			}
			for name, act := range acts {
				t.Run(name, func(t *testing.T) {
					want(t, act(w.physician), 404, "record.not_found")
					parked(t, act(w.midwife), "not_in_team")
				})
			}
		})
		if merges == "one merge" {
			w.merge(t, stays, last)
		}
	}
	v := ok[homecare.Visit](t)(w.midwife.RecordVisit(ctx, whole(plans[1].ID, "", today.Add(-24*time.Hour))))
	if v.State != "completed" || v.PerformedBy != w.midID {
		t.Errorf("before the merge she was of the team: %s by %s", v.State, v.PerformedBy)
	}
}

// TestSameVisitOfMergedCases: the same visit to one person with two records, each with
// a case, counts once, whichever case a copy names. Two visits from before the merge
// stay.
func TestSameVisitOfMergedCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Ratna Sembilan"), w.double(t, "Ratna Sembilan")
	elder, younger := w.activeBy(t, stays, w.nurseID, w.nurse), w.activeBy(t, from, w.midID, w.midwife)
	at := today.Add(48 * time.Hour)
	plan := ok[homecare.Visit](t)(w.midwife.PlanVisit(ctx, homecare.PlanVisit{CaseID: younger.ID, StartsAt: &at}))
	both := today.Add(-26 * time.Hour)
	for _, c := range []homecare.Case{elder, younger} {
		ok[homecare.Visit](t)(w.koordinator.RecordVisit(ctx, whole("", c.ID, both)))
	}
	w.merge(t, from, stays)
	paper := whole(plan.ID, "", today.Add(-22*time.Hour))
	paper.PerformedBy = w.midID
	v := ok[homecare.Visit](t)(w.koordinator.RecordVisit(ctx, paper))
	if v.CaseID != elder.ID {
		t.Fatalf("the plan did not move: %+v", v)
	}
	for _, c := range []homecare.Case{younger, elder} {
		_, err := w.midwife.RecordVisit(ctx, whole("", c.ID, *v.ArrivedAt))
		p := ok[homecare.ParkedAct](t)(w.koordinator.Parked(ctx, parked(t, err, "already_recorded")))
		if p.Contradicts.ID != v.ID {
			t.Errorf("it is told to be %s, want %s", p.Contradicts.ID, v.ID)
		}
	}
	// another time is another visit
	ok[homecare.Visit](t)(w.midwife.RecordVisit(ctx, whole("", younger.ID, today.Add(-20*time.Hour))))
	if n := w.count(t, `select count(*) from visit where patient_id = $1 and state = 'completed'`, stays); n != 4 {
		t.Errorf("%d visits, want 4", n)
	}
}

// TestLateAtTheDeath: the open tasks in a record of a merged case are closed, even
// if the death is recorded concurrently at the other case.
func TestLateAtTheDeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	for i := range 12 {
		stays, from := w.person(t, "Ratna Delapan"), w.double(t, "Ratna Delapan")
		elder, younger := w.activeOf(t, stays), w.activeOf(t, from)
		w.merge(t, from, stays)
		version := w.caseVersion(t, elder.ID)
		acts := []func() error{
			func() error {
				_, err := w.nurse.EndCase(ctx, elder.ID, version, death("2026-10-14"))
				return err
			},
			func() error {
				in := whole("", younger.ID, today.Add(-time.Duration(3+i)*time.Hour))
				in.Plan = &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat",
					OwnerAccountID: w.nurseID, DueOn: "2026-10-20"}},
					NextVisit: &homecare.NextVisit{Date: "2026-10-28"}}
				_, err := w.nurse.RecordVisit(ctx, in)
				return err
			},
			func() error {
				_, err := w.kepala.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: younger.ID,
					FollowUpDay: homecare.FollowUpDay{HappenedOn: "2026-10-13"},
					PlannedFollowUp: homecare.PlannedFollowUp{What: "Antar obat", OwnerAccountID: w.nurseID,
						DueOn: "2026-10-20"}})
				return err
			},
		}
		done := make(chan error, len(acts))
		for _, f := range acts {
			go func() { done <- f() }()
		}
		for range acts {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n := w.count(t, `select count(*) from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id
			and c.id = f.case_id
			where c.patient_id = $1 and f.state <> 'cancelled'`, stays); n != 0 {
			t.Errorf("%d tasks of the dead are open", n)
		}
	}
}

//go:build sabotage

package random_year

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/recount"
	"github.com/balangan/homecare/pkg/homecare"
)

// serve is the services of a petugas: a service or two, a diagnosis or none.
func (y *year) serve() homecare.VisitParts {
	services := []homecare.ServiceData{&homecare.LimitedMedicalCare{Condition: "unchanged"}}
	if y.r.IntN(2) == 0 {
		services = append(services, &homecare.FamilyNursingCare{Interventions: []string{"wound_care"},
			Outcome: "reached"})
	}
	diagnoses := []homecare.VisitDiagnosis{}
	for _, code := range []string{"I10", "E11", "J45.9", "B20", "A09"} {
		if y.r.IntN(3) == 0 {
			role := "secondary"
			if len(diagnoses) == 0 {
				role = "primary"
			}
			diagnoses = append(diagnoses, homecare.VisitDiagnosis{Code: code, Role: role})
		}
	}
	return homecare.VisitParts{Services: homecare.NewServicesPart(services...),
		Diagnoses: &homecare.DiagnosesPart{Diagnoses: diagnoses}}
}

// did notes what was done in a visit.
func did(v *recount.Visit, p homecare.VisitParts) {
	v.Services, v.Diagnoses = nil, nil
	for _, s := range p.Services.Services {
		v.Services = append(v.Services, s.Type)
	}
	for _, d := range p.Diagnoses.Diagnoses {
		v.Diagnoses = append(v.Diagnoses, d.Code)
	}
}

// bundle is a complete record of an hour at a home.
func (y *year) bundle(back int) homecare.VisitBundle {
	arrived := y.now.AddDate(0, 0, -y.r.IntN(back+1)).Add(-time.Duration(60+y.r.IntN(400)) * time.Minute)
	vitals := homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(120.0)},
		{Code: "dbp", Value: new(80.0)}}}
	in := homecare.VisitBundle{ArrivedAt: arrived, DepartedAt: arrived.Add(50 * time.Minute), VisitParts: y.serve()}
	in.Anamnesis, in.Vitals = &homecare.Anamnesis{ChiefComplaint: "Lemas"}, &vitals
	in.Plan = &homecare.VisitPlan{}
	if y.r.IntN(2) == 0 {
		in.Plan.FollowUps = []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: y.ids[1],
			DueOn: recount.Day(y.now.AddDate(0, 0, 9))}}
		next := y.future()
		in.Plan.NextVisit = &homecare.NextVisit{Date: recount.Day(next), StartsAt: &next}
	} else {
		in.Plan.StopProposal = &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}
	}
	return in
}

// future is a time in the next weeks, sometimes in the next month.
func (y *year) future() time.Time {
	return y.now.AddDate(0, 0, 1+y.r.IntN(25)).Truncate(24 * time.Hour).Add(time.Duration(y.r.IntN(600)) * time.Minute)
}

// saw notes a recorded visit. in is what was sent.
func (y *year) saw(v homecare.Visit, in homecare.VisitBundle) {
	k := y.book.Visits[v.ID]
	if k == nil {
		k = &recount.Visit{Programme: v.Programme, Village: y.village, Unplanned: true,
			Planned: recount.Day(in.ArrivedAt)}
		y.book.Visits[v.ID] = k
	}
	k.Person, k.Case, k.State, k.Arrived, k.Professions = v.PatientID, v.CaseID, v.State, recount.Day(in.ArrivedAt), nil
	for _, m := range v.Members {
		k.Professions = append(k.Professions, m.Profession)
	}
	did(k, in.VisitParts)
	for _, f := range v.FollowUps {
		if y.book.FollowUps[f.ID] == nil {
			y.book.FollowUps[f.ID] = &recount.FollowUp{Case: f.CaseID,
				Acts: []recount.Act{{Kind: "opened", On: k.Arrived}}}
		}
	}
	if v.NextVisitID != "" {
		y.book.Visits[v.NextVisitID] = &recount.Visit{Person: v.PatientID, Case: v.CaseID, Programme: v.Programme,
			Village: y.village, State: "planned",
			Planned: recount.Day(*in.Plan.NextVisit.StartsAt)}
	}
	y.note("visit %s of %s %s: %s planned %s arrived %s, %v %v %v, next %s", v.ID, k.Case, k.Person, v.State, k.Planned,
		k.Arrived, k.Services, k.Diagnoses, k.Professions, v.NextVisitID)
}

// by is a petugas of the case's team, from the answer.
func (y *year) by(caseID string) (*homecare.Client, error) {
	c, err := y.kepala.Case(y.t.Context(), caseID)
	if err != nil || len(c.Team) == 0 {
		return y.staff[1], err
	}
	return y.staff[max(0, slices.Index(y.ids, pick(y.r, c.Team).AccountID))], nil
}

// visit records an unplanned visit, also for an ended case.
func (y *year) visit(back int) error {
	id, err := some(y, y.book.Cases, func(c *recount.Case) bool {
		return c.State == "active" || back > 0 && c.State == "terminated" &&
			c.Ended >= recount.Day(y.now.AddDate(0, 0, -back))
	})
	if err != nil {
		return err
	}
	in := y.bundle(back)
	in.Visit = &homecare.PlanVisit{CaseID: id}
	return y.record(id, in)
}

func (y *year) record(caseID string, in homecare.VisitBundle) error {
	who, err := y.by(caseID)
	if err != nil {
		return err
	}
	v, err := who.RecordVisit(y.t.Context(), in)
	if err != nil {
		return err
	}
	y.saw(v, in)
	return y.again(v.PatientID) // the visit planned in its place is cancelled
}

func (y *year) plan() error {
	id, err := some(y, y.book.Cases, func(c *recount.Case) bool { return c.State == "active" })
	if err != nil {
		return err
	}
	who, err := y.by(id)
	if err != nil {
		return err
	}
	at := y.future()
	v, err := who.PlanVisit(y.t.Context(), homecare.PlanVisit{CaseID: id, StartsAt: &at})
	if err == nil {
		y.book.Visits[v.ID] = &recount.Visit{Person: v.PatientID, Case: id, Programme: v.Programme, Village: y.village,
			State: "planned", Planned: recount.Day(at)}
		y.note("planned %s of %s on %s", v.ID, id, recount.Day(at))
	}
	return err
}

func (y *year) visitIn(states ...string) (string, error) {
	return some(y, y.book.Visits, func(v *recount.Visit) bool { return slices.Contains(states, v.State) })
}

// keep records a planned visit: early, on its day or after it.
func (y *year) keep() error { return y.recordOf("planned") }

func (y *year) keepClosed() error {
	return y.recordOf("missed", "cancelled", "rescheduled", recount.TookPlace)
}

func (y *year) recordOf(states ...string) error {
	id, err := y.visitIn(states...)
	if err != nil {
		return err
	}
	in := y.bundle(12)
	in.VisitID = id
	return y.record(y.book.Visits[id].Case, in)
}

func (y *year) reschedule() error {
	id, err := y.visitIn("planned")
	if err != nil {
		return err
	}
	at := y.future()
	v, err := y.kepala.Visit(y.t.Context(), id)
	if err == nil {
		v, err = y.koordinator.RescheduleVisit(y.t.Context(), id, v.Version, homecare.RescheduleVisit{StartsAt: &at,
			Reason: "Hujan"})
	}
	if err == nil {
		next := *y.book.Visits[id]
		next.Planned = recount.Day(at)
		y.book.Visits[id].State = "rescheduled"
		y.book.Visits[v.ID] = &next
		y.note("moved %s to %s on %s", id, v.ID, next.Planned)
	}
	return err
}

func (y *year) cancel() error {
	id, err := y.visitIn("planned")
	if err != nil {
		return err
	}
	v, err := y.kepala.Visit(y.t.Context(), id)
	if err == nil {
		_, err = y.koordinator.CancelVisit(y.t.Context(), id, v.Version, homecare.CancelVisit{Reason: "Salah jadwal"})
	}
	if err == nil {
		y.book.Visits[id].State = "cancelled"
		y.note("cancelled %s", id)
	}
	return err
}

func (y *year) miss(states ...string) error {
	id, err := y.visitIn(states...)
	if err != nil {
		return err
	}
	return y.missVisit(id)
}

func (y *year) missVisit(id string) error {
	v, err := y.kepala.Visit(y.t.Context(), id)
	if err == nil {
		_, err = y.koordinator.MissVisit(y.t.Context(), id, v.Version, homecare.MissVisit{ReasonCode: "not_home",
			Reason: "Ke kebun"})
	}
	if err == nil {
		y.book.Visits[id].State = "missed"
		y.note("missed %s of %s", id, y.book.Visits[id].Planned)
	}
	return err
}

func (y *year) amend() error {
	id, err := y.visitIn("completed")
	if err != nil {
		return err
	}
	parts := y.serve()
	v, err := y.kepala.Visit(y.t.Context(), id)
	if err == nil {
		_, err = y.kepala.AmendVisit(y.t.Context(), id, v.Version, homecare.AmendVisit{Reason: "Salah catat",
			VisitParts: parts})
	}
	if err == nil {
		k := y.book.Visits[id]
		did(k, parts)
		y.note("amended %s of %s: %v %v", id, k.Arrived, k.Services, k.Diagnoses)
	}
	return err
}

func (y *year) task() error {
	c, err := y.case_("active")
	if err != nil {
		return err
	}
	in := homecare.NewFollowUp{CaseID: c.ID, PlannedFollowUp: homecare.PlannedFollowUp{What: "Kontrol",
		OwnerAccountID: y.ids[1], DueOn: recount.Day(y.now.AddDate(0, 0, 5))}}
	in.HappenedOn = y.day(20)
	f, err := y.kepala.AddFollowUp(y.t.Context(), in)
	if err == nil {
		y.book.FollowUps[f.ID] = &recount.FollowUp{Case: c.ID, Acts: []recount.Act{{Kind: "opened", On: in.HappenedOn}}}
		y.note("task %s of %s opened on %s", f.ID, c.ID, in.HappenedOn)
	}
	return err
}

func (y *year) taskAct() error {
	id, err := some(y, y.book.FollowUps, func(f *recount.FollowUp) bool {
		last := f.Acts[len(f.Acts)-1].Kind
		return last != "done" && last != "cancelled"
	})
	if err != nil {
		return err
	}
	f, err := y.kepala.FollowUp(y.t.Context(), id)
	if err != nil {
		return err
	}
	day := homecare.FollowUpDay{HappenedOn: y.day(15)}
	act, kind := "done", "done"
	var body any = homecare.CloseFollowUp{Result: "Sudah", FollowUpDay: day}
	switch x := y.r.IntN(4); {
	case f.State == "handed_over" && x < 2:
		act, kind, body = "answer", "answered", homecare.AnswerFollowUp{Answer: "Dibantu", FollowUpDay: day}
	case f.State == "handed_over" && x == 2:
		act, kind, body = "take-back", "taken_back", homecare.TakeBack{Reason: "Tidak menjawab", FollowUpDay: day}
	case f.State == "open" && x < 2:
		act, kind, body = "hand-over", "handed_over", homecare.HandOver{Unit: "Dinas Sosial", FollowUpDay: day}
	case x == 3:
		act, kind = "cancel", "cancelled"
	}
	_, err = apitest.ActFollowUp(y.t.Context(), y.kepala, id, act, f.Version, body)
	if err == nil {
		k := y.book.FollowUps[id]
		k.Acts = append(k.Acts, recount.Act{Kind: kind, On: day.HappenedOn})
		y.note("task %s %s on %s", id, kind, day.HappenedOn)
	}
	return err
}

// again reads the cases, visits and tasks of persons whose records an act
// changed beyond its request: a death, a merge, an undone merge. The days stay
// those that were sent.
func (y *year) again(persons ...string) error {
	ctx := y.t.Context()
	for _, id := range sorted(y.book.Cases) {
		k := y.book.Cases[id]
		if !slices.Contains(persons, k.Person) {
			continue
		}
		c, err := y.kepala.Case(ctx, id)
		if err != nil {
			return err
		}
		if c.State != k.State || c.PatientID != k.Person || c.Ending != k.Ending {
			y.told(c)
		}
		l, err := y.kepala.FollowUps(ctx, url.Values{"case_id": {id}})
		if err != nil {
			return err
		}
		for _, f := range l.Data {
			y.retold(f)
		}
	}
	for _, id := range sorted(y.book.Visits) {
		k := y.book.Visits[id]
		if !slices.Contains(persons, k.Person) {
			continue
		}
		v, err := y.kepala.Visit(ctx, id)
		if err != nil {
			return err
		}
		if v.State == "cancelled" && v.ReasonCode == recount.TookPlace {
			v.State = recount.TookPlace
		}
		if k.State != v.State || k.Case != v.CaseID || k.Person != v.PatientID {
			y.note("visit %s of %s: %s, was %s of %s", id, v.CaseID, v.State, k.State, k.Case)
		}
		k.State, k.Case, k.Person = v.State, v.CaseID, v.PatientID
	}
	return y.whole(persons...)
}

// whole checks that a person is consistently dead or alive: no case of a living
// person ended by death, no case of a dead person is open.
func (y *year) whole(persons ...string) error {
	for _, id := range persons {
		k := y.book.Persons[id]
		if k.MergedInto != "" || k.Voided {
			continue
		}
		p, err := y.kepala.Patient(y.t.Context(), id)
		if err != nil {
			return err
		}
		var torn []string
		if p.DeceasedOn != k.Died {
			torn = append(torn, fmt.Sprintf("%s died on %q, recounted %q", id, p.DeceasedOn, k.Died))
		}
		for caseID, c := range y.book.Cases {
			open := slices.Contains([]string{"proposed", "approved", "active", "terminating"}, c.State)
			if c.Person == id && (c.Ending == "death" && p.DeceasedOn == "" || open && p.DeceasedOn != "") {
				torn = append(torn, fmt.Sprintf("%s died on %q, case %s is %s by %q", id, p.DeceasedOn, caseID, c.State,
					c.Ending))
			}
		}
		if len(torn) > 0 {
			y.report("", y.now.Format("2006-01"), "person", torn)
		}
	}
	return nil
}

// retold is the current state of a task: its case, and the acts of the system.
func (y *year) retold(f homecare.FollowUp) {
	k := y.book.FollowUps[f.ID]
	if k == nil {
		k = &recount.FollowUp{}
		y.book.FollowUps[f.ID] = k
	}
	k.Case = f.CaseID
	if len(f.Acts) > len(k.Acts) {
		for _, a := range f.Acts[len(k.Acts):] {
			k.Acts = append(k.Acts, recount.Act{Kind: a.Act, On: a.HappenedOn})
		}
		y.note("task %s of %s now %v", f.ID, f.CaseID, k.Acts)
	}
	if last := k.Acts[len(k.Acts)-1].Kind; (last == "cancelled") != (f.State == "cancelled") {
		y.report("", y.now.Format("2006-01"), "task",
			[]string{fmt.Sprintf("%s is %s, its last act is %s", f.ID, f.State, last)})
	}
}

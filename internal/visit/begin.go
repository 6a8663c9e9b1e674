package visit

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// beginIn opens an unplanned visit. The team is at the home.
func (s *Service) beginIn(tx pg.Tx, in homecare.PlanVisit) (homecare.Visit, error) {
	at := tx.Now()
	if in.StartsAt != nil {
		at = *in.StartsAt
	}
	r, err := s.fresh(tx, in, did(tx, in.PerformedBy, at), record.Parts{}, "/starts_at")
	if err != nil {
		return homecare.Visit{}, err
	}
	if err := r.arrive(in.Position); err != nil {
		return r.v, err
	}
	return r.save(audit.Event{Action: "visit.plan", After: in})
}

// fresh begins an unplanned visit and judges it. pointer names the member with
// the time. Errors: those of judge, of place.
func (s *Service) fresh(tx pg.Tx, in homecare.PlanVisit, a act, p record.Parts, pointer string) (*recording, error) {
	r := &recording{s: s, tx: tx, act: a, was: InProgress}
	var c careCase
	var e *existing
	var b pgx.Batch
	queueCaseAt(&b, in.CaseID, a.at, "", &c)
	queueVerdict(&b, in.CaseID, a, in.ID, &r.verdict)
	if in.StopID != "" {
		e = &existing{}
		queueStopRead(&b, in.StopID, e)
	}
	p.QueueFacts(&b, &r.facts)
	if err := tx.Send(&b); err != nil {
		return nil, fault.NotFoundAt(err, "/case_id")
	}
	if err := r.judge(pointer); err != nil {
		return nil, fault.NotFoundAt(err, "/case_id")
	}
	r.v.ID = in.ID
	r.alreadyRecorded()
	if e != nil {
		e.Active = true // presence is a fact, whatever happened to the members' other visits
	}
	team := c.Team
	if !slices.Contains(team, a.by) {
		if team = append(slices.Clone(team), a.by); len(in.Members) == 0 {
			in.Members = []string{a.by} // the request does not say that the team went
		}
	}
	var err error
	if r.cameLate(a.at) {
		if team, err = record.ServedIn(tx, r.verdict.CaseID, team, in.Members, a.at, r.anybody()); err != nil {
			return nil, err
		}
	}
	st, err := place(in, c, team, e, nil)
	if err != nil {
		return nil, err
	}
	st.fact = true
	id := pg.NewID(in.ID)
	r.sub = c.Subject
	r.t = target{Visit: alert.Visit{ID: id, CaseID: c.ID, PatientID: c.PatientID, Fresh: true}, stop: st,
		row: visitRow{id: id, caseID: c.ID,
			patientID: c.PatientID, programme: c.ProgrammeCode, kind: in.Kind, unplanned: true, position: in.Position,
			by: a.by, recorder: a.recorder}}
	r.v = homecare.Visit{ID: id, StopID: st.id, CaseID: c.ID, PatientID: c.PatientID, Programme: c.ProgrammeCode,
		Village: st.village, State: string(InProgress), PlannedFor: st.startsAt}
	for _, m := range st.members {
		r.v.Members = append(r.v.Members, homecare.VisitMember{AccountID: m})
	}
	return r, nil
}

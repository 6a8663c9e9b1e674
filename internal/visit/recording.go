package visit

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// recording is a visit on its way into the record, in one transaction: arrive,
// put, finish, save. A bundle does them all at once, the single steps one by one;
// there is no other way in.
type recording struct {
	s   *Service
	tx  pg.Tx
	act act
	// v is the visit as it will stand, was its state before, sub what the rules ask
	// of its case.
	v       homecare.Visit
	was     State
	sub     subject
	verdict verdict
	t       target
	facts   facts
	// late says that the office had ended the case, or closed the visit, meanwhile.
	late bool
	// contradiction is what the act is at odds with; its content is checked before it
	// is parked, so that what is taken later can be.
	contradiction *fault.Contradiction
	before, then  pgx.Batch // then follows the row of a visit that is made here
}

// open locks a visit and reads what is needed to judge an act on it; p asks for
// what its parts need. Error: fault.ErrNotFound when there is none.
func (s *Service) open(tx pg.Tx, id string, a act, p parts) (*recording, error) {
	r := &recording{s: s, tx: tx, act: a}
	var b pgx.Batch
	queueLock(&b, id, a.at, &r.sub)
	queueVisitVerdict(&b, id, a, &r.verdict)
	queueReadBy(tx, &b, readVisit, id, &r.v)
	p.queueFacts(&b, &r.facts)
	if err := tx.Send(&b); err != nil {
		return nil, err
	}
	r.was = State(r.v.State)
	r.t = target{Visit: alert.Visit{ID: r.v.ID, CaseID: r.v.CaseID, PatientID: r.v.PatientID}}
	if r.v.ArrivedAt != nil && (r.was == InProgress || a.begun) {
		r.act.at = *r.v.ArrivedAt
	}
	return r, nil
}

// ask reads what the checks of p need.
func (r *recording) ask(p parts) error {
	var b pgx.Batch
	p.queueFacts(&b, &r.facts)
	return r.tx.Send(&b)
}

// fresh begins a visit that nobody had planned and judges it; pointer names the
// member that gave the time. Errors: those of judge, of place.
func (s *Service) fresh(tx pg.Tx, in homecare.PlanVisit, a act, p parts, pointer string) (*recording, error) {
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
	p.queueFacts(&b, &r.facts)
	if err := tx.Send(&b); err != nil {
		return nil, err
	}
	if err := r.judge(pointer); err != nil {
		return nil, err
	}
	r.v.ID = in.ID
	r.alreadyRecorded()
	if e != nil {
		e.Active = true // who was there was there, whatever became of the others' visits
	}
	team := c.Team
	if !slices.Contains(team, a.by) {
		if team = append(slices.Clone(team), a.by); len(in.Members) == 0 {
			in.Members = []string{a.by} // nobody says that the team went
		}
	}
	team, err := r.served(team, in.Members, a.at)
	if err != nil {
		return nil, err
	}
	st, err := place(in, c, team, e, nil)
	if err != nil {
		return nil, err
	}
	st.fact = true
	id := pg.NewID(in.ID)
	r.sub = c.subject
	r.t = target{Visit: alert.Visit{ID: id, CaseID: c.ID, PatientID: c.PatientID, Fresh: true}, stop: st, row: visitRow{id: id, caseID: c.ID,
		patientID: c.PatientID, programme: c.ProgrammeCode, kind: in.Kind, unplanned: true, position: in.Position, by: a.by, recorder: a.recorder}}
	r.v = homecare.Visit{ID: id, StopID: st.id, CaseID: c.ID, PatientID: c.PatientID, Programme: c.ProgrammeCode,
		Village: st.village, State: string(InProgress), PlannedFor: st.startsAt}
	for _, m := range st.members {
		r.v.Members = append(r.v.Members, homecare.VisitMember{AccountID: m})
	}
	return r, nil
}

// judge holds the act against what was true then and keeps what it contradicts.
// Errors: fault.ErrNotFound, fault.ErrInvalid for a time to come, one before the
// person was born, who was no staff then, and a machine that names nobody.
func (r *recording) judge(pointer string) error {
	if r.tx.Principal().Client != nil && r.act.by == r.act.recorder {
		return fault.ErrInvalid.At(fault.Field{Pointer: "/performed_by", Code: "required", Text: fault.Text{
			ID: "Sebutkan petugas yang melakukannya: sistem tidak mengunjungi siapa pun. Lihat GET /v1/staff.",
			EN: "Name who did it: a machine visits nobody. See GET /v1/staff."}})
	}
	late, err := r.verdict.judge(r.tx, r.act, pointer)
	r.late = late || r.was.closed()
	if errors.Is(err, fault.ErrNotFound) {
		return err
	}
	if ahead := notAhead(r.tx, r.act.at, pointer); ahead != nil {
		return ahead
	}
	if born := r.verdict.BirthDate; born != nil && clock.Day(r.act.at) < *born {
		return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "before_birth", Args: map[string]any{"born": *born}, Text: fault.Text{
			ID: "Menurut catatan, orang ini lahir pada {born}. Periksa waktu ini, atau minta koordinator memperbaiki tanggal lahirnya.",
			EN: "By the record this person was born on {born}. Check this time, or ask the koordinator to correct the birth date."}})
	}
	if c, at := errors.AsType[*fault.Contradiction](err); at {
		r.contradiction = c
		return nil
	}
	return err
}

// cameLate says that people named in an act are not held against the team alone: who
// was there or had a task then may have left since.
func (r *recording) cameLate(at time.Time) bool {
	return r.contradiction != nil || r.late || r.act.vouched || clock.Day(at) < r.tx.Today()
}

// served is the team with those of the named who were of it at that time, where the
// act came late; where the office answers for who was of the team, staff then is enough.
func (r *recording) served(team, named []string, at time.Time) ([]string, error) {
	if !r.cameLate(at) {
		return team, nil
	}
	others := slices.DeleteFunc(slices.Clone(named), func(id string) bool { return id == "" || slices.Contains(team, id) })
	if len(others) == 0 {
		return team, nil
	}
	then, err := pg.Scalar[[]string](r.tx, `select array(select x.id::text from unnest($1::text[]::uuid[]) x(id)
		where exists (select from staff_at(x.id, $2)) and ($4 or of_team_at($3, x.id, $2)))`,
		others, at, cmp.Or(r.t.CaseID, r.verdict.CaseID), r.act.vouched || r.contradiction != nil)
	return slices.Concat(team, then), err
}

// alreadyRecorded keeps that the same person was at the case at that very time already: it is
// one visit, sent again under another key or for another plan. The index
// visit_arrival_uq holds it when both come at once.
func (r *recording) alreadyRecorded() {
	if id := r.verdict.Recorded; id != "" && id != r.v.ID && r.contradiction == nil {
		r.contradiction = ErrAlreadyRecorded.Contradicts("visit", id, r.act.by, r.act.at)
	}
}

// arrive begins the visit; what it is at odds with is in contradiction.
func (r *recording) arrive(pos *homecare.Position) error {
	r.alreadyRecorded()
	at := r.act.at
	r.v.ArrivedAt = &at
	if r.t.Fresh {
		r.t.row.arrived, r.t.row.late = &at, r.late
		return nil
	}
	if r.was == InProgress {
		return nil
	}
	lat, lng, acc := coordinates(pos)
	b := &r.before
	b.Queue(`update visit set state = 'in_progress', arrived_at = $2, arrived_recorded_at = $3, latitude = $4, longitude = $5,
		accuracy_m = $6, performed_by = $7, late = late or $8, reason_code = null, reason = null, version = version + 1 where id = $1`,
		r.v.ID, at, r.tx.Now(), lat, lng, acc, r.act.by, r.late)
	queueRelease(b, r.v.StopID)
	queueServed(r.tx, b, r.v.StopID, r.v.CaseID, r.act)
	return nil
}

func coordinates(p *homecare.Position) (lat, lng, acc *float64) {
	if p == nil {
		return nil, nil, nil
	}
	return &p.Latitude, &p.Longitude, &p.AccuracyM
}

// queueTookPlace cancels what was planned in the place of a visit that took place
// after all.
func queueTookPlace(b *pgx.Batch, id string) {
	const later = `with recursive later as (select v.id, v.stop_id from visit v where v.rescheduled_from_id = $1
		union all select v.id, v.stop_id from visit v join later l on v.rescheduled_from_id = l.id) `
	b.Queue(later+`update visit v set state = 'cancelled', reason_code = 'took_place', version = v.version + 1 from later l
		where v.id = l.id and v.state = 'planned'`, id)
	b.Queue(later+`update stop_member m set active = false where m.stop_id in (select stop_id from later) and m.active and not exists
		(select from visit v where v.puskesmas_id = m.puskesmas_id and v.stop_id = m.stop_id and v.state = 'planned')`, id)
}

// handed is p, which came late, with the tasks of those who served then and cannot see
// the case any more given to the lead of its team.
func (r *recording) handed(p parts, served []string) parts {
	if p.Plan == nil || len(r.sub.TeamNow) == 0 {
		return p
	}
	plan := *p.Plan
	plan.FollowUps = slices.Clone(plan.FollowUps)
	for i, f := range plan.FollowUps {
		if slices.Contains(served, f.OwnerAccountID) && !followup.Owners(r.facts.staff, r.sub.TeamNow)(f.OwnerAccountID) {
			plan.FollowUps[i].OwnerAccountID = r.sub.TeamNow[0]
		}
	}
	p.Plan = &plan
	return p
}

// named are the accounts that p names.
func named(p parts) (out []string) {
	if p.Plan != nil {
		for _, f := range p.Plan.FollowUps {
			out = append(out, f.OwnerAccountID)
		}
	}
	if p.Services != nil {
		for _, s := range p.Services.Services {
			out = append(out, s.ProvidedBy)
		}
	}
	return out
}

// put replaces the parts that p holds and returns them as they are written. Error:
// fault.ErrInvalid, with nested saying that the parts are members of the body rather
// than the body.
func (r *recording) put(p parts, nested bool) (parts, error) {
	if err := p.askStaff(r.tx, &r.facts, r.sub.TeamNow); err != nil {
		return p, err
	}
	at := r.v.PlannedFor
	if r.v.ArrivedAt != nil {
		at = *r.v.ArrivedAt
	}
	team, err := r.served(slices.Concat(r.sub.TeamNow, r.sub.Team), named(p), at)
	if err != nil {
		return p, err
	}
	if r.cameLate(at) {
		p = r.handed(p, team)
	}
	who := r.sub.person(at, r.tx.Now(), r.v.Pregnant)
	if r.act.vouched {
		who.plansFrom = time.Time{} // the plan is the author's, the time may be the office's
	}
	if err := p.check(r.facts, who, nested, team); err != nil {
		return p, err
	}
	if err := queueParts(r.tx, &r.then, r.t, p); err != nil {
		return p, err
	}
	if !r.t.Fresh {
		if err := queueDocuments(&r.then, r.t, p); err != nil {
			return p, err
		}
		r.then.Queue(`update visit set version = version + 1 where id = $1`, r.v.ID)
		return p, nil
	}
	if r.t.row.docs, err = documents(p); err != nil {
		return p, err
	}
	if p.Vitals != nil {
		r.t.row.pregnant, r.t.row.absent = p.Vitals.Pregnant, pg.Null(p.Vitals.AbsentReason)
	}
	return p, nil
}

// finish completes the visit. Errors: those of closing.
func (r *recording) finish(departed time.Time) error {
	c, err := r.s.closing(r.tx, r.v, r.sub, r.act, departed)
	if err != nil {
		return err
	}
	if r.t.Fresh {
		queueNext(r.tx, &r.before, r.t, r.v.Programme, c)
		r.t.row.done = &c
	} else {
		b := &r.then
		queueNext(r.tx, b, r.t, r.v.Programme, c)
		b.Queue(`update visit set state = 'completed', departed_at = $2, completed_at = $3, completed_by = $4, late = late or $5,
			next_visit_id = `+nextMade("$6")+`, reason_code = null, reason = null, version = version + 1 where id = $1`,
			r.v.ID, departed, r.tx.Now(), r.act.recorder, r.late, c.nextID)
	}
	queuePromises(r.tx, &r.then, r.v, r.sub)
	return nil
}

// save writes it all and answers the visit as it then stands; the caller sees
// what they did although the case may be another team's by now. Error: a
// *fault.Contradiction for what is at odds with the record.
func (r *recording) save(e audit.Event) (homecare.Visit, error) {
	if r.contradiction != nil {
		return r.v, r.contradiction
	}
	b := &r.before
	if r.t.Fresh {
		queueStopFor(r.tx, b, r.t.stop)
		queueVisit(r.tx, b, r.t.stop, r.t.row)
		queueServed(r.tx, b, r.t.stop.id, r.v.CaseID, r.act)
		queueWaitingFiles(b, r.v.ID, r.v.CaseID)
	}
	b.QueuedQueries = append(b.QueuedQueries, r.then.QueuedQueries...)
	if r.was == Rescheduled && r.v.State != string(Missed) {
		queueTookPlace(b, r.v.ID)
	}
	if r.verdict.State == "terminated" && r.v.Plan != nil {
		if err := r.s.tasks.CloseLateIn(r.tx, b, r.v.CaseID, r.v.ID); err != nil {
			return r.v, err
		}
		b = &pgx.Batch{}
	}
	queueReadBy(r.tx, b, readVisit, r.v.ID, &r.v)
	if err := r.tx.Send(b); err != nil {
		return r.v, err
	}
	e.SubjectKind, e.SubjectID = "visit", r.v.ID
	return r.v, r.s.trail.Record(r.tx, e)
}

// queueWaitingFiles gives a visit that is made here the files that waited under its id
// while it was parked, perhaps for another case.
func queueWaitingFiles(b *pgx.Batch, id, caseID string) {
	b.Queue(`update attachment set case_id = $2, version = version + 1
		where subject_kind = 'visit' and subject_id = $1 and case_id is distinct from $2`, id, caseID)
}

// notAhead refuses a device time that lies ahead of the server's clock.
func notAhead(tx pg.Tx, at time.Time, pointer string) error {
	var check fault.Check
	check.That(!at.After(tx.Now().Add(ClockSkew)), pointer, "future",
		"Waktu ini belum terjadi. Periksa jam perangkat.", "This time is yet to come. Check the device's clock.")
	return check.Err()
}

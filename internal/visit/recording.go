package visit

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// recording is a visit on its way into the record, in one transaction: arrive,
// put, finish, save. A bundle does them all at once, the single steps one by one;
// there is no other way in.
type recording struct {
	s   *Service
	tx  pg.Tx
	act act
	// v is the visit after the write, was its earlier state, sub the input of the
	// rules about its case.
	v       homecare.Visit
	was     State
	sub     record.Subject
	verdict verdict
	t       target
	facts   record.Facts
	// late says that the office had ended the case or closed the visit
	// meanwhile.
	late bool
	// contradiction is what the act contradicts. Its content is validated before it
	// is parked, so that it can be taken later.
	contradiction *fault.Contradiction
	before, then  pgx.Batch // then runs after the row of a new visit
}

// open locks a visit and reads the input for judging an act on it. p says what
// its parts need. Error: fault.ErrNotFound when there is none.
func (s *Service) open(tx pg.Tx, id string, a act, p record.Parts) (*recording, error) {
	r := &recording{s: s, tx: tx, act: a}
	var b pgx.Batch
	record.QueueLock(&b, id, a.at, &r.sub)
	queueVisitVerdict(&b, id, a, &r.verdict)
	record.QueueReadAny(tx, &b, id, &r.v)
	p.QueueFacts(&b, &r.facts)
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

// judge compares the act with the facts at its time and stores what it
// contradicts. Errors: fault.ErrNotFound, fault.ErrInvalid for a time in the
// future or before the person's birth, a performer who was not on the staff, and
// a machine that names no performer.
func (r *recording) judge(pointer string) error {
	if r.tx.Principal().Client != nil && r.act.by == r.act.recorder {
		return fault.ErrInvalid.At(fault.Field{Pointer: "/performed_by", Code: "required", Text: fault.Text{
			ID: "Sebutkan petugas yang melakukannya. Sistem tidak melakukan kunjungan.",
			EN: "Name the member of staff who did it. A machine makes no visits."},
			Advice: "GET /v1/staff"})
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
		return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "before_birth",
			Args: map[string]any{"born": *born}, Text: fault.Text{
				ID: "Menurut catatan, orang ini lahir pada {born}. Periksa waktu ini, atau minta koordinator memperbaiki tanggal lahirnya.",
				EN: "By the record this person was born on {born}. Check this time, or ask the koordinator to correct the birth date."}})
	}
	if c, at := errors.AsType[*fault.Contradiction](err); at {
		r.contradiction = c
		return nil
	}
	return err
}

// cameLate says that the people named in an act are not compared with today's team
// only: a member or owner of that time may have left since.
func (r *recording) cameLate(at time.Time) bool {
	return r.contradiction != nil || r.late || r.act.vouched || clock.Day(at) < r.tx.Today()
}

// anybody says that the office confirms the team of that time: being on the
// staff then is enough.
func (r *recording) anybody() bool { return r.act.vouched || r.contradiction != nil }

// put replaces the parts in p and returns them as written. Error:
// fault.ErrInvalid.
func (r *recording) put(p record.Parts) (record.Parts, error) {
	at := record.Began(r.v)
	w := record.Writer{Tx: r.tx, Visit: r.t.Visit, Subject: r.sub, Facts: &r.facts, At: at, Pregnant: r.v.Pregnant,
		Late: r.cameLate(at), Vouched: r.act.vouched, Anybody: r.anybody()}
	p, err := w.Check(p, true)
	if err != nil {
		return p, err
	}
	if !r.t.Fresh {
		return p, w.Queue(&r.then, p)
	}
	if err := w.QueueParts(&r.then, p); err != nil {
		return p, err
	}
	if r.t.row.docs, err = record.Documents(p); err != nil {
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
		b.Queue(`update visit set state = 'completed', departed_at = $2, completed_at = $3, completed_by = $4,
			late = late or $5,
			next_visit_id = `+nextMade("$6")+`, reason_code = null, reason = null, version = version + 1 where id = $1`,
			r.v.ID, departed, r.tx.Now(), r.act.recorder, r.late, c.nextID)
	}
	queuePromises(r.tx, &r.then, r.v, r.sub)
	return nil
}

// save writes everything and answers the visit after the write. The caller sees
// the result of their act even if another team has the case now. Error: a
// *fault.Contradiction where it contradicts the record.
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
	record.QueueReadAny(r.tx, b, r.v.ID, &r.v)
	if err := r.tx.Send(b); err != nil {
		return r.v, err
	}
	e.SubjectKind, e.SubjectID = "visit", r.v.ID
	return r.v, r.s.trail.Record(r.tx, e)
}

// queueWaitingFiles moves the files that waited under the id of a new visit while it
// was parked, perhaps for another case, to the visit.
func queueWaitingFiles(b *pgx.Batch, id, caseID string) {
	b.Queue(`update attachment set case_id = $2, version = version + 1
		where subject_kind = 'visit' and subject_id = $1 and case_id is distinct from $2`, id, caseID)
}

// notAhead refuses a device time that is ahead of the server's clock.
func notAhead(tx pg.Tx, at time.Time, pointer string) error {
	var check fault.Check
	check.That(!at.After(tx.Now().Add(clock.Skew)), pointer, "future",
		"Waktu ini belum terjadi. Periksa jam perangkat.", "This time is yet to come. Check the device's clock.")
	return check.Err()
}

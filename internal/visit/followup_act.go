package visit

import (
	"cmp"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// followUpHistory are the acts on task f as JSON, oldest first.
var followUpHistory = `coalesce((select json_agg(json_build_object('act', a.act, 'happened_on', a.happened_on, 'performed_by', a.performed_by, 'recorded_by', a.recorded_by,
		'recorded_at', ` + pg.UTC("a.recorded_at") + `, 'note', a.note) order by a.recorded_at, a.id)
	from follow_up_act a where a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id), '[]')`

// actOn is when an act on a task took place, and who did it. cause is the case whose
// death it follows from, undoes the act that it takes back; "" for none.
type actOn struct{ day, by, cause, undoes string }

// doneBy is what the caller tells of an act: today and by the caller where it
// tells nothing. opened is the day before which it cannot be; "" for none. Error:
// fault.ErrInvalid (a day to come, before the task, or somebody who was no staff then).
func doneBy(tx pg.Tx, told homecare.FollowUpDay, opened string) (actOn, error) {
	me := tx.Recorder()
	on := actOn{day: cmp.Or(told.HappenedOn, tx.Today()), by: cmp.Or(told.PerformedBy, me)}
	if on.day > tx.Today() {
		var check fault.Check
		check.Add("/happened_on", "future", "Tanggal ini belum terjadi.", "That day is yet to come.")
		return on, check.Err()
	}
	if on.day < opened {
		return on, fault.ErrInvalid.At(fault.Field{Pointer: "/happened_on", Code: "before_opened", Args: map[string]any{"first": opened}, Text: fault.Text{
			ID: "Ini baru dimulai pada {first}. Isi hari itu atau sesudahnya.",
			EN: "This began on {first}. Give that day or a later one."}})
	}
	if on.by == me {
		return on, nil
	}
	return on, staff.PerformedIn(tx, on.by, on.day)
}

// opened is the day on which a task was opened.
func opened(f homecare.FollowUp) string {
	for _, a := range f.Acts {
		if a.Act == "opened" {
			return a.HappenedOn
		}
	}
	return ""
}

// queue writes the act.
func (on actOn) queue(tx pg.Tx, b *pgx.Batch, id, act, note string) {
	b.Queue(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by, note, cause_case_id, undoes_id)
		values ($1, $2, $3, $4, $5::text::date, $6, $7, $8, $9, $10, $11)`,
		tx.Principal().PuskesmasID, pg.NewID(""), id, act, on.day, tx.Now(), on.by, tx.Recorder(), note, pg.Null(on.cause), pg.Null(on.undoes))
}

// What the record says of itself is in the language of the programme, whoever caused it.
const (
	deathRetractedText = "Kematian yang salah catat dicabut."
	deathRedatedText   = "Tanggal kematian diperbaiki."
	deadText           = "Pasien meninggal."
)

// FollowUpsOfDeadIn closes the tasks that a death leaves without sense, in every
// case of the person, on the day of the death; what an outside unit has in its
// hands stays until it answered. For episode.Service.CaseEnded.
func (s *Service) FollowUpsOfDeadIn(tx pg.Tx, caseID, kind string) error {
	if kind != episode.Death {
		return nil
	}
	return s.closeOfDead(tx, caseID, caseID, "")
}

// closeLate writes b, tasks of a case that is over, and closes those of the task or the
// visit "of" where the person has died, as the death does with those that were there. A
// death that is told at another case does not wait for this one: the person is held, and
// only once the tasks stand, as the death too comes to the person last.
func (s *Service) closeLate(tx pg.Tx, b *pgx.Batch, caseID, of string) error {
	var end caseEnd
	b.Queue(`select from patient where id = (select patient_id from care_case where id = $1) for share`, caseID)
	queueEnd(b, caseID, &end)
	if err := tx.Send(b); err != nil || !end.Dead {
		return err
	}
	return s.closeOfDead(tx, caseID, end.DeathCase, of)
}

// closeOfDead closes the tasks of the person of a case, who has died; cause is the
// case that the death ended, "" for none; of is the task or the visit that came late
// whose tasks alone are meant, "" for all.
func (s *Service) closeOfDead(tx pg.Tx, caseID, cause, of string) error {
	type task struct {
		ID    string
		State FollowUpState
		On    string
	}
	tasks, err := pg.Rows[task](tx, `select f.id, f.state, coalesce(`+diedOrOpened+`, $2::text::date)::text as on
		from care_case e join care_case c on c.puskesmas_id = e.puskesmas_id and c.patient_id = e.patient_id
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		join follow_up f on f.puskesmas_id = c.puskesmas_id and f.case_id = c.id
		where e.id = $1 and f.state not in ('done', 'cancelled') and ($3 = '' or $3 in (f.id::text, f.visit_id::text))
		order by f.id for update of f`, caseID, tx.Today(), of)
	if err != nil {
		return err
	}
	why := deadText
	var b pgx.Batch
	for _, f := range tasks {
		next, err := FollowUpMachine.After(f.State, personDied)
		if err != nil {
			continue // handed over
		}
		b.Queue(`update follow_up set state = $2, version = version + 1, `+closeTask+` where id = $1`, f.ID, string(next), why, tx.Now())
		actOn{day: f.On, by: tx.Principal().UserID, cause: cause}.queue(tx, &b, f.ID, followUpActs[personDied], why)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.cancel", SubjectKind: "follow_up", SubjectID: f.ID, Reason: why,
			Before: audit.StateOf(string(f.State)), After: audit.StateOf(string(next))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

// diedOrOpened is the day on which the death of person p leaves task f without
// sense.
const diedOrOpened = `greatest(p.deceased_on, (select o.happened_on from follow_up_act o
	where o.puskesmas_id = f.puskesmas_id and o.follow_up_id = f.id and o.act = 'opened'))`

// FollowUpsOfRedatedIn has the cancellations by the death that ended a case follow
// its corrected day: each is taken back, and the task cancelled on the day by now.
// For episode.Service.DeathRedated.
func (s *Service) FollowUpsOfRedatedIn(tx pg.Tx, caseID string) error {
	type task struct{ ID, Act, Was, On string }
	tasks, err := pg.Rows[task](tx, `select * from (select f.id, a.id as act, a.happened_on::text as was, `+diedOrOpened+`::text as on
			from follow_up_act a join follow_up f on f.puskesmas_id = a.puskesmas_id and f.id = a.follow_up_id
			join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
			where a.cause_case_id = $1 and f.state = 'cancelled' and not `+undone+` for update of f) t
		where t.was <> t.on order by t.id`, caseID)
	if err != nil {
		return err
	}
	by := tx.Principal().UserID
	var b pgx.Batch
	for _, f := range tasks {
		actOn{day: f.Was, by: by, undoes: f.Act}.queue(tx, &b, f.ID, followUpActs[deathUndone], deathRedatedText)
		actOn{day: f.On, by: by, cause: caseID}.queue(tx, &b, f.ID, followUpActs[personDied], deadText)
		b.Queue(`update follow_up set version = version + 1 where id = $1`, f.ID)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.redate", SubjectKind: "follow_up", SubjectID: f.ID,
			Reason: deathRedatedText, Before: map[string]any{"happened_on": f.Was}, After: map[string]any{"happened_on": f.On}}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

// ErrTaskAfterEnd: after its end a case gets no new task (design decision 36).
var ErrTaskAfterEnd = fault.Define(fault.Conflict, "follow_up.case_ended",
	"Kasus ini berakhir pada {day}. Tindak lanjut sesudah itu tidak dicatat lagi; bila dimulai pada atau sebelum tanggal itu, isi happened_on.",
	"This case ended on {day}. No follow-up is recorded after that; where it began on or before that day, give happened_on.")

// caseEnd is when a case ended, and what is known of a death.
type caseEnd struct {
	EndedOn   string // "" while it goes on
	Dead      bool
	DeathCase string // that the death ended; "" for none
}

func queueEnd(b *pgx.Batch, caseID string, into *caseEnd) {
	b.Queue(`select coalesce(case when c.state = 'terminated' then c.ended_on end::text, '') as ended_on,
			p.deceased_on is not null as dead, coalesce((select d.id::text from care_case d where d.puskesmas_id = c.puskesmas_id
				and d.patient_id = c.patient_id and d.ending = 'death' order by d.terminated_at, d.id limit 1), '') as death_case
		from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id where c.id = $1`, caseID).Query(pg.Into(into))
}

// ErrTaskCancelled: what was done with a task after it was cancelled contradicts that.
var ErrTaskCancelled = fault.Define(fault.Conflict, "follow_up.cancelled",
	"Tindak lanjut ini dibatalkan pada {day}. Bila hal ini dilakukan pada atau sebelum tanggal itu, isi tanggalnya di happened_on.",
	"This follow-up was cancelled on {day}. Where this was done on or before that day, give the day in happened_on.")

// droppedTask is the cancellation of a task, which an act of before it takes back; the
// zero value is none.
type droppedTask struct {
	ID, HappenedOn string
	Last           string // the act before it: what the task was then
}

// dropped is the cancellation by which a task is cancelled.
func dropped(tx pg.Tx, f homecare.FollowUp) (droppedTask, error) {
	if FollowUpState(f.State) != Dropped {
		return droppedTask{}, nil
	}
	d, err := pg.Row[droppedTask](tx, `select a.id, a.happened_on::text as happened_on, coalesce((select o.act from follow_up_act o
			where o.follow_up_id = a.follow_up_id and o.act <> 'cancelled' and not (o.undoes_id is not null and `+redated+`)
			order by o.recorded_at desc, o.id desc limit 1), 'opened') as last
		from follow_up_act a where a.follow_up_id = $1 and a.act = 'cancelled' and not `+undone+` order by a.recorded_at desc limit 1`, f.ID)
	if errors.Is(err, fault.ErrNotFound) {
		return droppedTask{}, nil
	}
	return d, err
}

// redated is whether act o took a cancellation back only to put it on another day.
const redated = `exists (select from follow_up_act n where n.follow_up_id = o.follow_up_id and n.act = 'cancelled' and n.at = o.at
	and n.recorded_at >= o.recorded_at)`

// before are the conditions that hold for an act of before the cancellation.
func (d droppedTask) before() []string {
	switch {
	case d.ID == "":
		return nil
	case d.Last == "opened" || d.Last == "taken_back":
		return []string{beforeCancelled, openBeforeCancelled}
	}
	return []string{beforeCancelled}
}

// after is where an act told of a day leads, and which cancellation it takes back; ""
// for none. Errors: ErrTaskCancelled, fault.ErrState.
func (d droppedTask) after(tx pg.Tx, s FollowUpState, do Action, told string) (next FollowUpState, undoes string, err error) {
	if next, err = FollowUpMachine.After(s, do); err == nil {
		return next, "", nil
	}
	next, err = FollowUpMachine.After(s, do, d.before()...)
	switch {
	case err != nil:
		return "", "", access.Narrow(tx, "/v1/follow-ups/{id}", err)
	case told == "" || told > d.HappenedOn:
		return "", "", ErrTaskCancelled.With("day", d.HappenedOn)
	}
	return next, d.ID, nil
}

// undone is whether something took the act a back.
const undone = `exists (select from follow_up_act u where u.puskesmas_id = a.puskesmas_id and u.undoes_id = a.id)`

// cancelledTask is a task and the act that cancelled it.
type cancelledTask struct{ ID, Act string }

// FollowUpsOfReturnedIn opens again the tasks that the death which ended a case had
// cancelled. For episode.Service.CaseReturned.
func (s *Service) FollowUpsOfReturnedIn(tx pg.Tx, caseID, kind string) error {
	if kind != episode.Death {
		return nil
	}
	tasks, err := pg.Rows[cancelledTask](tx, `select f.id, a.id as act from follow_up_act a
		join follow_up f on f.puskesmas_id = a.puskesmas_id and f.id = a.follow_up_id
		where a.cause_case_id = $1 and f.state = 'cancelled' and not `+undone+` order by f.id for update of f`, caseID)
	if err != nil {
		return err
	}
	return s.reopen(tx, tasks, deathRetractedText)
}

// reopen opens tasks again that a death had cancelled; those of a case that ended as
// merged go on with the case that does.
func (s *Service) reopen(tx pg.Tx, tasks []cancelledTask, why string) error {
	var b pgx.Batch
	for _, f := range tasks {
		b.Queue(`update follow_up f set state = 'open', result = null, closed_at = null, closed_by = null, version = version + 1, case_id = g.id,
				owner_account_id = case when g.id = f.case_id then f.owner_account_id else owner_in_case(g.id, f.owner_account_id) end
			from (select case_going_on(case_id) as id from follow_up where id = $1) g where f.id = $1`, f.ID)
		actOn{day: tx.Today(), by: tx.Principal().UserID, undoes: f.Act}.queue(tx, &b, f.ID, followUpActs[deathUndone], why)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.return", SubjectKind: "follow_up", SubjectID: f.ID, Reason: why,
			Before: audit.StateOf(string(Dropped)), After: audit.StateOf(string(Open))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

package followup

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Texts written into the record are in the language of the programme, not of
// the caller.
const (
	deathRetractedText = "Kematian yang salah catat dicabut."
	deathRedatedText   = "Tanggal kematian diperbaiki."
	deadText           = "Pasien meninggal."
)

// CaseEndedIn closes the tasks that a death makes pointless, in every case of
// the person, on the day of the death. A task handed over to an outside unit
// stays open until the unit answered. For episode.Service.CaseEnded.
func (s *Service) CaseEndedIn(tx pg.Tx, caseID, kind string) error {
	if kind != episode.Death {
		return nil
	}
	return s.closeOfDead(tx, caseID, caseID, "")
}

// CloseLateIn writes b, the tasks of a case that has ended. If the person has died, it
// closes the tasks of the task or visit "of", as the death closed the earlier ones. A
// death reported at another case cannot overtake it: the person is locked after the tasks
// are written, and a death locks the person last too.
func (s *Service) CloseLateIn(tx pg.Tx, b *pgx.Batch, caseID, of string) error {
	var c caseFacts
	b.Queue(`select from patient where id = (select patient_id from care_case where id = $1) for share`, caseID)
	queueFacts(b, caseID, ``, &c)
	if err := tx.Send(b); err != nil || !c.Dead {
		return err
	}
	return s.closeOfDead(tx, caseID, c.DeathCase, of)
}

// closeOfDead closes the tasks of the deceased person of a case. cause is the case
// that the death ended, "" for none. of limits it to the tasks of a task or visit
// that arrived late, "" for all.
func (s *Service) closeOfDead(tx pg.Tx, caseID, cause, of string) error {
	type task struct {
		ID    string
		State State
		On    string
	}
	tasks, err := pg.Rows[task](tx, `select f.id, f.state, coalesce(`+diedOrOpened+`, $2::text::date)::text as on
		from care_case e join care_case c on c.puskesmas_id = e.puskesmas_id and c.patient_id = e.patient_id
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		join follow_up f on f.puskesmas_id = c.puskesmas_id and f.case_id = c.id
		where e.id = $1 and f.state in `+Pending+` and ($3 = '' or $3 in (f.id::text, f.visit_id::text))
		order by f.id for update of f`, caseID, tx.Today(), of)
	if err != nil {
		return err
	}
	why := deadText
	var b pgx.Batch
	for _, f := range tasks {
		next, err := Machine.After(f.State, personDied)
		if err != nil {
			continue // handed over
		}
		b.Queue(`update follow_up set state = $2, version = version + 1, `+closeTask+` where id = $1`, f.ID,
			string(next), why, tx.Now())
		Act{Day: f.On, By: tx.Principal().UserID, cause: cause}.queue(tx, &b, f.ID, acts[personDied], why)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.cancel", SubjectKind: "follow_up", SubjectID: f.ID,
			Reason: why,
			Before: audit.StateOf(string(f.State)), After: audit.StateOf(string(next))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

// diedOrOpened is the day on which task f of person p is closed by the death.
const diedOrOpened = `greatest(p.deceased_on, (select o.happened_on from follow_up_act o
	where o.puskesmas_id = f.puskesmas_id and o.follow_up_id = f.id and o.act = 'opened'))`

// DeathRedatedIn moves the cancellations by a death to its corrected day: each is
// reversed, and the task is cancelled on the new day. For
// episode.Service.DeathRedated.
func (s *Service) DeathRedatedIn(tx pg.Tx, caseID string) error {
	type task struct{ ID, Act, Was, On string }
	tasks, err := pg.Rows[task](tx, `select * from (select f.id, a.id as act, a.happened_on::text as was, `+
		diedOrOpened+`::text as on
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
		Act{Day: f.Was, By: by, undoes: f.Act}.queue(tx, &b, f.ID, acts[deathUndone], deathRedatedText)
		Act{Day: f.On, By: by, cause: caseID}.queue(tx, &b, f.ID, acts[personDied], deadText)
		b.Queue(`update follow_up set version = version + 1 where id = $1`, f.ID)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.redate", SubjectKind: "follow_up", SubjectID: f.ID,
			Reason: deathRedatedText, Before: map[string]any{"happened_on": f.Was},
			After: map[string]any{"happened_on": f.On}}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

// CaseReturnedIn reopens the tasks that the death which ended a case had
// cancelled. For episode.Service.CaseReturned.
func (s *Service) CaseReturnedIn(tx pg.Tx, caseID, kind string) error {
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

// reopen reopens tasks that a death had cancelled. Tasks of a case that ended as
// merged move to the case that continues.
func (s *Service) reopen(tx pg.Tx, tasks []cancelledTask, why string) error {
	var b pgx.Batch
	for _, f := range tasks {
		b.Queue(`update follow_up f set state = 'open', result = null, closed_at = null, closed_by = null,
			version = version + 1, case_id = g.id,
				owner_account_id = case when g.id = f.case_id then f.owner_account_id else owner_in_case(g.id,
				f.owner_account_id) end
			from (select case_going_on(case_id) as id from follow_up where id = $1) g where f.id = $1`, f.ID)
		Act{Day: tx.Today(), By: tx.Principal().UserID, undoes: f.Act}.queue(tx, &b, f.ID, acts[deathUndone], why)
		if err := s.trail.Record(tx, audit.Event{Action: "follow_up.return", SubjectKind: "follow_up", SubjectID: f.ID,
			Reason: why,
			Before: audit.StateOf(string(Dropped)), After: audit.StateOf(string(Open))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

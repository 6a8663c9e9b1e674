package visit

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// queueFollowUp makes a task of a visit's plan, opened on the visit's day, or,
// without a visit, one of today.
func queueFollowUp(tx pg.Tx, b *pgx.Batch, id, caseID string, visitID *string, f homecare.PlannedFollowUp) {
	queueTask(tx, b, id, caseID, visitID, f)
	b.Queue(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by)
		select $1, $2, $3, 'opened', coalesce(v.counts_on, $4::text::date), $5, coalesce(v.performed_by, $6::uuid), $6::uuid
		from (select) one left join visit v on v.puskesmas_id = $1 and v.id = $7`,
		tx.Principal().PuskesmasID, pg.NewID(""), id, tx.Today(), tx.Now(), tx.Recorder(), visitID)
}

// queueTask makes the task; of a case that was merged it is one of the case that goes on.
func queueTask(tx pg.Tx, b *pgx.Batch, id, caseID string, visitID *string, f homecare.PlannedFollowUp) {
	b.Queue(`insert into follow_up (puskesmas_id, id, case_id, visit_id, what, owner_account_id, unit, due_on, state, created_at, created_by)
		select $1, $2, g.id, $4, $5, case when g.id = $3::uuid then $6::uuid else owner_in_case(g.id, $6::uuid) end, $7, $8::text::date, 'open', $9, $10
		from (select case_going_on($3::uuid) as id) g`,
		tx.Principal().PuskesmasID, id, caseID, visitID, f.What, pg.Null(f.OwnerAccountID), pg.Null(f.Unit), f.DueOn, tx.Now(), tx.Principal().UserID)
}

// followUpColumns; the named parameter is the business day, for overdue.
func followUpColumns(today string) string {
	return `f.id, f.case_id, coalesce(f.visit_id::text, '') as visit_id, f.what, coalesce(f.owner_account_id::text, '') as owner_account_id, coalesce(f.unit, '') as unit,
	f.due_on::text as due_on, f.state, f.due_on < ` + today + `::text::date and f.state in ('open', 'handed_over', 'answered') as overdue, f.handed_over_at, coalesce(f.handed_over_note, '') as handed_over_note,
	f.answered_at, coalesce(f.answer, '') as answer, f.closed_at, coalesce(f.result, '') as result, ` + followUpHistory + ` as acts, f.version`
}

const followUpFrom = ` from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id `

// AddFollowUp makes a task outside a visit's plan (SOP steps 10 and 20).
func (s *Service) AddFollowUp(ctx context.Context, in homecare.NewFollowUp) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		var none homecare.FollowUp
		var c careCase
		var end caseEnd
		staff := map[string]bool{}
		var b pgx.Batch
		queueCase(tx, &b, in.CaseID, &c)
		queueEnd(&b, in.CaseID, &end)
		queueStaff(tx, &b, []string{in.OwnerAccountID}, staff)
		visited := ""
		if in.VisitID != "" {
			b.Queue(`select coalesce(max(counts_on)::text, '') from visit where id = $1 and case_id = $2`, in.VisitID, in.CaseID).
				QueryRow(func(row pgx.Row) error { return row.Scan(&visited) })
		}
		if err := tx.Send(&b); err != nil {
			return none, err
		}
		on, err := doneBy(tx, in.FollowUpDay, "")
		if err != nil {
			return none, err
		}
		var check fault.Check
		checkTask(in.PlannedFollowUp, owners(staff, c.TeamNow), visited, "", &check)
		check.That(on.day >= c.ProposedOn, "/happened_on", "before_case", "Tanggal tidak boleh sebelum kasus diusulkan.", "The date must not be before the case was proposed.")
		check.That(in.VisitID == "" || visited != "", "/visit_id", "unknown", "Kunjungan ini bukan milik kasus tersebut.", "This visit is not of that case.")
		if err := check.Err(); err != nil {
			return none, err
		}
		if end.EndedOn != "" && on.day > end.EndedOn {
			return none, ErrTaskAfterEnd.With("day", end.EndedOn)
		}
		id := pg.NewID(in.ID)
		var w pgx.Batch
		queueTask(tx, &w, id, in.CaseID, pg.Null(in.VisitID), in.PlannedFollowUp)
		on.queue(tx, &w, id, "opened", "")
		if end.EndedOn != "" {
			if err := s.closeLate(tx, &w, in.CaseID, id); err != nil {
				return none, err
			}
			w = pgx.Batch{}
		}
		var f homecare.FollowUp
		w.Queue(`select `+followUpColumns("$2")+followUpFrom+`where f.id = $1`, id, tx.Today()).Query(pg.Into(&f))
		sentmonth.QueueIn(tx, &w, &f.Warnings)
		if err := tx.Send(&w); err != nil {
			return none, err
		}
		return f, s.trail.Record(tx, audit.Event{Action: "follow_up.add", SubjectKind: "follow_up", SubjectID: id, After: f})
	})
}

// GetFollowUp returns one task.
func (s *Service) GetFollowUp(ctx context.Context, id string) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		return pg.Row[homecare.FollowUp](tx, `select `+followUpColumns("$2")+followUpFrom+`where f.id = $1
			and `+access.Case("c"), id, tx.Today())
	})
}

// FollowUpFilter narrows the list of tasks; empty fields narrow nothing.
type FollowUpFilter struct {
	CaseID  string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	State   string `query:"state" json:"-" validate:"omitempty,oneof=open handed_over answered done cancelled"`
	Mine    bool   `query:"mine" json:"-"`
	Overdue bool   `query:"overdue" json:"-"`
	page.Request
}

type dueKey struct {
	DueOn string `json:"d"`
	ID    string `json:"i"`
}

// FollowUps lists tasks by due date; overdue ones come first that way.
func (s *Service) FollowUps(ctx context.Context, f FollowUpFilter) (homecare.Page[homecare.FollowUp], error) {
	list := fmt.Sprintf("follow-ups?%s&%s&%t&%t", f.CaseID, f.State, f.Mine, f.Overdue)
	var k dueKey
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.FollowUp]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.FollowUp], error) {
		w := pg.Where{}
		w.And(access.Listed("c"))
		today := w.Arg(tx.Today())
		if f.CaseID != "" {
			w.And(`f.case_id = ` + w.Arg(f.CaseID))
		}
		if f.State != "" {
			w.And(`f.state = ` + w.Arg(f.State))
		}
		if f.Mine {
			w.And(`f.owner_account_id = ` + w.Arg(tx.Principal().UserID))
		}
		if f.Overdue {
			w.And(`f.due_on < ` + today + `::text::date and f.state in ('open', 'handed_over', 'answered')`)
		}
		if k.ID != "" {
			w.And(`(f.due_on, f.id) > (` + w.Arg(k.DueOn) + `::text::date, ` + w.Arg(k.ID) + `::text::uuid)`)
		}
		rows, err := pg.Rows[homecare.FollowUp](tx, `select `+followUpColumns(today)+followUpFrom+w.SQL()+` order by f.due_on, f.id limit `+w.Arg(f.Rows()), w.Args()...)
		if err != nil {
			return page.Page[homecare.FollowUp]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(f homecare.FollowUp) any { return dueKey{f.DueOn, f.ID} })
	})
	return homecare.Page[homecare.FollowUp]{Data: p.Items, NextCursor: p.Next}, err
}

// step takes a task one step on, on the day told. set is what the step writes
// beside the state; its parameters start at $3. Errors: fault.ErrState,
// ErrTaskCancelled, fault.ErrInvalid.
func (s *Service) step(ctx context.Context, id string, do Action, told homecare.FollowUpDay, note, set string, args ...any) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		read := `select ` + followUpColumns("$2") + followUpFrom + `where f.id = $1 and ` + access.Case("c")
		who := []any{id, tx.Today()}
		f, err := pg.Row[homecare.FollowUp](tx, read+` for update of f`, who...)
		if err != nil {
			return f, err
		}
		if err := tx.Stale(f.Version); err != nil {
			return f, err
		}
		cancelled, err := dropped(tx, f)
		if err != nil {
			return f, err
		}
		next, undoes, err := cancelled.after(tx, FollowUpState(f.State), do, told.HappenedOn)
		if err != nil {
			return f, err
		}
		on, err := doneBy(tx, told, opened(f))
		if err != nil {
			return f, err
		}
		on.undoes = undoes
		before := f
		var b pgx.Batch
		b.Queue(`update follow_up set state = $2, version = version + 1, `+set+` where id = $1`, append([]any{id, string(next)}, args...)...)
		on.queue(tx, &b, id, followUpActs[do], note)
		b.Queue(read, who...).Query(pg.Into(&f))
		sentmonth.QueueIn(tx, &b, &f.Warnings)
		if err := tx.Send(&b); err != nil {
			return f, err
		}
		return f, s.trail.Record(tx, audit.Event{Action: "follow_up." + string(do), SubjectKind: "follow_up", SubjectID: id, Reason: note, Before: before, After: f})
	})
}

// HandOver gives a task to a unit outside the team; it is tracked until that
// unit answered (SOP KP 3, step 20). The cancellation of a later day is taken back.
func (s *Service) HandOver(ctx context.Context, id string, in homecare.HandOver) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoHandOver, in.FollowUpDay, in.Note, `unit = $3, handed_over_note = $4, handed_over_at = $5,
		answered_at = null, answer = null, result = null, closed_at = null, closed_by = null`, in.Unit, pg.Null(in.Note), clock.Now(ctx))
}

// TakeBack brings a task back to the team, with why: the unit does not answer,
// or its answer did not settle it. What was handed over and answered stays in its acts.
func (s *Service) TakeBack(ctx context.Context, id string, in homecare.TakeBack) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoTakeBack, in.FollowUpDay, in.Reason, `handed_over_at = null, handed_over_note = null, answered_at = null, answer = null`)
}

// Answer keeps what the unit answered.
func (s *Service) Answer(ctx context.Context, id string, in homecare.AnswerFollowUp) (homecare.FollowUp, error) {
	return s.step(ctx, id, DoAnswer, in.FollowUpDay, in.Answer, `answer = $3, answered_at = $4`, in.Answer, clock.Now(ctx))
}

// Finish closes a task with its result.
func (s *Service) Finish(ctx context.Context, id string, in homecare.CloseFollowUp) (homecare.FollowUp, error) {
	return s.close(ctx, id, DoFinish, in)
}

// Drop closes a task that is no longer wanted, with the reason.
func (s *Service) Drop(ctx context.Context, id string, in homecare.CloseFollowUp) (homecare.FollowUp, error) {
	return s.close(ctx, id, DoDrop, in)
}

func (s *Service) close(ctx context.Context, id string, do Action, in homecare.CloseFollowUp) (homecare.FollowUp, error) {
	return s.step(ctx, id, do, in.FollowUpDay, in.Result, closeTask, in.Result, clock.Now(ctx))
}

const closeTask = `result = $3, closed_at = $4, closed_by = current_setting('app.user_id')::uuid`

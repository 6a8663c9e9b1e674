package followup

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// step moves a task to its next state, on the day given. set is what the step
// writes besides the state; its parameters start at $3. Errors: fault.ErrState,
// ErrTaskCancelled, fault.ErrInvalid.
func (s *Service) step(ctx context.Context, id string, do Action, told homecare.FollowUpDay, note, set string,
	args ...any) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		read := `select ` + columns("$2") + from + `where f.id = $1 and ` + access.Case("c")
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
		next, undoes, err := cancelled.after(tx, State(f.State), do, told.HappenedOn)
		if err != nil {
			return f, err
		}
		on, err := ActIn(tx, told, opened(f))
		if err != nil {
			return f, err
		}
		on.undoes = undoes
		before := f
		var b pgx.Batch
		b.Queue(`update follow_up set state = $2, version = version + 1, `+set+` where id = $1`,
			append([]any{id, string(next)}, args...)...)
		on.queue(tx, &b, id, acts[do], note)
		b.Queue(read, who...).Query(pg.Into(&f))
		sentmonth.QueueIn(tx, &b, &f.Warnings)
		if err := tx.Send(&b); err != nil {
			return f, err
		}
		return f, s.trail.Record(tx, audit.Event{Action: audit.Name("follow_up", string(do)), SubjectKind: "follow_up",
			SubjectID: id, Reason: note, Before: before, After: f})
	})
}

func (s *Service) close(ctx context.Context, id string, do Action, in homecare.CloseFollowUp) (homecare.FollowUp,
	error) {
	return s.step(ctx, id, do, in.FollowUpDay, in.Result, closeTask, in.Result, clock.Now(ctx))
}

const closeTask = `result = $3, closed_at = $4, closed_by = current_setting('app.user_id')::uuid`

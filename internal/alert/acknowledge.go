package alert

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Acknowledge records who looked at a dangerous value, when, and what was done.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, those of
// followup.ActIn.
func (s *Service) Acknowledge(ctx context.Context, id string, in homecare.AcknowledgeAlert) (homecare.Alert, error) {
	return s.onAlert(ctx, id, "acknowledge", in.Note, in.FollowUpDay, `update alert set state = $5,
		acknowledged_at = $2, acknowledged_by = $3, note = $4,
		acknowledged_on = $6::text::date, version = version + 1 where id = $1`)
}

// onAlert does one act. change takes the id, the time, the performer, the note,
// the next state and the day of the act.
func (s *Service) onAlert(ctx context.Context, id string, do Action, note string, told homecare.FollowUpDay,
	change string) (homecare.Alert, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Alert, error) {
		read := `select ` + columns + from + `where a.id = $1 and ` + access.Case("c")
		a, err := pg.Row[homecare.Alert](tx, read+` for update of a`, id)
		if err != nil {
			return a, err
		}
		if err := tx.Stale(a.Version); err != nil {
			return a, err
		}
		to, err := Machine.After(State(a.State), do)
		if err != nil {
			return a, access.Narrow(tx, "/v1/alerts/{id}", err)
		}
		since, err := pg.Scalar[string](tx, `select coalesce(nullif($2, ''), counts_on::text) from visit where id = $1`,
			a.VisitID, a.AcknowledgedOn)
		if err != nil {
			return a, err
		}
		on, err := followup.ActIn(tx, told, since)
		if err != nil {
			return a, err
		}
		before := a
		var b pgx.Batch
		b.Queue(change, id, tx.Now(), on.By, note, string(to), on.Day)
		b.Queue(read, id).Query(pg.Into(&a))
		if err := tx.Send(&b); err != nil {
			return a, err
		}
		return a, s.trail.Record(tx, audit.Event{Action: "alert." + string(do), SubjectKind: "alert", SubjectID: id,
			Reason: note, Before: before, After: a})
	})
}

// QueueNote acknowledges the open alerts of a visit that a note in a bundle refers to,
// by an account on a business day (YYYY-MM-DD).
func QueueNote(tx pg.Tx, b *pgx.Batch, visitID string, n homecare.AlertNote, by, day string) {
	b.Queue(`update alert set state = 'acknowledged', acknowledged_at = $3, acknowledged_by = $4, note = $5,
		acknowledged_on = $6::text::date,
		version = version + 1 where visit_id = $1 and code = $2
		and state = 'open'`, visitID, n.Code, tx.Now(), by, n.Note, day)
}

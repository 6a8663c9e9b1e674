package evaluation

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type closeParams struct {
	ID string `param:"id" json:"-"`
	homecare.EvaluationResult
}

// Close records the result. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Close(ctx context.Context, in closeParams) (homecare.Evaluation, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Evaluation, error) {
		e, err := byID(tx, in.ID, "for update")
		if err != nil {
			return e, err
		}
		if err := tx.Stale(e.Version); err != nil {
			return e, err
		}
		if e.State != "open" {
			return e, fault.State(e.State)
		}
		if err := pg.Update[evaluation](tx, in.ID, map[string]any{"state": "done", "result": in.Result,
			"closed_at": tx.Now()}); err != nil {
			return e, err
		}
		e.State, e.Result, e.Overdue, e.Version = "done", in.Result, false, e.Version+1
		return e, s.trail.Record(tx, audit.Event{Action: "evaluation.close", SubjectKind: "evaluation",
			SubjectID: in.ID, After: map[string]any{"result": in.Result}})
	})
}

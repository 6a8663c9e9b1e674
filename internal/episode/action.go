package episode

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// act is the frame of every action on a case: it locks, compares versions, checks
// the state, calls do, moves to the next state, saves and audits. do changes the
// row and its related rows, and may set in the deed who performed it, on which
// day, and why.
func (s *Service) act(ctx context.Context, id, action, reason string, do func(pg.Tx, *row, *deed) error) (homecare.Case,
	error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		var none homecare.Case
		r, err := lockFor(tx, id, action)
		if err != nil {
			return none, err
		}
		before := r.State
		was := map[string]any{"state": before, "team_id": r.TeamID}
		d := byCaller(tx, action, reason)
		if err := do(tx, &r, &d); err != nil {
			return none, err
		}
		// A closed case does not change; later facts have their own rows.
		if before != Terminated {
			if err := s.pass(tx, &r, d); err != nil {
				return none, err
			}
		}
		c, err := caseIn(tx, id)
		if err != nil {
			return none, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: audit.Name("case", action), SubjectKind: "case",
			SubjectID: id, Reason: reason, Before: was, After: c})
	})
}

// lockFor locks a case for an action on the version that the caller saw. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func lockFor(tx pg.Tx, id, action string) (row, error) {
	r, err := lock(tx, id)
	if err == nil {
		err = tx.Stale(r.Version)
	}
	if err == nil {
		err = r.may(tx, action)
	}
	return r, err
}

// pass moves a row to the next state of a deed, calls the hooks when the case
// ended, and saves it.
func (s *Service) pass(tx pg.Tx, r *row, d deed) error {
	before := r.State
	if err := r.move(d.action, tx.Now()); err != nil {
		return err
	}
	if r.State == Active && before != Active && !d.since.IsZero() && r.DecidedAt != nil {
		// The team's letter was issued after the team began: the case is in
		// care since then.
		since := d.since
		if since.Before(*r.DecidedAt) {
			since = *r.DecidedAt
		}
		if r.ActivatedAt == nil || since.Before(*r.ActivatedAt) {
			r.ActivatedAt = &since
		}
	}
	if r.State == Terminated {
		for _, told := range s.CaseEnded {
			if err := told(tx, r.ID, *r.Ending); err != nil {
				return err
			}
		}
	}
	if err := save(tx, *r, d, before); err != nil || r.State != Active || before == Active {
		return err
	}
	for _, told := range s.CaseActivated {
		if err := told(tx, r.ID); err != nil {
			return err
		}
	}
	return nil
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

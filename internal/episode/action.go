package episode

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// act is the frame of every action on a case: lock, compare versions, check
// the state, do, move on, save, audit. do changes the row and what belongs to it,
// and may say in the deed who performed it, on which day, and why.
func (s *Service) act(ctx context.Context, id, action, reason string, do func(pg.Tx, *row, *deed) error) (homecare.Case, error) {
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
		// A closed case has no more changes; what comes later has its own row.
		if before != Terminated {
			if err := s.pass(tx, &r, d); err != nil {
				return none, err
			}
		}
		c, err := caseIn(tx, id)
		if err != nil {
			return none, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: "case." + auditName(action), SubjectKind: "case", SubjectID: id, Reason: reason, Before: was, After: c})
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

// pass brings a row to the state that a deed leads to, tells who listens that it
// ended, and saves it.
func (s *Service) pass(tx pg.Tx, r *row, d deed) error {
	before := r.State
	if err := r.move(d.action, tx.Now()); err != nil {
		return err
	}
	if r.State == Active && before != Active && !d.since.IsZero() && r.DecidedAt != nil {
		// The team's paper came later than the team: the case is in care since then.
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

func auditName(action string) string {
	switch action {
	case retract:
		return "retract_refusal"
	case recordOutcome:
		return "referral_outcome"
	case retractDeath:
		return "retract_death"
	}
	return action
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

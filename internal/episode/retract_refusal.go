package episode

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type retractParams struct {
	ID string `param:"id" json:"-"`
	homecare.Retraction
}

// RetractRefusal reverses a refusal until its signed copy is attached: the
// letter becomes void and the case returns to its earlier state. Errors: those
// of act, fault.ErrInvalid.
func (s *Service) RetractRefusal(ctx context.Context, in retractParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, retract, in.Reason, func(tx pg.Tx, r *row, d *deed) error {
		if err := d.retracted(tx, in.Retraction, r.EndedOn); err != nil {
			return err
		}
		r.Ending, r.EndedOn = nil, nil
		return s.Letters.VoidRefusalIn(tx, r.ID, in.Reason)
	})
}

// CloseRefusalIn closes a refused case when its signed letter is attached.
// Error: fault.ErrState.
func (s *Service) CloseRefusalIn(tx pg.Tx, caseID string) error {
	r, err := lock(tx, caseID)
	if err != nil {
		return err
	}
	before := r.State
	if before != Terminating {
		return fault.State(before, r.standing().allowed(tx)...)
	}
	if err := s.pass(tx, &r, byCaller(tx, closeRefusal, "")); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: "case.close_refusal", SubjectKind: "case", SubjectID: caseID,
		Before: map[string]any{"state": before}, After: map[string]any{"state": r.State, "ending": Refusal}})
}

package late

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Take judges a parked act again and takes it into the record, where it counts on
// its own day. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, a
// *fault.Contradiction where the record still contradicts it.
func (s *Service) Take(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoTake, in.Note, func(tx pg.Tx, r *row) error {
		return s.take(tx, r, true, homecare.RedirectParked{})
	})
}

// take runs the act again. vouched says that a person reviewed it; an act taken
// by the activation of its case was not reviewed.
func (s *Service) take(tx pg.Tx, r *row, vouched bool, to homecare.RedirectParked) error {
	redo, known := s.Redo[r.Permission]
	if !known {
		return ErrUnreadable
	}
	body, err := r.open(tx)
	if err != nil {
		return err
	}
	recordID, body, err := r.redirected(body, to)
	if err != nil {
		return err
	}
	result, err := redo(tx, call.Again{RecordedBy: r.RecordedBy, Vouched: vouched}, recordID, body)
	r.ResultKind, r.ResultID = forms[r.Permission].result, idOf(result)
	if err != nil || r.NamesID == "" || r.NamesID == r.ResultID {
		return err
	}
	return moveFiles(tx, r.NamesID, r.ResultID)
}

// TakeActivatedIn takes acts that were parked because their case was not active, in
// the transaction that activates it. Acts that still contradict the record stay
// parked.
func (s *Service) TakeActivatedIn(tx pg.Tx, caseID string) error {
	waiting, err := notActive(tx, caseID)
	if err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		err := tx.Attempt(func() error {
			if err := s.take(tx, r, false, homecare.RedirectParked{}); err != nil {
				return err
			}
			return s.settle(tx, r, Taken, DoTake, "")
		})
		if err != nil && fault.From(err) == nil {
			return err
		}
	}
	return nil
}

// notActive locks the acts that wait for a case to become active.
func notActive(tx pg.Tx, caseID string) ([]row, error) {
	return pg.Rows[row](tx, `select `+columns+`, a.body_sealed `+from+`where a.case_id = $1 and a.state = 'parked'
		and a.reason = 'case_not_active' order by a.act_at, a.id for update of a`, caseID)
}

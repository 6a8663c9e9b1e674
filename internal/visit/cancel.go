package visit

import (
	"context"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// Cancel cancels a visit. It is an act of the office and takes effect now.
func (s *Service) Cancel(ctx context.Context, id string, in homecare.CancelVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		r, err := s.openNow(tx, id, DoCancel)
		if err != nil {
			return homecare.Visit{}, err
		}
		e := audit.Event{Action: "visit.cancel", Reason: in.Reason, Before: audit.StateOf(r.v.State),
			After: audit.StateOf(string(Cancelled))}
		if err := r.leave(Cancelled, "", in.Reason); err != nil {
			return r.v, err
		}
		return r.save(e)
	})
}

// openNow locks a visit for an act of the office, which takes effect now, on the version
// that the caller saw, where the state allows it.
func (s *Service) openNow(tx pg.Tx, id string, do Action) (*recording, error) {
	v, sub, err := record.LockIn(tx, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Stale(v.Version); err != nil {
		return nil, err
	}
	if _, err := after(v, do, act{}); err != nil {
		return nil, refused(tx, v, err)
	}
	return &recording{s: s, tx: tx, act: did(tx, "", tx.Now()), v: v, was: State(v.State), sub: sub,
		t: target{Visit: alert.Visit{ID: v.ID, CaseID: v.CaseID, PatientID: v.PatientID}}}, nil
}

package late

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

type decideParams struct {
	// Parked act.
	ID string `param:"id" json:"-"`
	homecare.DecideParked
}

// decide is the frame of every decision: lock, version, state, do, audit.
func (s *Service) decide(ctx context.Context, id string, do Action, note string,
	f func(pg.Tx, *row) error) (homecare.ParkedAct, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.ParkedAct, error) {
		var none homecare.ParkedAct
		r, err := read(tx, id, " for update of a")
		if err != nil {
			return none, err
		}
		if err := tx.Stale(r.Version); err != nil {
			return none, err
		}
		to, err := Machine.After(State(r.State), do, r.holds(tx)...)
		if err != nil {
			return none, access.Narrow(tx, base, err)
		}
		if f != nil {
			if err := f(tx, &r); err != nil {
				return none, err
			}
		}
		if err := s.settle(tx, &r, to, do, note); err != nil {
			return none, err
		}
		out := r.wire(tx)
		out.Warnings, err = sentmonth.WarningsIn(tx)
		return out, err
	})
}

// settle writes the outcome of a parked act.
func (s *Service) settle(tx pg.Tx, r *row, to State, do Action, note string) error {
	was := r.State
	now, me := tx.Now(), tx.Principal().UserID
	r.State, r.Note, r.DecidedAt, r.DecidedBy, r.Version = string(to), note, &now, me, r.Version+1
	if err := save(tx, *r); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: "parked." + string(do), SubjectKind: "parked_act", SubjectID: r.ID,
		Reason: note,
		Before: map[string]any{"state": was}, After: map[string]any{"state": to, "result_kind": r.ResultKind,
			"result_id": r.ResultID}})
}

package episode

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type reopenParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReopenCase
}

// Reopen proposes a new case that continues an ended one (rujuk balik). The
// ended case does not change. Errors: fault.ErrNotFound, fault.ErrStale,
// fault.ErrState, ErrDeceased, those of Propose.
func (s *Service) Reopen(ctx context.Context, in reopenParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		old, err := lock(tx, in.ID)
		if err != nil {
			return homecare.Case{}, err
		}
		if err := tx.Stale(old.Version); err != nil {
			return homecare.Case{}, err
		}
		if old.State == Terminated && old.Ending != nil && *old.Ending == Death {
			return homecare.Case{}, ErrDeceased
		}
		if err := old.may(tx, reopen); err != nil {
			return homecare.Case{}, err
		}
		return s.proposeIn(tx, homecare.NewCase{ID: in.ReopenCase.ID, PatientID: old.PatientID,
			Programme: old.Programme,
			Origin:    in.Origin, Reason: in.Reason, ReopensCaseID: old.ID, ProposedOn: in.ProposedOn,
			PerformedBy: in.PerformedBy})
	})
}

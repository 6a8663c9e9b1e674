package episode

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type approveParams struct {
	ID string `param:"id" json:"-"`
	homecare.ApproveCase
}

// Approve approves a proposal. A caller cannot approve their own. Errors: those
// of act, ErrOwnProposal.
func (s *Service) Approve(ctx context.Context, in approveParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, approve, in.Note, decide)
}

func decide(tx pg.Tx, r *row, _ *deed) error {
	me, now := tx.Principal().UserID, tx.Now()
	if r.ProposedBy == me || r.RecordedBy == me {
		return ErrOwnProposal
	}
	r.DecidedAt, r.DecidedBy = &now, &me
	return nil
}

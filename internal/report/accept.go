package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Accept is Dinkes taking a sent report; a correction supersedes what it corrects.
func (s *Service) Accept(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoAccept, in.Note, func(tx pg.Tx, r *row, to State) error {
		if err := s.supersede(tx, *r); err != nil {
			return err
		}
		return decided(tx, r, to, in.Note)
	})
}

package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Accept accepts a sent report for Dinkes. An accepted correction supersedes
// the report that it corrects.
func (s *Service) Accept(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoAccept, in.Note, func(tx pg.Tx, r *row, to State) error {
		if err := s.supersede(tx, *r); err != nil {
			return err
		}
		return decided(tx, r, to, in.Note)
	})
}

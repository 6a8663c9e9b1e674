package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Return returns a report with notes for Dinkes: this revision stays, and the
// next one opens as a draft.
func (s *Service) Return(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoReturn, in.Note, func(tx pg.Tx, r *row, to State) error {
		if err := decided(tx, r, to, in.Note); err != nil {
			return err
		}
		_, err := s.openNext(tx, *r, "")
		return err
	})
}

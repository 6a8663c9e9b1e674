package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Reopen makes the puskesmas correct an accepted or archived report: its next
// revision opens as a draft. The answer is the report, which stays official
// meanwhile. Error: ErrUnderWay.
func (s *Service) Reopen(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoReopen, in.Note, func(tx pg.Tx, r *row, _ State) error {
		r.Version-- // the report itself does not change
		_, err := s.openNext(tx, *r, in.Note)
		return err
	})
}

package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Archive archives an accepted report, which then no longer changes (SOP HS
// flow).
func (s *Service) Archive(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.decide(ctx, in.ID, DoArchive, in.Note, func(tx pg.Tx, r *row, to State) error {
		now := tx.Now()
		r.ArchivedAt = &now
		_, err := tx.Exec(`update monthly_report set state = $2, archived_at = $3, version = version + 1 where id = $1`,
			r.ID, to, now)
		return err
	})
}

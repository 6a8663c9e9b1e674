package report

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Events lists the transitions of a report, oldest first.
func (s *Service) Events(ctx context.Context, in byID) (homecare.Page[homecare.ReportEvent], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.ReportEvent, error) {
		if _, err := rowByID(tx, in.ID, false); err != nil {
			return nil, err
		}
		return pg.Rows[homecare.ReportEvent](tx, `select at, actor_role, coalesce(from_state, '') as from_state,
			to_state, note
			from monthly_report_event where report_id = $1 order by at, id`, in.ID)
	})
	return homecare.Page[homecare.ReportEvent]{Data: rows}, err
}

package dashboard

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Own returns the figures of a month of the caller's puskesmas.
func (s *Service) Own(ctx context.Context, in asked) (homecare.DistrictMonth, error) {
	var id int16
	out, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DistrictMonth, error) {
		id = tx.Principal().PuskesmasID
		rows, err := pg.Rows[figure](tx, `select figure, value, computed_at from rollup_month where month = $1
			and programme_code = $2 order by figure`, in.Month, in.Programme)
		return monthOf(tx.Principal().Puskesmas, in, rows, false), err
	})
	if err != nil || !empty(out) {
		return out, err
	}
	filled, err := s.fill(ctx, in, id)
	return monthOf(out.Puskesmas, in, filled[out.Puskesmas], false), err
}

package dashboard

import (
	"context"
	"slices"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// District returns the figures of a month for every puskesmas that runs the
// programme. Counts of persons from 1 to 4 are not shown; there is no total over
// puskesmas that would reveal them.
func (s *Service) District(ctx context.Context, in asked) (homecare.Page[homecare.DistrictMonth], error) {
	read := func(tx pg.Tx) ([]homecare.DistrictMonth, error) {
		tenants, err := pg.Rows[homecare.DistrictMonth](tx, `select p.slug as puskesmas, pp.programme_code as programme
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = $1
			order by p.id`, in.Programme)
		if err != nil {
			return nil, err
		}
		rows, err := pg.Rows[figure](tx, `select p.slug as puskesmas, r.figure, r.value, r.computed_at
			from rollup_month r join puskesmas p on p.id = r.puskesmas_id
			where r.month = $1 and r.programme_code = $2 order by p.id, r.figure`, in.Month, in.Programme)
		if err != nil {
			return nil, err
		}
		byTenant := map[string][]figure{}
		for _, r := range rows {
			byTenant[r.Puskesmas] = append(byTenant[r.Puskesmas], r)
		}
		for i := range tenants {
			tenants[i] = monthOf(tenants[i].Puskesmas, in, byTenant[tenants[i].Puskesmas], true)
		}
		return tenants, nil
	}
	out, err := pg.District(ctx, s.db, read)
	if err != nil || !slices.ContainsFunc(out, empty) {
		return homecare.Page[homecare.DistrictMonth]{Data: out}, err
	}
	filled, err := s.fill(ctx, in, 0)
	for i, m := range out {
		if empty(m) {
			out[i] = monthOf(m.Puskesmas, in, filled[m.Puskesmas], true)
		}
	}
	return homecare.Page[homecare.DistrictMonth]{Data: out}, err
}

package puskesmas

import (
	"context"

	"github.com/balangan/homecare/pkg/homecare"
)

// VillageFilter selects villages.
type VillageFilter struct {
	// Only villages served by this puskesmas (slug).
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41" known:"puskesmas"`
}

// Villages lists the villages by code, each with its puskesmas.
func (s *Service) Villages(ctx context.Context, f VillageFilter) (homecare.Page[homecare.Village], error) {
	return list[homecare.Village](ctx, s, `select v.code, v.name, v.kind, v.district_code, v.district_name,
		coalesce(p.slug, '') as puskesmas, coalesce(pv.status, '') as served_status
		from village v left join puskesmas_village pv on pv.village_code = v.code
		left join puskesmas p on p.id = pv.puskesmas_id
		where $1 = '' or p.slug = $1 order by v.code`, f.Puskesmas)
}

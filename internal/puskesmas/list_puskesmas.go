package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// All lists the puskesmas in the SOP's order.
func (s *Service) All(ctx context.Context, _ call.None) (homecare.Page[homecare.Puskesmas], error) {
	return list[homecare.Puskesmas](ctx, s, `select slug, name, district_code, district_name, address,
		coalesce(kemenkes_code, '') as kemenkes_code,
			kemenkes_code_status as kemenkes_status, coalesce(bpjs_code, '') as bpjs_code,
			coalesce(latitude, 0) as latitude, coalesce(longitude, 0) as longitude,
			array(select programme_code from puskesmas_programme where puskesmas_id = p.id order by 1) as
			programme_codes
		from puskesmas p order by id`)
}

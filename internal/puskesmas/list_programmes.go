package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// Programmes lists the programmes, each with the puskesmas that run it.
func (s *Service) Programmes(ctx context.Context, _ call.None) (homecare.Page[homecare.Programme], error) {
	return list[homecare.Programme](ctx, s, `select code, name, description, report_template, version,
			array(select p.slug from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id
			where pp.programme_code = g.code order by p.id) as puskesmas
		from programme g order by code`)
}

package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// ServiceTypes lists the nine service types in the SOP's order.
func (s *Service) ServiceTypes(ctx context.Context, _ call.None) (homecare.Page[homecare.ServiceType], error) {
	return list[homecare.ServiceType](ctx, s, `select code, label_id, label_en, sop_item, checklist from service_type
		order by sop_item`)
}

package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// ListName names a reference list.
type ListName struct {
	// Name of the list.
	List string `param:"list" json:"-" validate:"code"`
}

// ReferenceList lists the codes of one list. Error: fault.ErrNotFound.
func (s *Service) ReferenceList(ctx context.Context, in ListName) (homecare.Page[homecare.ReferenceItem], error) {
	p, err := list[homecare.ReferenceItem](ctx, s, `select code, label_id, label_en, source_code, status, source
		from reference_item
		where list = $1 and active order by sort, code`, in.List)
	if err == nil && len(p.Data) == 0 {
		err = fault.ErrNotFound
	}
	return p, err
}

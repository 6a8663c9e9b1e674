package staff

import (
	"context"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// membershipFilter narrows the list of memberships. Empty fields do not filter.
type membershipFilter struct {
	// Only this account.
	AccountID string `query:"account_id" json:"-" validate:"omitempty,uuid"`
	// Only this puskesmas.
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41" known:"puskesmas"`
	// Ended memberships instead of the open ones.
	Ended bool `query:"ended" json:"-"`
	page.Request
}

// Memberships lists memberships by id: all for Dinkes, those of their own
// puskesmas for Kepala.
func (s *Service) Memberships(ctx context.Context, f membershipFilter) (homecare.Page[homecare.Membership], error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Page[homecare.Membership], error) {
		var w pg.Where
		w.And(`(m.ended_at is not null) = ` + w.Arg(f.Ended))
		w.Given(`m.account_id = $`, f.AccountID)
		w.Given(`p.slug = $`, f.Puskesmas)
		return memberships.Read(tx, s.sealer, f, membershipView, &w)
	})
}

var memberships = list.List[homecare.Membership, membershipKey]{
	Name: "memberships", Key: func(m homecare.Membership) membershipKey { return membershipKey{m.ID} },
}

type membershipKey struct {
	ID string `list:"m.id uuid"`
}

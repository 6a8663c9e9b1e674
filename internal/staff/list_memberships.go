package staff

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// membershipFilter narrows the list of memberships; empty fields narrow nothing.
type membershipFilter struct {
	// Only this account.
	AccountID string `query:"account_id" json:"-" validate:"omitempty,uuid"`
	// Only this puskesmas.
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	// Those that have ended instead of the open ones.
	Ended bool `query:"ended" json:"-"`
	page.Request
}

// Memberships lists memberships by id: all for Dinkes, those of the own
// puskesmas for Kepala.
func (s *Service) Memberships(ctx context.Context, f membershipFilter) (homecare.Page[homecare.Membership], error) {
	list := "memberships?" + f.AccountID + "&" + f.Puskesmas
	if f.Ended {
		list += "&ended"
	}
	after := uuid.Nil.String()
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.Membership]{}, err
	}
	p, err := managed(ctx, s, func(tx pg.Tx) (page.Page[homecare.Membership], error) {
		rows, err := pg.Rows[homecare.Membership](tx, membershipView+`where m.id > $1 and ($2 = '' or m.account_id::text = $2) and ($3 = '' or p.slug = $3)
			and (m.ended_at is not null) = $4 order by m.id limit $5`, after, f.AccountID, f.Puskesmas, f.Ended, f.Rows())
		if err != nil {
			return page.Page[homecare.Membership]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(m homecare.Membership) any { return m.ID })
	})
	return homecare.Page[homecare.Membership]{Data: p.Items, NextCursor: p.Next}, err
}

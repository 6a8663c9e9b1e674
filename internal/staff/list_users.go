package staff

import (
	"context"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// userFilter narrows the list of accounts; empty fields narrow nothing.
type userFilter struct {
	// Only this puskesmas.
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	// Only this role.
	Role string `query:"role" json:"-" validate:"omitempty,code,max=30"`
	page.Request
}

// ofStaff begins a list of Kepala's at the memberships of the puskesmas, the only
// accounts that row-level security shows: it asks a function for each account.
const ofStaff = ` and a.id in (select m.account_id from membership m where m.ended_at is null)`

// Users lists accounts by username: all for Dinkes, for Kepala those with an
// open membership in the own puskesmas.
func (s *Service) Users(ctx context.Context, f userFilter) (homecare.Page[homecare.User], error) {
	list := "users?" + f.Puskesmas + "&" + f.Role
	var after string
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.User]{}, err
	}
	p, err := managed(ctx, s, func(tx pg.Tx) (page.Page[homecare.User], error) {
		whose := ""
		if !tx.Principal().District() {
			whose = ofStaff
		}
		rows, err := pg.Rows[homecare.User](tx, `select `+userColumns+` from account a where a.username > $1 and not a.machine`+whose+`
				and ($2 = '' and $3 = '' or exists (select from membership m left join puskesmas p on p.id = m.puskesmas_id
					where m.account_id = a.id and m.ended_at is null and ($2 = '' or p.slug = $2) and ($3 = '' or m.role = $3)))
			order by a.username limit $4`, after, f.Puskesmas, f.Role, f.Rows())
		if err != nil {
			return page.Page[homecare.User]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(u homecare.User) any { return u.Username })
	})
	return homecare.Page[homecare.User]{Data: p.Items, NextCursor: p.Next}, err
}

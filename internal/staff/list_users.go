package staff

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// userFilter narrows the list of accounts. Empty fields do not filter.
type userFilter struct {
	// Only this puskesmas.
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41" known:"puskesmas"`
	// Only this role.
	Role call.Many `query:"role" json:"-" validate:"omitempty,max=20,dive,list=role"`
	page.Request
}

// ofStaff starts Kepala's list from the memberships of the puskesmas. Row-level
// security shows no other accounts, but calls a function for each.
const ofStaff = `a.id in (select m.account_id from membership m where m.ended_at is null)`

// Users lists accounts by username: all for Dinkes, for Kepala those with an
// open membership in their own puskesmas.
func (s *Service) Users(ctx context.Context, f userFilter) (homecare.Page[homecare.User], error) {
	return managed(ctx, s, func(tx pg.Tx) (homecare.Page[homecare.User], error) {
		var w pg.Where
		w.And(`not a.machine`)
		if !tx.Principal().District() {
			w.And(ofStaff)
		}
		if f.Puskesmas != "" || len(f.Role) > 0 {
			there := `m.account_id = a.id and m.ended_at is null`
			if f.Puskesmas != "" {
				there += ` and p.slug = ` + w.Arg(f.Puskesmas)
			}
			if len(f.Role) > 0 {
				there += ` and m.role = any(` + w.Arg([]string(f.Role)) + `::text[])`
			}
			w.And(`exists (select from membership m left join puskesmas p on p.id = m.puskesmas_id
				where ` + there + `)`)
		}
		return users.Read(tx, s.sealer, f, `select `+userColumns+` from account a`, &w)
	})
}

var users = list.List[homecare.User, userKey]{
	Name: "users", Key: func(u homecare.User) userKey { return userKey{u.Username} },
}

type userKey struct {
	Username string `list:"a.username"`
}

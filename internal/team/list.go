package team

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// Only of this programme.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Only of this mode.
	Mode call.Many `query:"mode" json:"-" validate:"omitempty,max=20,dive,list=team_mode"`
	// Only teams I am in.
	Mine bool `query:"mine" json:"-"`
	list.Changes
	page.Request
}

// List returns teams, newest first, with their current members.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Team], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Team], error) {
		var w pg.Where
		w.Given(`t.programme_code = $`, in.Programme...)
		w.Given(`t.mode = $`, in.Mode...)
		if in.Mine {
			w.And(`exists (select from team_member m where m.puskesmas_id = t.puskesmas_id and m.team_id = t.id
				and m.left_at is null and m.account_id = ` + w.Arg(tx.Principal().UserID) + `)`)
		}
		return teams.Read(tx, s.sealer, in, `select `+columns+` from team t`, &w)
	})
}

var teams = list.List[homecare.Team, key]{
	Name: "teams", Key: func(t homecare.Team) key { return key{t.CreatedAt, t.ID} },
}

type key struct {
	At time.Time `list:"t.created_at desc"`
	ID string    `list:"t.id uuid desc"`
}

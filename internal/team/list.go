package team

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// Only of this programme.
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	// Only of this mode.
	Mode string `query:"mode" json:"-" validate:"omitempty,oneof=per_case standing"`
	// Only teams I am in.
	Mine bool `query:"mine" json:"-"`
	page.Request
}

// List returns teams, newest first, with their present members.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Team], error) {
	list := "teams?" + in.Programme + "&" + in.Mode
	if in.Mine {
		list += "&mine"
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Team], error) {
		k := last
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return page.Page[homecare.Team]{}, err
		}
		teams, err := listed(tx, in, k)
		if err != nil {
			return page.Page[homecare.Team]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, teams, func(t homecare.Team) any { return key{t.CreatedAt, t.ID} })
	})
	return homecare.Page[homecare.Team]{Data: p.Items, NextCursor: p.Next}, err
}

type key struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// last sorts after every row of a list that is read from the newest on.
var last = key{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

func listed(tx pg.Tx, in listParams, k key) ([]homecare.Team, error) {
	return pg.Rows[homecare.Team](tx, `select `+columns+` from team t
		where (t.created_at, t.id) < ($1, $2) and ($3 = '' or t.programme_code = $3) and ($4 = '' or t.mode = $4)
		  and (not $5 or t.id in (select team_id from team_member where account_id = $6 and left_at is null))
		order by t.created_at desc, t.id desc limit $7`, k.At, k.ID, in.Programme, in.Mode, in.Mine, tx.Principal().UserID, in.Rows())
}

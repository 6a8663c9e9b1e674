package episode

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// Only in this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=proposed approved active terminating terminated rejected withdrawn"`
	// Only of this programme.
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	// Only of persons in this village.
	Village string `query:"village" json:"-" validate:"omitempty,numeric,len=10"`
	// Only of this person.
	PatientID string `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	// Only of this team.
	Team string `query:"team" json:"-" validate:"omitempty,uuid"`
	// Record to carry whole in each row: patient.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	page.Request
}

// List returns the cases that the caller may see, newest proposal first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Case], error) {
	list := "cases?" + in.State + "&" + in.Programme + "&" + in.Village + "&" + in.PatientID + "&" + in.Team
	k := last
	if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
		return homecare.Page[homecare.Case]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Case], error) {
		cases, err := listed(tx, in, k)
		if err != nil {
			return page.Page[homecare.Case]{}, err
		}
		p, err := page.Cut(ctx, s.sealer, list, in.Request, cases, func(c homecare.Case) any { return key{c.ProposedAt, c.ID} })
		if err != nil || in.Expand == "" {
			return p, err
		}
		return p, expand(tx, in.Expand, p.Items)
	})
	return homecare.Page[homecare.Case]{Data: p.Items, NextCursor: p.Next}, err
}

type key struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

var last = key{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

func listed(tx pg.Tx, in listParams, k key) ([]homecare.Case, error) {
	rows, err := pg.Rows[shown](tx, `select `+columns+from+`
		where (c.proposed_at, c.id) < ($1, $2) and ($3 = '' or c.state = $3) and ($4 = '' or c.programme_code = $4) and ($5 = '' or p.village_code = $5)
		  and (nullif($6, '') is null or c.patient_id = survivor(nullif($6, '')::uuid)) and (nullif($7, '') is null or c.team_id = nullif($7, '')::uuid) and `+access.Listed("c")+`
		order by c.proposed_at desc, c.id desc limit $8`,
		k.At, k.ID, in.State, in.Programme, in.Village, in.PatientID, in.Team, in.Rows())
	cases := make([]homecare.Case, len(rows))
	for i := range rows {
		rows[i].permit(tx)
		cases[i] = rows[i].Case
	}
	return cases, err
}

package intake

import (
	"context"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type duplicateParams struct {
	// State.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open merged dismissed" default:"open"`
	page.Request
}

type scoreKey struct {
	Score int    `json:"s"`
	ID    string `json:"i"`
}

// Duplicates lists likely duplicates, the most alike first (SOP HS 5a).
func (s *Service) Duplicates(ctx context.Context, in duplicateParams) (homecare.Page[homecare.Duplicate], error) {
	if in.State == "" {
		in.State = "open"
	}
	list := "duplicates?" + in.State
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Duplicate], error) {
		none, k := page.Page[homecare.Duplicate]{}, scoreKey{1000, "00000000-0000-0000-0000-000000000000"}
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return none, err
		}
		rows, err := pg.Rows[candidate](tx, candidateColumns+`where `+stillTwo+` and c.state = $1 and (c.score < $2
			or c.score = $2 and c.id > $3) order by c.score desc, c.id limit $4`,
			in.State, k.Score, k.ID, in.Rows())
		if err != nil {
			return none, err
		}
		pairs, err := pairsIn(tx, rows)
		if err != nil {
			return none, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, pairs, func(d homecare.Duplicate) any { return scoreKey{d.Score, d.ID} })
	})
	return homecare.Page[homecare.Duplicate]{Data: p.Items, NextCursor: p.Next}, err
}

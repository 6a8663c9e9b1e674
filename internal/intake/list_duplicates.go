package intake

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type duplicateParams struct {
	// State; with updated_since, all states.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=duplicate_state" default:"open"`
	list.Changes
	page.Request
}

// Duplicates lists likely duplicates, most similar first (SOP HS 5a).
func (s *Service) Duplicates(ctx context.Context, in duplicateParams) (homecare.Page[homecare.Duplicate], error) {
	if len(in.State) == 0 && in.UpdatedSince.IsZero() {
		in.State = call.Many{"open"}
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Duplicate], error) {
		var w pg.Where
		w.And(stillTwo)
		w.Given(`c.state = $`, in.State...)
		rows, err := duplicates.Read(tx, s.sealer, in, candidateColumns, &w)
		if err != nil {
			return homecare.Page[homecare.Duplicate]{}, err
		}
		return list.MapAll(rows, func(all []candidate) ([]homecare.Duplicate, error) { return pairsIn(tx, all) })
	})
}

var duplicates = list.List[candidate, scoreKey]{
	Name: "duplicates", Key: func(c candidate) scoreKey { return scoreKey{c.Score, c.ID} },
}

type scoreKey struct {
	Score int    `list:"c.score int desc"`
	ID    string `list:"c.id uuid"`
}

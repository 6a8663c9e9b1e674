package intake

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// DuplicateFilter narrows the list of likely duplicates.
type DuplicateFilter struct {
	// State; with updated_since, all states.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=duplicate_state" default:"open"`
	list.Changes
	page.Request
}

// Duplicates lists likely duplicates, most similar first (SOP HS 5a).
func (s *Service) Duplicates(ctx context.Context, in DuplicateFilter) (homecare.Page[homecare.Duplicate], error) {
	if len(in.State) == 0 && in.UpdatedSince.IsZero() {
		in.State = call.Many{"open"}
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Duplicate], error) {
		rows, err := duplicates.Read(tx, s.sealer, in, candidateColumns, in.where())
		if err != nil {
			return homecare.Page[homecare.Duplicate]{}, err
		}
		return list.MapAll(rows, func(all []candidate) ([]homecare.Duplicate, error) { return pairsIn(tx, all) })
	})
}

// QueueDuplicateCount queues the count of Duplicates with states.
func QueueDuplicateCount(_ pg.Tx, b *pgx.Batch, f DuplicateFilter, into *int) {
	list.QueueCount(b, candidateColumns, f.where(), into)
}

func (f DuplicateFilter) where() *pg.Where {
	w := new(pg.Where)
	w.And(stillTwo)
	w.Given(`c.state = $`, f.State...)
	return w
}

var duplicates = list.List[candidate, scoreKey]{
	Name: "duplicates", Key: func(c candidate) scoreKey { return scoreKey{c.Score, c.ID} },
}

type scoreKey struct {
	Score int    `list:"c.score int desc"`
	ID    string `list:"c.id uuid"`
}

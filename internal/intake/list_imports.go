package intake

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// State.
	State string `query:"state" json:"-" validate:"omitempty,oneof=previewed committed discarded"`
	page.Request
}

type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

var last = timeKey{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

// List returns the imports, newest first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Import], error) {
	list := "imports?" + in.State
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Import], error) {
		k := last
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return page.Page[homecare.Import]{}, err
		}
		rows, err := importsIn(tx, `where (created_at, id) < ($1, $2) and ($3 = '' or state = $3) order by created_at desc, id desc limit $4`, k.At, k.ID, in.State, in.Rows())
		if err != nil {
			return page.Page[homecare.Import]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(i homecare.Import) any { return timeKey{i.CreatedAt, i.ID} })
	})
	return homecare.Page[homecare.Import]{Data: p.Items, NextCursor: p.Next}, err
}

package team

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns one team with its former members. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Team, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Team, error) { return single(tx, in.ID) })
}

// In returns a team with its current members. Error: fault.ErrNotFound.
func In(tx pg.Tx, id string) (homecare.Team, error) {
	return pg.Row[homecare.Team](tx, `select `+columns+` from team t where t.id = $1`, id)
}

func single(tx pg.Tx, id string) (homecare.Team, error) {
	return pg.Row[homecare.Team](tx, `select `+columns+`, `+former+` from team t where t.id = $1`, id)
}

// QueueIn queues the read of a team as its own route answers it, with former
// members. put receives it once the batch was sent, unless there is none.
func QueueIn(b *pgx.Batch, id string, put func(homecare.Team)) {
	b.Queue(`select `+columns+`, `+former+` from team t where t.id = $1`, id).Query(func(rows pgx.Rows) error {
		list, err := pg.Collect[homecare.Team](rows)
		for _, t := range list {
			put(t)
		}
		return err
	})
}

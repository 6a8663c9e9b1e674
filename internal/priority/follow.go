package priority

import (
	"context"
	"errors"
	"slices"

	"github.com/balangan/homecare/internal/fact"
	"github.com/balangan/homecare/internal/platform/change"
	"github.com/balangan/homecare/internal/platform/pg"
)

// followChunk is how many persons are brought up to date per statement.
const followChunk = 5_000

// Follow brings the newest facts and the scores of every person whose record changed up to
// date, and returns how many puskesmas had changes. It is for job.Runner.
func Follow(db *pg.DB) func(context.Context) (int, error) {
	r := change.Reader{Name: "rank", Read: rerank}
	return func(ctx context.Context) (int, error) { return r.Follow(ctx, db) }
}

// rerank refreshes and scores these persons; nil: all.
func rerank(tx pg.Tx, persons []string) error {
	if persons == nil {
		var err error
		if persons, err = pg.Scalar[[]string](tx, `select array(select id::text from patient)`); err != nil {
			return err
		}
	}
	rules, err := rulesIn(tx)
	unranked := errors.Is(err, ErrNoRules)
	if err != nil && !unranked {
		return err
	}
	for part := range slices.Chunk(persons, followChunk) {
		if err := fact.RefreshIn(tx, part); err != nil {
			return err
		}
		if unranked {
			continue
		}
		if _, _, err := compute(tx, rules, part); err != nil {
			return err
		}
	}
	return nil
}

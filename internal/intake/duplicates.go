package intake

import (
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// candidate is a pair as stored.
type candidate struct {
	ID, FirstID, SecondID, Kind, State, Reason string
	Score                                      int
	CreatedAt                                  time.Time
	UpdatedAt                                  time.Time
	Version                                    int64
}

// The records that now represent the two persons of a pair.
const (
	firstNow  = `coalesce(f.merged_into_id, f.id)`
	secondNow = `coalesce(s.merged_into_id, s.id)`
)

// candidateColumns reads a pair with the records that now represent its two
// persons. Once the two are merged, it reads the records as they were found.
const candidateColumns = `select c.id, case when ` + firstNow + ` = ` + secondNow + ` then f.id else ` + firstNow +
	` end as first_id,
	case when ` + firstNow + ` = ` + secondNow + ` then s.id else ` + secondNow + ` end as second_id, c.kind, c.score,
		c.state, c.reason, c.created_at, c.changed_at as updated_at, c.version
	from duplicate_candidate c join patient f on f.puskesmas_id = c.puskesmas_id and f.id = c.first_id
		join patient s on s.puskesmas_id = c.puskesmas_id and s.id = c.second_id `

// stillTwo excludes open pairs that need no decision any more: one of the two
// is out of use, they are already one person, or the records that represent
// them are another pair.
const stillTwo = `(c.state <> 'open' or f.voided_reason is null and s.voided_reason is null
	and f.destroyed_at is null and s.destroyed_at is null
	and ` + firstNow + ` <> ` + secondNow + `
	and (f.merged_into_id is null and s.merged_into_id is null or not exists (select from duplicate_candidate o
		where o.first_id = least(` + firstNow + `, ` + secondNow + `)
			and o.second_id = greatest(` + firstNow + `, ` + secondNow + `))))`

// pairsIn returns pairs with both persons, masked.
func pairsIn(tx pg.Tx, rows []candidate) ([]homecare.Duplicate, error) {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.FirstID, r.SecondID)
	}
	persons, err := patient.MaskedIn(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]homecare.Duplicate, len(rows))
	for i, r := range rows {
		out[i] = homecare.Duplicate{ID: r.ID, Kind: r.Kind, Score: r.Score, State: r.State, First: persons[r.FirstID],
			Second: persons[r.SecondID],
			Reason: r.Reason, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version}
	}
	return out, nil
}

func pairIn(tx pg.Tx, id string) (homecare.Duplicate, error) {
	c, err := pg.Row[candidate](tx, candidateColumns+`where c.id = $1`, id)
	if err != nil {
		return homecare.Duplicate{}, err
	}
	all, err := pairsIn(tx, []candidate{c})
	if err != nil {
		return homecare.Duplicate{}, err
	}
	return all[0], nil
}

// lockPair returns an open pair at the version in If-Match.
func lockPair(tx pg.Tx, id string) (candidate, error) {
	if err := patient.LockCommits(tx); err != nil { // before the pair: a merge locks in the same order
		return candidate{}, err
	}
	c, err := pg.Row[candidate](tx, candidateColumns+`where c.id = $1 and `+stillTwo+` for update of c`, id)
	if err != nil {
		return c, err
	}
	if err := tx.Stale(c.Version); err != nil {
		return c, err
	}
	if c.State != "open" {
		return c, fault.State(c.State)
	}
	return c, nil
}

package intake

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

type duplicateParams struct {
	State string `query:"state" json:"-" validate:"omitempty,oneof=open merged dismissed"`
	page.Request
}

type scoreKey struct {
	Score int    `json:"s"`
	ID    string `json:"i"`
}

// candidate is a pair as stored.
type candidate struct {
	ID, FirstID, SecondID, Kind, State, Reason string
	Score                                      int
	CreatedAt                                  time.Time
	Version                                    int64
}

// The records that stand for the two of a pair now.
const (
	firstNow  = `coalesce(f.merged_into_id, f.id)`
	secondNow = `coalesce(s.merged_into_id, s.id)`
)

// candidateColumns shows a pair under the records that stand for its two; two
// who are one by now as they were found, so that one sees who was joined.
const candidateColumns = `select c.id, case when ` + firstNow + ` = ` + secondNow + ` then f.id else ` + firstNow + ` end as first_id,
	case when ` + firstNow + ` = ` + secondNow + ` then s.id else ` + secondNow + ` end as second_id, c.kind, c.score, c.state, c.reason, c.created_at, c.version
	from duplicate_candidate c join patient f on f.puskesmas_id = c.puskesmas_id and f.id = c.first_id
		join patient s on s.puskesmas_id = c.puskesmas_id and s.id = c.second_id `

// stillTwo leaves out open pairs that are no question any more: one of the two
// is out of use, they are one person already, or the records that stand for
// them are a pair of their own.
const stillTwo = `(c.state <> 'open' or f.voided_reason is null and s.voided_reason is null and f.destroyed_at is null and s.destroyed_at is null
	and ` + firstNow + ` <> ` + secondNow + `
	and (f.merged_into_id is null and s.merged_into_id is null or not exists (select from duplicate_candidate o
		where o.first_id = least(` + firstNow + `, ` + secondNow + `)
			and o.second_id = greatest(` + firstNow + `, ` + secondNow + `))))`

// pairsIn shows pairs with both persons, masked.
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
		out[i] = homecare.Duplicate{ID: r.ID, Kind: r.Kind, Score: r.Score, State: r.State, First: persons[r.FirstID], Second: persons[r.SecondID],
			Reason: r.Reason, CreatedAt: r.CreatedAt, Version: r.Version}
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

// lockPair returns an open pair that If-Match names.
func lockPair(tx pg.Tx, id string) (candidate, error) {
	if err := patient.LockCommits(tx); err != nil { // before the pair: a merge locks in this order
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

type mergeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MergeDuplicate
}

// MergeDuplicate joins the two persons of a pair into the one that stays.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, ErrNotThisPair,
// patient.ErrTwoNIKs, patient.ErrGone.
func (s *Service) MergeDuplicate(ctx context.Context, in mergeParams) (homecare.Duplicate, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Duplicate, error) {
		c, err := lockPair(tx, in.ID)
		if err != nil {
			return homecare.Duplicate{}, err
		}
		from := c.SecondID
		switch in.KeepID {
		case c.FirstID:
		case c.SecondID:
			from = c.FirstID
		default:
			return homecare.Duplicate{}, ErrNotThisPair
		}
		if _, err := s.patients.MergeIn(tx, from, in.KeepID, in.Reason); err != nil {
			return homecare.Duplicate{}, err
		}
		out, err := pairIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		if out.Warnings, err = sentmonth.WarningsIn(tx); err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "duplicate.merge", SubjectKind: "patient", SubjectID: in.KeepID, Reason: in.Reason,
			After: map[string]any{"kept": in.KeepID, "merged": from, "kind": c.Kind}})
	})
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// DismissDuplicate records that the two are two people; the pair is not
// proposed again. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) DismissDuplicate(ctx context.Context, in whyParams) (homecare.Duplicate, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Duplicate, error) {
		c, err := lockPair(tx, in.ID)
		if err != nil {
			return homecare.Duplicate{}, err
		}
		if _, err := tx.Exec(`update duplicate_candidate set state = 'dismissed', reason = $2, decided_at = $3, decided_by = $4, version = version + 1 where id = $1`,
			c.ID, in.Reason, tx.Now(), tx.Principal().UserID); err != nil {
			return homecare.Duplicate{}, err
		}
		out, err := pairIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "duplicate.dismiss", SubjectKind: "duplicate", SubjectID: c.ID, Reason: in.Reason,
			Before: map[string]any{"state": c.State}, After: map[string]any{"state": out.State}})
	})
}

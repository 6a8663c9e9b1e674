package audit

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// PatientAccess asks who saw a person.
type PatientAccess struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// AccountAccess asks what an account saw.
type AccountAccess struct {
	// Only what this account saw.
	AccountID string `query:"account_id" json:"-" validate:"omitempty,uuid"`
	page.Request
}

const accessColumns = `e.id, e.at, e.account_id, coalesce(s.name, '') as account_name, e.role, coalesce(e.session_id::text, '') as session_id, e.client, e.trace_id, e.permission,
	e.persons, coalesce(e.import_id::text, '') as import_id, e.revealed, e.replayed`

const accountNames = `left join (select distinct on (account_id) account_id, name from staff_of_puskesmas()) s on s.account_id = e.account_id`

var newest = key{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

// WhoSaw returns the answers that showed a person, newest first. It trails
// what happens by at most 200 ms. Error: fault.ErrNotFound.
func (s *Service) WhoSaw(ctx context.Context, in PatientAccess) (homecare.Page[homecare.Access], error) {
	return s.accesses(ctx, in.Request, "access?patient="+in.ID, func(tx pg.Tx, k key) ([]homecare.Access, error) {
		if there, err := pg.Scalar[bool](tx, `select exists (select from patient where id = $1)`, in.ID); err != nil {
			return nil, err
		} else if !there {
			return nil, fault.ErrNotFound
		}
		return pg.Rows[homecare.Access](tx, `select `+accessColumns+` from access_person p join access_event e on e.puskesmas_id = p.puskesmas_id and e.id = p.access_id `+accountNames+`
			where p.patient_id = any (same_person(survivor($1))) and (p.at, p.access_id) < ($2, $3)
				order by p.at desc, p.access_id desc limit $4`, in.ID, k.At, k.ID, in.Rows())
	})
}

// Accesses returns the answers that showed persons of the caller's puskesmas,
// to one account or to all, newest first.
func (s *Service) Accesses(ctx context.Context, in AccountAccess) (homecare.Page[homecare.Access], error) {
	return s.accesses(ctx, in.Request, "access?account="+in.AccountID, func(tx pg.Tx, k key) ([]homecare.Access, error) {
		if in.AccountID == "" {
			return pg.Rows[homecare.Access](tx, `select `+accessColumns+` from access_event e `+accountNames+`
				where (e.at, e.id) < ($1, $2) order by e.at desc, e.id desc limit $3`, k.At, k.ID, in.Rows())
		}
		return pg.Rows[homecare.Access](tx, `select `+accessColumns+` from access_event e `+accountNames+`
			where e.account_id = $1 and (e.at, e.id) < ($2, $3) order by e.at desc, e.id desc limit $4`, in.AccountID, k.At, k.ID, in.Rows())
	})
}

func (s *Service) accesses(ctx context.Context, r page.Request, list string, read func(pg.Tx, key) ([]homecare.Access, error)) (homecare.Page[homecare.Access], error) {
	k := newest
	if _, err := s.sealer.Open(ctx, list, r, &k); err != nil {
		return homecare.Page[homecare.Access]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Access], error) {
		all, err := read(tx, k)
		if err != nil {
			return page.Page[homecare.Access]{}, err
		}
		return page.Cut(ctx, s.sealer, list, r, all, func(a homecare.Access) any { return key{a.At, a.ID} })
	})
	return homecare.Page[homecare.Access]{Data: p.Items, NextCursor: p.Next}, err
}

package audit

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
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

// WhoSaw returns the answers that showed a person, newest first. It trails
// what happens by at most 200 ms. Error: fault.ErrNotFound.
func (s *Service) WhoSaw(ctx context.Context, in PatientAccess) (homecare.Page[homecare.Access], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Access], error) {
		there, err := pg.Scalar[bool](tx, `select exists (select from patient where id = $1)`, in.ID)
		if err == nil && !there {
			err = fault.ErrNotFound
		}
		if err != nil {
			return homecare.Page[homecare.Access]{}, err
		}
		var w pg.Where
		w.And(`p.patient_id = any (same_person(survivor(` + w.Arg(in.ID) + `)))`)
		return shownOf.Read(tx, s.sealer, in, `select `+accessColumns+` from access_person p
			join access_event e on e.puskesmas_id = p.puskesmas_id and e.id = p.access_id `+accountNames, &w)
	})
}

var shownOf = list.List[homecare.Access, shownKey]{
	Name: "who-saw", Key: func(a homecare.Access) shownKey { return shownKey{a.At, a.ID} },
}

type shownKey struct {
	At time.Time `list:"p.at desc"`
	ID string    `list:"p.access_id uuid desc"`
}

// Accesses returns the answers that showed persons of the caller's puskesmas,
// to one account or to all, newest first.
func (s *Service) Accesses(ctx context.Context, in AccountAccess) (homecare.Page[homecare.Access], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Access], error) {
		var w pg.Where
		w.Given(`e.account_id = $`, in.AccountID)
		return accesses.Read(tx, s.sealer, in, `select `+accessColumns+` from access_event e `+accountNames, &w)
	})
}

var accesses = list.List[homecare.Access, accessKey]{
	Name: "access", Key: func(a homecare.Access) accessKey { return accessKey{a.At, a.ID} },
}

type accessKey struct {
	At time.Time `list:"e.at desc"`
	ID string    `list:"e.id uuid desc"`
}

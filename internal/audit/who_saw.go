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

// PatientAccess selects the accesses to a person.
type PatientAccess struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// WhoSaw returns the answers that showed a person, newest first, at most 200 ms after
// they left. Error: fault.ErrNotFound.
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

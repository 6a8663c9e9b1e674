package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type personsParams struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// Persons lists the persons that the credential touched, by id. Error:
// fault.ErrNotFound.
func (s *Service) Persons(ctx context.Context, in personsParams) (homecare.Page[homecare.BreachPerson], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.BreachPerson], error) {
		b, err := breachIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.BreachPerson]{}, err
		}
		q, args := touched(b)
		w := pg.Where{Args: args}
		return touchedPersons.Read(tx, s.sealer, in, `select t.* from (select p.id as patient_id, p.name,
				min(t.first_at) as first_at, max(t.last_at) as last_at, sum(t.times)::int as times,
				bool_or(t.revealed) as revealed
			from (select l.patient_id, min(l.at) as first_at, max(l.at) as last_at, count(*) as times,
				bool_or(l.revealed) as revealed from (`+q+`) l group by 1) t
			`+survivors+` group by p.id, p.name) t`, &w)
	})
}

var touchedPersons = list.List[homecare.BreachPerson, personKey]{
	Name: "breach-persons", Key: func(p homecare.BreachPerson) personKey { return personKey{p.PatientID} },
}

type personKey struct {
	ID string `list:"t.patient_id uuid"`
}

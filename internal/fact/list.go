package fact

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	ID string `param:"id" json:"-"`
	// Only facts of this code.
	Code call.Many `query:"code" json:"-" validate:"omitempty,max=20,dive,code" known:"fact" example:"sbp"`
}

// List returns the newest fact of each code about a person, at once also those of the
// caller's last act. A fact whose newest reading the caller may not see is left out, and not
// replaced by an older one. Error: fault.ErrNotFound.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Fact], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Fact], error) {
		var none homecare.Page[homecare.Fact]
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		w := pg.Where{Args: []any{[]string{id}}}
		w.And(`f.stands`)
		w.And(patient.SeesFact(tx.Principal().Role, "f"))
		w.Given(`f.code = $`, in.Code...)
		rows, err := pg.Rows[homecare.Fact](tx, selectFacts+w.SQL()+` order by k.sort, f.item`, w.Args...)
		if rows == nil {
			rows = []homecare.Fact{}
		}
		inWords(tx.Call().Language, rows)
		return homecare.Page[homecare.Fact]{Data: rows}, err
	})
}

// OfPersonsIn returns the newest facts of persons, by person, from current_fact: a list of
// many shows a change some seconds later.
func OfPersonsIn(tx pg.Tx, ids []string) (map[string][]homecare.Fact, error) {
	rows, err := pg.Rows[personFact](tx, `select f.patient_id, `+factColumns+` from current_fact f
		join fact_code k on k.code = f.code where f.patient_id = any ($1::text[]::uuid[]) and f.stands
		and `+patient.SeesFact(tx.Principal().Role, "f")+` order by f.patient_id, k.sort, f.item`, ids)
	out := map[string][]homecare.Fact{}
	for _, r := range rows {
		out[r.PatientID] = append(out[r.PatientID], r.Fact)
	}
	for id := range out {
		inWords(tx.Call().Language, out[id])
	}
	return out, err
}

type personFact struct {
	PatientID string
	homecare.Fact
}

const factColumns = `coalesce(f.told_id::text, '') as id, f.code, f.value, f.text, f.observed_at, f.source,
		coalesce(f.visit_id::text, '') as visit_id, f.recorded_at, f.sensitive`

const selectFacts = `select ` + factColumns + `
	from newest_facts($1::text[]::uuid[]) f join fact_code k on k.code = f.code`

// inWords adds labels and units. The value of a flag is left out: it stands.
func inWords(lang string, facts []homecare.Fact) {
	for i := range facts {
		f := &facts[i]
		c := reference.FactByCode(f.Code)
		if c == nil {
			f.Label = f.Code
			continue
		}
		f.Label, f.Unit, f.TextLabel = c.Label(lang), c.Unit, c.TextLabel(f.Text, lang)
		if !c.IsNumber() {
			f.Value = nil
		}
	}
}

package record

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type lastValuesParams struct {
	ID string `param:"id" json:"-"`
}

// LastValues returns the newest value of each measurement and instrument of a person, at
// completed visits that the caller may see. Error: fault.ErrNotFound.
func (s *Service) LastValues(ctx context.Context, in lastValuesParams) (homecare.Page[homecare.LastValue], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.LastValue], error) {
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.LastValue]{}, err
		}
		rows, err := pg.Rows[homecare.LastValue](tx, selectLastValues, id)
		return homecare.Page[homecare.LastValue]{Data: present(rows)}, err
	})
}

// selectLastValues reads the visits of person $1, which a merge has moved to the person
// that stands for both.
var selectLastValues = `with seen as (select v.puskesmas_id, v.id, v.arrived_at, v.counts_on from visit v
		join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
		where v.patient_id = $1 and v.state = 'completed' and ` + access.Case("c") + `),
	measured as (
		select 'vital' as part, x.code, x.value, '' as finding, x.unit, x.level, '' as band, '' as band_label,
			x.taken_at, v.counts_on, v.id as visit_id
			from seen v join visit_vital x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
		union all select 'lab', x.code, x.value, x.finding, x.unit, x.level, '', '', x.taken_at, v.counts_on, v.id
			from seen v join visit_lab x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
		union all select 'assessment', x.instrument, x.score, '', '', '', x.band, x.band_label, v.arrived_at,
			v.counts_on, v.id
			from seen v join visit_assessment x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id)
	select distinct on (part, code) part, code, value, finding, unit, level, band, band_label, taken_at,
		counts_on::text as counts_on, visit_id
	from measured order by part desc, code, taken_at desc, visit_id desc`

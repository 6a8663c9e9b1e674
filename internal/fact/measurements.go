package fact

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

type seriesParams struct {
	ID string `param:"id" json:"-"`
	// The codes of the series; absent: all measurements and scores that the person has.
	Code call.Many `query:"code" json:"-" validate:"omitempty,max=20,dive,code" known:"fact" example:"sbp"`
	// Only readings of this day and later ones.
	From string `query:"from" json:"-" validate:"omitempty,date"`
	// Only readings of this day and earlier ones.
	To string `query:"to" json:"-" validate:"omitempty,date"`
}

// maxPoints is how many readings a series has at most.
const maxPoints = 500

type reading struct {
	Code string
	homecare.MeasurementPoint
}

// Measurements returns the readings of a person, a series per code, oldest first. Readings
// of cases that the caller may not see are left out. Error: fault.ErrNotFound.
func (s *Service) Measurements(ctx context.Context, in seriesParams) (homecare.Page[homecare.MeasurementSeries],
	error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.MeasurementSeries], error) {
		out := homecare.Page[homecare.MeasurementSeries]{Data: []homecare.MeasurementSeries{}}
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		w := pg.Where{Args: []any{id, maxPoints + 1}}
		w.And(`f.patient_id = $1`)
		w.And(`not (k.many = 'set' and f.item = '')`)
		w.And(patient.SeesFact(tx.Principal().Role, "f"))
		w.Given(`f.code = $`, in.Code...)
		if len(in.Code) == 0 {
			w.And(`k.kind in ('measure', 'score')`)
		}
		w.Given(`f.observed_at >= $::text::date::timestamp at time zone 'Asia/Makassar'`, in.From)
		w.Given(`f.observed_at < ($::text::date + 1)::timestamp at time zone 'Asia/Makassar'`, in.To)
		rows, err := pg.Rows[reading](tx, `select code, id, value, text, observed_at, source, visit_id from (
			select f.code, coalesce(f.told_id::text, '') as id, f.value, f.text, f.observed_at, f.source,
				coalesce(f.visit_id::text, '') as visit_id, k.sort, f.recorded_at, f.n,
				row_number() over (partition by f.code order by f.observed_at desc nulls last, f.recorded_at desc,
				f.n desc) as place
			from fact f join fact_code k on k.code = f.code`+w.SQL()+`) r where place <= $2
			order by sort, place desc`, w.Args...)
		if err != nil {
			return out, err
		}
		out.Data = series(tx.Call().Language, rows)
		return out, nil
	})
}

// series groups readings, which are in the order of their codes.
func series(lang string, rows []reading) []homecare.MeasurementSeries {
	out := []homecare.MeasurementSeries{}
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Code != r.Code {
			m := homecare.MeasurementSeries{Code: r.Code, Label: r.Code}
			if c := reference.FactByCode(r.Code); c != nil {
				m.Label, m.Unit = c.Label(lang), c.Unit
			}
			out = append(out, m)
		}
		m := &out[len(out)-1]
		m.Points = append(m.Points, r.MeasurementPoint)
	}
	for i := range out {
		if over := len(out[i].Points) - maxPoints; over > 0 {
			out[i].Points, out[i].Truncated = out[i].Points[over:], true
		}
	}
	return out
}

package dashboard

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service reads the roll-ups.
type Service struct{ db *pg.DB }

// NewService returns the use cases over db.
func NewService(db *pg.DB) *Service { return &Service{db} }

// suppressBelow is the smallest count of persons that Dinkes sees (ours, for
// Permenkes 24/2022 art. 29 and UU 27/2022).
const suppressBelow = 5

type asked struct {
	// Month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"required,month"`
	// Programme.
	Programme string `query:"programme" json:"-" validate:"required,code"`
}

type figure struct {
	Puskesmas  string
	Figure     string
	Value      int64
	ComputedAt time.Time
}

// monthIn is a month of a puskesmas that has figures: its programme has begun,
// and the month too.
const monthIn = ` from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = $1 and to_char(pp.starts_on, 'YYYY-MM') <= $2 and $2 <= $3`

// fill computes a month for every puskesmas of which there is none yet, so that
// a month without an event shows its stock too, and returns what it computed:
// a standby does not have it yet. 0 is every puskesmas.
func (s *Service) fill(ctx context.Context, in asked, puskesmasID int16) (map[string][]figure, error) {
	type place struct {
		ID   int16
		Slug string
	}
	places, err := pg.System(ctx, s.db, "roll-up", func(tx pg.Tx) ([]place, error) {
		return pg.Rows[place](tx, `select p.id, p.slug`+monthIn+` and $4::smallint in (0, p.id) order by 1`,
			in.Programme, in.Month, clock.Month(clock.Now(ctx)), puskesmasID)
	})
	out := map[string][]figure{}
	for _, p := range places {
		rows, e := pg.SystemFor(ctx, s.db, "roll-up", p.ID, func(tx pg.Tx) ([]figure, error) {
			const read = `select figure, value, computed_at from rollup_month where puskesmas_id = $1 and programme_code = $2 and month = $3 order by figure`
			rows, err := pg.Rows[figure](tx, read, p.ID, in.Programme, in.Month)
			if err != nil || len(rows) > 0 {
				return rows, err
			}
			if _, err := recompute(tx, p.ID, in.Programme, []string{in.Month}); err != nil {
				return nil, err
			}
			return pg.Rows[figure](tx, read, p.ID, in.Programme, in.Month)
		})
		if err = errors.Join(err, e); err != nil {
			return nil, err
		}
		out[p.Slug] = rows
	}
	return out, err
}

// District returns the figures of a month for every puskesmas that runs the
// programme. Counts of persons from 1 to 4 are suppressed, and no total over
// puskesmas is given from which they could be told.
func (s *Service) District(ctx context.Context, in asked) (homecare.Page[homecare.DistrictMonth], error) {
	read := func(tx pg.Tx) ([]homecare.DistrictMonth, error) {
		tenants, err := pg.Rows[homecare.DistrictMonth](tx, `select p.slug as puskesmas, pp.programme_code as programme
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = $1 order by p.id`, in.Programme)
		if err != nil {
			return nil, err
		}
		rows, err := pg.Rows[figure](tx, `select p.slug as puskesmas, r.figure, r.value, r.computed_at from rollup_month r join puskesmas p on p.id = r.puskesmas_id
			where r.month = $1 and r.programme_code = $2 order by p.id, r.figure`, in.Month, in.Programme)
		if err != nil {
			return nil, err
		}
		byTenant := map[string][]figure{}
		for _, r := range rows {
			byTenant[r.Puskesmas] = append(byTenant[r.Puskesmas], r)
		}
		for i := range tenants {
			tenants[i] = monthOf(tenants[i].Puskesmas, in, byTenant[tenants[i].Puskesmas], true)
		}
		return tenants, nil
	}
	out, err := pg.District(ctx, s.db, read)
	if err != nil || !slices.ContainsFunc(out, empty) {
		return homecare.Page[homecare.DistrictMonth]{Data: out}, err
	}
	filled, err := s.fill(ctx, in, 0)
	for i, m := range out {
		if empty(m) {
			out[i] = monthOf(m.Puskesmas, in, filled[m.Puskesmas], true)
		}
	}
	return homecare.Page[homecare.DistrictMonth]{Data: out}, err
}

// Own returns the figures of a month of the caller's puskesmas.
func (s *Service) Own(ctx context.Context, in asked) (homecare.DistrictMonth, error) {
	var id int16
	out, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DistrictMonth, error) {
		id = tx.Principal().PuskesmasID
		rows, err := pg.Rows[figure](tx, `select figure, value, computed_at from rollup_month where month = $1 and programme_code = $2 order by figure`, in.Month, in.Programme)
		return monthOf(tx.Principal().Puskesmas, in, rows, false), err
	})
	if err != nil || !empty(out) {
		return out, err
	}
	filled, err := s.fill(ctx, in, id)
	return monthOf(out.Puskesmas, in, filled[out.Puskesmas], false), err
}

func empty(m homecare.DistrictMonth) bool { return len(m.Figures) == 0 }

func monthOf(puskesmas string, in asked, rows []figure, district bool) homecare.DistrictMonth {
	out := homecare.DistrictMonth{Puskesmas: puskesmas, Programme: in.Programme, Month: in.Month, Figures: []homecare.RollupFigure{}}
	for _, r := range rows {
		out.Figures = append(out.Figures, shown(r, district))
		if out.ComputedAt == nil || r.ComputedAt.Before(*out.ComputedAt) {
			out.ComputedAt = &r.ComputedAt
		}
	}
	return out
}

func shown(f figure, district bool) homecare.RollupFigure {
	if district && countsPersons(f.Figure) && f.Value > 0 && f.Value < suppressBelow {
		return homecare.RollupFigure{Figure: f.Figure, Suppressed: true}
	}
	return homecare.RollupFigure{Figure: f.Figure, Value: &f.Value}
}

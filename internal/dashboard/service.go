package dashboard

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service reads the roll-ups.
type Service struct{ db *pg.DB }

// NewService returns the use cases over db.
func NewService(db *pg.DB) *Service { return &Service{db} }

type asked struct {
	// Month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"required,month"`
	// Programme.
	Programme string `query:"programme" json:"-" validate:"required,code" known:"programme"`
}

// fill computes a month for every puskesmas that has no roll-up of it, so that a month
// without an event also shows the cases in care. It returns the figures, because a
// standby does not have them yet. 0 is every puskesmas.
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
			const read = `select figure, value, computed_at from rollup_month where puskesmas_id = $1
				and programme_code = $2 and month = $3 order by figure`
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

func empty(m homecare.DistrictMonth) bool { return len(m.Figures) == 0 }

func monthOf(puskesmas string, in asked, rows []figure, district bool) homecare.DistrictMonth {
	out := homecare.DistrictMonth{Puskesmas: puskesmas, Programme: in.Programme, Month: in.Month,
		Figures: []homecare.RollupFigure{}}
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
		return homecare.RollupFigure{Figure: f.Figure, Status: "below_5"}
	}
	return homecare.RollupFigure{Figure: f.Figure, Value: &f.Value, Status: "exact"}
}

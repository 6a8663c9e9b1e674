package dashboard

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
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
	Month     string `query:"month" json:"-" validate:"required,month"`
	Programme string `query:"programme" json:"-" validate:"required,code"`
}

type figure struct {
	Puskesmas string
	Figure    string
	Value     int64
}

// District returns the figures of a month for every puskesmas that runs the
// programme. Counts of persons from 1 to 4 are suppressed, and no total over
// puskesmas is given from which they could be told.
func (s *Service) District(ctx context.Context, in asked) (homecare.Page[homecare.DistrictMonth], error) {
	out, err := pg.District(ctx, s.db, func(tx pg.Tx) ([]homecare.DistrictMonth, error) {
		tenants, err := pg.Rows[homecare.DistrictMonth](tx, `select p.slug as puskesmas, pp.programme_code as programme
			from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = $1 order by p.id`, in.Programme)
		if err != nil {
			return nil, err
		}
		rows, err := pg.Rows[figure](tx, `select p.slug as puskesmas, r.figure, r.value from rollup_month r join puskesmas p on p.id = r.puskesmas_id
			where r.month = $1 and r.programme_code = $2 order by p.id, r.figure`, in.Month, in.Programme)
		if err != nil {
			return nil, err
		}
		byTenant := map[string][]homecare.RollupFigure{}
		for _, r := range rows {
			byTenant[r.Puskesmas] = append(byTenant[r.Puskesmas], shown(r, true))
		}
		for i := range tenants {
			tenants[i].Month = in.Month
			tenants[i].Figures = byTenant[tenants[i].Puskesmas]
			if tenants[i].Figures == nil {
				tenants[i].Figures = []homecare.RollupFigure{}
			}
		}
		return tenants, nil
	})
	return homecare.Page[homecare.DistrictMonth]{Data: out}, err
}

// Own returns the figures of a month of the caller's puskesmas.
func (s *Service) Own(ctx context.Context, in asked) (homecare.DistrictMonth, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DistrictMonth, error) {
		out := homecare.DistrictMonth{Puskesmas: tx.Principal().Puskesmas, Programme: in.Programme, Month: in.Month, Figures: []homecare.RollupFigure{}}
		rows, err := pg.Rows[figure](tx, `select figure, value from rollup_month where month = $1 and programme_code = $2 order by figure`, in.Month, in.Programme)
		for _, r := range rows {
			out.Figures = append(out.Figures, shown(r, false))
		}
		return out, err
	})
}

func shown(f figure, district bool) homecare.RollupFigure {
	if district && countsPersons(f.Figure) && f.Value > 0 && f.Value < suppressBelow {
		return homecare.RollupFigure{Figure: f.Figure, Suppressed: true}
	}
	return homecare.RollupFigure{Figure: f.Figure, Value: &f.Value}
}

// GetDistrict answers the district's figures.
//
//	@Summary		Figures of a month for every puskesmas
//	@Description	Angka satu bulan untuk setiap puskesmas (Dinkes): acts exactly, persons suppressed from 1 to 4; no person is named.
//	@ID				getDistrictDashboard
//	@Tags			dashboards
//	@Param			month		query		string	true	"Month, YYYY-MM"	example(2026-11)
//	@Param			programme	query		string	true	"Programme"			example(kupinang)
//	@Success		200			{object}	homecare.Page[homecare.DistrictMonth]
//	@Router			/v1/dashboards/district [get]
func (s *Service) GetDistrict() rest.Handler { return rest.Handle(http.StatusOK, s.District) }

// GetOwn answers the caller's own figures.
//
//	@Summary		Figures of a month of my puskesmas
//	@Description	Angka satu bulan puskesmas sendiri.
//	@ID				getPuskesmasDashboard
//	@Tags			dashboards
//	@Param			month		query		string	true	"Month, YYYY-MM"	example(2026-11)
//	@Param			programme	query		string	true	"Programme"			example(kupinang)
//	@Success		200			{object}	homecare.DistrictMonth
//	@Router			/v1/dashboards/puskesmas [get]
func (s *Service) GetOwn() rest.Handler { return rest.Handle(http.StatusOK, s.Own) }

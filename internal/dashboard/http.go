package dashboard

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetDistrict answers the district's figures.
//
//	@Summary		Figures of a month for every puskesmas
//	@Description	Angka satu bulan untuk setiap puskesmas (Dinkes). Acts are exact; counts of persons from 1 to 4
//					have the status `below_5`. No person is named.
//	@ID				getDistrictDashboard
//	@Tags			dashboards
func (s *Service) GetDistrict() rest.Handler { return rest.Handle(http.StatusOK, s.District) }

// GetOwn answers the caller's own figures.
//
//	@Summary		Figures of a month of my puskesmas
//	@Description	Angka satu bulan puskesmas sendiri.
//	@ID				getPuskesmasDashboard
//	@Tags			dashboards
func (s *Service) GetOwn() rest.Handler { return rest.Handle(http.StatusOK, s.Own) }

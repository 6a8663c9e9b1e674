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

// GetCounts answers how much waits for the caller.
//
//	@Summary		How much waits for me
//	@Description	Jumlah pekerjaan yang menunggu, untuk lencana di layar: the lengths of the caller's lists, at most
//					1000 each, with the address of the list. Further kinds may follow.
//	@ID				getCounts
//	@Tags			dashboards
func (s *Service) GetCounts() rest.Handler { return rest.Handle(http.StatusOK, s.Counts) }

package fact

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetCodes answers the catalogue of facts.
//
//	@Summary		List the codes of facts
//	@Description	Kode fakta: what sources, visits and staff can tell about a person, with unit, limits and values.
//	@ID				listFactCodes
//	@Tags			registry
func (s *Service) GetCodes() rest.Handler { return rest.Handle(http.StatusOK, s.Codes) }

// GetFacts answers the newest facts of a person.
//
//	@Summary		List the newest facts of a person
//	@Description	Fakta terakhir tentang seseorang: the newest true reading of each code from sources, visits and
//					hand entries, without voided ones and those that say no. What a visit found is shown to those
//					who see its case.
//	@ID				listFacts
//	@Tags			registry
func (s *Service) GetFacts() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetMeasurements answers series of readings.
//
//	@Summary		List the measurements of a person over time
//	@Description	Riwayat ukuran: a series per code, oldest reading first, from sources, visits and hand entries.
//	@ID				listMeasurements
//	@Tags			registry
func (s *Service) GetMeasurements() rest.Handler { return rest.Handle(http.StatusOK, s.Measurements) }

// PostFact records a fact by hand.
//
//	@Summary		Enter a fact by hand
//	@Description	Catat fakta tanpa kunjungan atau berkas: what a family or a hospital tells. The ranking follows
//					within seconds.
//	@ID				enterFact
//	@Tags			registry
func (s *Service) PostFact() rest.Handler { return rest.Handle(http.StatusCreated, s.Enter) }

// PostVoid voids a fact.
//
//	@Summary		Void a fact that is not true
//	@Description	Batalkan fakta yang keliru, dengan alasan: it leaves every list. What a visit found is amended
//					at the visit.
//	@ID				voidFact
//	@Tags			registry
func (s *Service) PostVoid() rest.Handler { return rest.Handle(http.StatusNoContent, s.Void) }

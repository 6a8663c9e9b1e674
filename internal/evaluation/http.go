package evaluation

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostEvaluation opens an evaluation.
//
//	@Summary		Open an evaluation
//	@Description	Catat evaluasi kunjungan, kasus, atau bulan (SOP HS 5j, KP D). It has a finding, cause,
//					improvement, owner and due date.
//	@ID				openEvaluation
//	@Tags			reports
//	@Failure		404		no such visit or case
func (s *Service) PostEvaluation() rest.Handler { return rest.Handle(http.StatusCreated, s.Open) }

// GetEvaluations lists evaluations.
//
//	@Summary		List evaluations
//	@Description	Daftar evaluasi. Newest first.
//	@ID				listEvaluations
//	@Tags			reports
func (s *Service) GetEvaluations() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostClose records the result.
//
//	@Summary		Close an evaluation with its result
//	@Description	Tutup evaluasi dengan hasil perbaikannya.
//	@ID				closeEvaluation
//	@Tags			reports
func (s *Service) PostClose() rest.Handler { return rest.Handle(http.StatusOK, s.Close) }

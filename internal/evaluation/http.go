package evaluation

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostEvaluation opens an evaluation.
//
//	@Summary		Open an evaluation
//	@Description	Catat evaluasi kunjungan, kasus, atau bulan: finding, cause, improvement, owner and due date (SOP HS 5j, KP D).
//	@ID				openEvaluation
//	@Tags			reports
//	@Param			body	body		homecare.NewEvaluation	true	"The evaluation"
//	@Success		201		{object}	homecare.Evaluation
//	@Failure		404		{object}	homecare.Problem	"no such visit or case"
//	@Router			/v1/evaluations [post]
func (s *Service) PostEvaluation() rest.Handler { return rest.Handle(http.StatusCreated, s.Open) }

// GetEvaluations lists evaluations.
//
//	@Summary		List evaluations
//	@Description	Daftar evaluasi, newest first.
//	@ID				listEvaluations
//	@Tags			reports
//	@Param			state		query		string	false	"Only this state"	Enums(open, done)
//	@Param			month		query		string	false	"Only of this month, YYYY-MM"	example(2026-11)
//	@Param			subject_id	query		string	false	"Only of this visit or case"	format(uuid)
//	@Param			limit		query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200			{object}	homecare.Page[homecare.Evaluation]
//	@Router			/v1/evaluations [get]
func (s *Service) GetEvaluations() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostClose records the result.
//
//	@Summary		Close an evaluation with its result
//	@Description	Tutup evaluasi dengan hasil perbaikannya.
//	@ID				closeEvaluation
//	@Tags			reports
//	@Param			id		path		string						true	"Evaluation"	format(uuid)
//	@Param			body	body		homecare.EvaluationResult	true	"What came of it"
//	@Success		200		{object}	homecare.Evaluation
//	@Router			/v1/evaluations/{id}/close [post]
func (s *Service) PostClose() rest.Handler { return rest.Handle(http.StatusOK, s.Close) }

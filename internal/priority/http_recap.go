package priority

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetRecap answers the recap of targets.
//
//	@Summary		Count the targets by source, village or risk
//	@Description	Rekap sasaran lintas program (SOP HS 5a-b).
//	@ID				getRecap
//	@Tags			priorities
//	@Param			by	query		string	true	"What to count by"	Enums(source, village, risk)
//	@Success		200	{object}	homecare.Page[homecare.RecapLine]
//	@Router			/v1/recap [get]
func (s *Service) GetRecap() rest.Handler { return rest.Handle(http.StatusOK, s.Recap) }

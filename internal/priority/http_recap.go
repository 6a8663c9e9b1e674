package priority

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetRecap answers the recap of targets.
//
//	@Summary		Count the targets by one or two of source, village, risk, age, sex and month
//	@Description	Rekap sasaran lintas program (SOP HS 5a-b). A target of several sources or with several
//					risks counts in each line.
//	@ID				getRecap
//	@Tags			priorities
func (s *Service) GetRecap() rest.Handler { return rest.Handle(http.StatusOK, s.Recap) }

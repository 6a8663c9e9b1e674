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
func (s *Service) GetRecap() rest.Handler { return rest.Handle(http.StatusOK, s.Recap) }

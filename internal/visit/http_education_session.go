package visit

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostEducationSession records a group session.
//
//	@Summary		Record a group education session
//	@Description	Catat penyuluhan kelompok di luar kunjungan (SOP HS 2c, KP 2): topics, method, participants, and
//					the group's knowledge and practice before and after. The monthly report counts it.
//	@ID				addEducationSession
//	@Tags			visits
func (s *Service) PostEducationSession() rest.Handler {
	return rest.Handle(http.StatusCreated, s.AddEducationSession)
}

// GetEducationSessions lists group sessions.
//
//	@Summary		List group education sessions, newest first
//	@Description	Daftar penyuluhan kelompok.
//	@ID				listEducationSessions
//	@Tags			visits
func (s *Service) GetEducationSessions() rest.Handler {
	return rest.Handle(http.StatusOK, s.EducationSessions)
}

package visit

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostEducationSession records a group session.
//
//	@Summary		Record a group education session
//	@Description	Catat penyuluhan kelompok di luar kunjungan (SOP HS 2c, KP 2): topics, method, participants, and what the group knew and did before and after. It is counted in the monthly report.
//	@ID				addEducationSession
//	@Tags			visits
//	@Param			body	body		homecare.NewEducationSession	true	"The session that was held"
//	@Success		201		{object}	homecare.EducationSession
//	@Router			/v1/education-sessions [post]
func (s *Service) PostEducationSession() rest.Handler {
	return rest.Handle(http.StatusCreated, s.AddEducationSession)
}

// GetEducationSessions lists group sessions.
//
//	@Summary		List group education sessions, newest first
//	@Description	Daftar penyuluhan kelompok.
//	@ID				listEducationSessions
//	@Tags			visits
//	@Param			programme	query		string	false	"Only of this programme"	maxlength(61)
//	@Param			village		query		string	false	"Only in this village (code)"	minlength(10)	maxlength(10)
//	@Param			date_from	query		string	false	"Held from this day"	format(date)
//	@Param			date_to		query		string	false	"Held until this day"	format(date)
//	@Param			limit		query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200			{object}	homecare.Page[homecare.EducationSession]
//	@Router			/v1/education-sessions [get]
func (s *Service) GetEducationSessions() rest.Handler {
	return rest.Handle(http.StatusOK, s.EducationSessions)
}

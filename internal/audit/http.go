package audit

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetAuditEvents answers the list of events.
//
//	@Summary		List audit events, newest first
//	@Description	Jejak audit: who did what, when and why, in the caller's puskesmas; for Dinkes, its own acts. Before and after are shown where the act changed a record.
//	@ID				listAuditEvents
//	@Tags			trust
//	@Param			subject_id	query		string	false	"Only what was done to this record"	format(uuid)
//	@Param			action		query		string	false	"Only this action"	example(case.approve)
//	@Param			limit		query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200			{object}	homecare.Page[homecare.AuditEvent]
//	@Router			/v1/audit-events [get]
func (s *Service) GetAuditEvents() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

package audit

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetAuditEvents answers the list of events.
//
//	@Summary		List audit events, newest first
//	@Description	Jejak audit: who did what, when and why, in the caller's puskesmas; for Dinkes, its own acts.
//					Before and after are shown where the act changed a record.
//	@ID				listAuditEvents
//	@Tags			trust
func (s *Service) GetAuditEvents() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetPatientAccessLog answers who saw a person.
//
//	@Summary		List who saw a person, newest first
//	@Description	Catatan akses: every answer that showed this person, with account, time and operation. A row
//					appears at most 200 ms after the answer; reading this list leaves a row too.
//	@ID				listPatientAccess
//	@Tags			trust
func (s *Service) GetPatientAccessLog() rest.Handler { return rest.Handle(http.StatusOK, s.WhoSaw) }

// GetAccessLog answers what accounts saw.
//
//	@Summary		List which answers showed persons, newest first
//	@Description	Catatan akses: what one account saw, or all, in the caller's puskesmas: how many persons, when,
//					by which operation. GET /v1/patients/{id}/access-log lists by person.
//	@ID				listAccess
//	@Tags			trust
func (s *Service) GetAccessLog() rest.Handler { return rest.Handle(http.StatusOK, s.Accesses) }

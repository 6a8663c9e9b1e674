package audit

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetAuditEvents lists events.
//
//	@Summary		List audit events, newest first
//	@Description	Jejak audit. Who did what, when and why, in the caller's puskesmas; for Dinkes, the acts of
//					Dinkes. Before and after are shown if the act changed a record.
//	@ID				listAuditEvents
//	@Tags			trust
func (s *Service) GetAuditEvents() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetPatientAccessLog lists who saw a person.
//
//	@Summary		List who saw a person, newest first
//	@Description	Catatan akses. Every answer that showed this person, with account, time and operation. A row
//					appears at most 200 ms after the answer; reading this list adds a row too.
//	@ID				listPatientAccess
//	@Tags			trust
func (s *Service) GetPatientAccessLog() rest.Handler { return rest.Handle(http.StatusOK, s.WhoSaw) }

// GetAccessLog lists the answers that showed persons.
//
//	@Summary		List which answers showed persons, newest first
//	@Description	Catatan akses. The answers that showed persons of the caller's puskesmas to one account, or to
//					any: how many persons, when, by which operation. GET /v1/patients/{id}/access-log lists by person.
//	@ID				listAccess
//	@Tags			trust
func (s *Service) GetAccessLog() rest.Handler { return rest.Handle(http.StatusOK, s.Accesses) }

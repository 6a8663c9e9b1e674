package privacy

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostRequest records a request.
//
//	@Summary		Record a request of a person about their data
//	@Description	Catat permintaan subjek data (UU 27/2022 art. 5-13): access, correction, restriction, withdrawal
//					of consent, end. Due 3x24 hours after it was received; there is no extension.
//	@ID				receiveDataSubjectRequest
//	@Tags			trust
func (s *Service) PostRequest() rest.Handler { return rest.Handle(http.StatusCreated, s.Receive) }

// GetRequests lists requests.
//
//	@Summary		List requests of persons by due time
//	@Description	Daftar permintaan subjek data, yang paling mendesak dulu.
//	@ID				listDataSubjectRequests
//	@Tags			trust
func (s *Service) GetRequests() rest.Handler { return rest.Handle(http.StatusOK, s.Requests) }

// GetRequest answers one request.
//
//	@Summary		Read a request of a person
//	@Description	Satu permintaan subjek data.
//	@ID				getDataSubjectRequest
//	@Tags			trust
func (s *Service) GetRequest() rest.Handler { return rest.Handle(http.StatusOK, s.Request) }

// GetExport answers the copy.
//
//	@Summary		Export everything that is held on the person of a request
//	@Description	Salinan lengkap data orang tersebut, for a request of kind access: every table that reaches the
//					person, numbers in full, letters opened, who saw what; files by their address. Wants a recent
//					proof of identity and is itself logged.
//	@ID				exportPerson
//	@Tags			trust
//	@Failure		409	the request is of another kind
func (s *Service) GetExport() rest.Handler { return rest.Handle(http.StatusOK, s.Export) }

// PostRequestStart takes a request up.
//
//	@Summary		Take up a request of a person
//	@Description	Mulai mengerjakan permintaan subjek data.
//	@ID				startDataSubjectRequest
//	@Tags			trust
func (s *Service) PostRequestStart() rest.Handler { return rest.Handle(http.StatusOK, s.Start) }

// PostRequestDone ends a request.
//
//	@Summary		End a request of a person as done
//	@Description	Selesai, with the outcome. A restriction holds from here on: new cases and visits answer 409
//					patient.restricted. For kind end the outcome says until when the law keeps the record.
//	@ID				finishDataSubjectRequest
//	@Tags			trust
func (s *Service) PostRequestDone() rest.Handler { return rest.Handle(http.StatusOK, s.Done) }

// PostRequestRefuse refuses a request.
//
//	@Summary		Refuse a request of a person, with the reason
//	@Description	Tolak permintaan subjek data, dengan alasan.
//	@ID				refuseDataSubjectRequest
//	@Tags			trust
func (s *Service) PostRequestRefuse() rest.Handler { return rest.Handle(http.StatusOK, s.Refuse) }

// PostLift ends a restriction.
//
//	@Summary		End the restriction of a person
//	@Description	Cabut pembatasan pemrosesan: new cases and visits are possible again.
//	@ID				liftRestriction
//	@Tags			patients
func (s *Service) PostLift() rest.Handler { return rest.Handle(http.StatusOK, s.Lift) }

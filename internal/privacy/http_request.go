package privacy

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostRequest records a request.
//
//	@Summary		Record a request of a person about their data
//	@Description	Catat permintaan subjek data (UU 27/2022 art. 5-13). Kinds: access, correction, restriction,
//					withdrawal of consent, end. The answer is due 3x24 hours after the request was received; there is
//					no extension.
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

// GetExport answers the copy of a person's data.
//
//	@Summary		Export everything that is held on the person of a request
//	@Description	Salinan lengkap data orang tersebut, untuk permintaan akses (kind access). It has every table
//					that holds the person, with numbers in full, letters opened, and who saw the person; files are
//					given by their address. It needs a recent proof of identity, and the access log records it.
//	@ID				exportPerson
//	@Tags			trust
//	@Failure		409	the request is of another kind
func (s *Service) GetExport() rest.Handler { return rest.Handle(http.StatusOK, s.Export) }

// PostRequestStart starts a request.
//
//	@Summary		Take up a request of a person
//	@Description	Mulai mengerjakan permintaan subjek data.
//	@ID				startDataSubjectRequest
//	@Tags			trust
func (s *Service) PostRequestStart() rest.Handler { return rest.Handle(http.StatusOK, s.Start) }

// PostRequestDone ends a request.
//
//	@Summary		End a request of a person as done
//	@Description	Selesaikan permintaan, dengan hasilnya. A restriction takes effect now: new cases and visits
//					answer 409 patient.restricted. For kind end the outcome says until when the law keeps the record.
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
//	@Description	Cabut pembatasan pemrosesan. New cases and visits are possible again.
//	@ID				liftRestriction
//	@Tags			patients
func (s *Service) PostLift() rest.Handler { return rest.Handle(http.StatusOK, s.Lift) }

package consent

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetConsents lists consents.
//
//	@Summary		List what a person agreed to, newest first
//	@Description	Daftar persetujuan, withdrawn ones too.
//	@ID				listConsents
//	@Tags			patients
//	@Param			id	path		string	true	"Patient"	format(uuid)
//	@Success		200	{object}	homecare.Page[homecare.Consent]
//	@Router			/v1/patients/{id}/consents [get]
func (s *Service) GetConsents() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostConsent records a consent.
//
//	@Summary		Record a consent
//	@Description	Catat persetujuan: kind, by whom, on which day, and the signed sheet as an attachment of the patient.
//	@ID				giveConsent
//	@Tags			patients
//	@Param			id		path		string				true	"Patient"	format(uuid)
//	@Param			body	body		homecare.NewConsent	true	"The consent"
//	@Success		201		{object}	homecare.Consent
//	@Failure		404		{object}	homecare.Problem	"no such patient"
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/patients/{id}/consents [post]
func (s *Service) PostConsent() rest.Handler { return rest.Handle(http.StatusCreated, s.Give) }

// PostConsentWithdraw withdraws a consent.
//
//	@Summary		Withdraw a consent
//	@Description	Tarik persetujuan. Of home visits: planned visits are cancelled, the team gets a follow-up due in three days, new cases and visits answer 409 patient.consent_withdrawn until there is a new consent.
//	@ID				withdrawConsent
//	@Tags			patients
//	@Param			id			path		string			true	"Patient"	format(uuid)
//	@Param			consent_id	path		string			true	"Consent"	format(uuid)
//	@Param			body		body		homecare.ConsentWithdrawn	true	"Why, and on which day"
//	@Success		200			{object}	homecare.Consent
//	@Router			/v1/patients/{id}/consents/{consent_id}/withdraw [post]
func (s *Service) PostConsentWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

package consent

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetConsents lists consents.
//
//	@Summary		List what a person agreed to, newest first
//	@Description	Daftar persetujuan, including withdrawn ones.
//	@ID				listConsents
//	@Tags			patients
func (s *Service) GetConsents() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostConsent records a consent.
//
//	@Summary		Record a consent
//	@Description	Catat persetujuan: kind, by whom, on which day, and the signed sheet as an attachment of the
//					patient.
//	@ID				giveConsent
//	@Tags			patients
func (s *Service) PostConsent() rest.Handler { return rest.Handle(http.StatusCreated, s.Give) }

// PostConsentWithdraw withdraws a consent.
//
//	@Summary		Withdraw a consent
//	@Description	Tarik persetujuan. Withdrawing the consent to home visits cancels planned visits and gives the
//					team a follow-up due in three days. New cases and visits answer 409 patient.consent_withdrawn
//					until there is a new consent.
//	@ID				withdrawConsent
//	@Tags			patients
func (s *Service) PostConsentWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

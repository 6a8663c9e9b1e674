package signin

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// PostSecondFactor completes a sign-in.
//
//	@Summary		Complete the sign-in with a second factor
//	@Description	Lengkapi masuk dengan kode autentikator (kode 6 angka) atau kode pemulihan. Before that,
//					the tokens of the sign-in answer auth.second_factor. Each code works once.
//	@ID				passSecondFactor
//	@Tags			auth
func (s *Service) PostSecondFactor() rest.Handler { return rest.Handle(http.StatusOK, s.SecondFactor) }

// PostStepUp proves the caller's identity again.
//
//	@Summary		Prove my identity again
//	@Description	Bukti identitas ulang, berlaku 10 menit: the code where the account has an authenticator,
//					otherwise the password. Required when an operation answers auth.step_up.
//	@ID				stepUp
//	@Tags			auth
func (s *Service) PostStepUp() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in homecare.StepUp) (call.None, error) {
		return call.None{}, s.StepUp(ctx, in)
	})
}

// PostTOTP offers a secret.
//
//	@Summary		Start enrolling an authenticator
//	@Description	Mulai mendaftarkan aplikasi autentikator (TOTP, RFC 6238): a new secret, shown once. It
//					takes effect after POST /v1/me/totp/confirm. An account that has an authenticator needs a
//					recent proof (auth.step_up).
//	@ID				offerTotp
//	@Tags			auth
func (s *Service) PostTOTP() rest.Handler {
	return rest.Handle(http.StatusCreated, func(ctx context.Context, _ call.None) (homecare.TOTPOffer, error) {
		return s.OfferTOTP(ctx)
	})
}

// PostTOTPConfirm enrols the offered secret.
//
//	@Summary		Confirm the authenticator with a code
//	@Description	Konfirmasi autentikator. The answer has ten recovery codes (kode pemulihan), shown once. It
//					completes a sign-in that required the enrolment.
//	@ID				confirmTotp
//	@Tags			auth
//	@Failure		409		no secret was offered
func (s *Service) PostTOTPConfirm() rest.Handler { return rest.Handle(http.StatusOK, s.ConfirmTOTP) }

// PostRecoveryCodes replaces the recovery codes.
//
//	@Summary		Replace my recovery codes
//	@Description	Ganti kode pemulihan. The previous ones no longer work. Requires a recent proof
//					(auth.step_up).
//	@ID				renewRecoveryCodes
//	@Tags			auth
//	@Failure		409	the account has no authenticator
func (s *Service) PostRecoveryCodes() rest.Handler {
	return rest.Handle(http.StatusCreated, func(ctx context.Context, _ call.None) (homecare.RecoveryCodes, error) {
		return s.NewRecoveryCodes(ctx)
	})
}

// DeleteTOTP removes the authenticator.
//
//	@Summary		Remove my authenticator
//	@Description	Lepas autentikator. Refused where a role requires it (kepala puskesmas, Dinkes). Requires a
//					recent proof (auth.step_up).
//	@ID				removeTotp
//	@Tags			auth
func (s *Service) DeleteTOTP() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, _ call.None) (call.None, error) {
		return call.None{}, s.RemoveTOTP(ctx)
	})
}

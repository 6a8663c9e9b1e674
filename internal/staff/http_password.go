package staff

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// PostPasswordReset requests a link.
//
//	@Summary		Request a link to set a new password
//	@Description	Lupa kata sandi: a link, valid for 30 minutes, is sent to the account's e-mail address. The
//					answer is the same whether or not the account exists.
//	@ID				requestPasswordReset
//	@Tags			auth
func (s *Service) PostPasswordReset() rest.Handler {
	return rest.Handle(http.StatusAccepted, s.RequestReset)
}

// PostPassword sets a password by a link.
//
//	@Summary		Set a password by a link
//	@Description	Buat kata sandi dengan token dari undangan atau tautan atur ulang. The token works once, and
//					all sessions of the account end. A refused password (password.refused) names each rule and
//					leaves the link valid.
//	@ID				setPassword
//	@Tags			auth
func (s *Service) PostPassword() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in homecare.NewPassword) (call.None, error) {
		return call.None{}, s.SetPassword(ctx, in)
	})
}

// PostOwnPassword changes the caller's password.
//
//	@Summary		Change my password
//	@Description	Ganti kata sandi sendiri; the other sessions end.
//	@ID				changePassword
//	@Tags			auth
func (s *Service) PostOwnPassword() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in homecare.PasswordChange) (call.None, error) {
		return call.None{}, s.ChangePassword(ctx, in)
	})
}

package signin

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// PostLogin signs in.
//
//	@Summary		Sign in
//	@Description	Masuk. Answers an access token (10 minutes) and a refresh token (30 days, rotates). With
//					second_factor_required they work only after POST /v1/auth/second-factor. With
//					second_factor_enrolment an authenticator must be enrolled first (POST /v1/me/totp). Too many
//					wrong passwords answer auth.too_many with Retry-After. An account with several memberships
//					must choose one; the problem auth.choose_membership lists them.
//	@ID				signIn
//	@Tags			auth
func (s *Service) PostLogin() rest.Handler { return rest.Handle(http.StatusOK, s.SignIn) }

// PostRefresh renews the tokens.
//
//	@Summary		Renew the access token
//	@Description	Perbarui token. The refresh token rotates. The previous one works again for 60 seconds from
//					the same device, because answers get lost on a weak line. Later reuse ends the session.
//	@ID				refreshTokens
//	@Tags			auth
func (s *Service) PostRefresh() rest.Handler { return rest.Handle(http.StatusOK, s.Refresh) }

// PostSignOut ends this session.
//
//	@Summary		Sign out
//	@Description	Keluar: ends this session at once.
//	@ID				signOut
//	@Tags			auth
func (s *Service) PostSignOut() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, _ call.None) (call.None, error) {
		return call.None{}, s.SignOut(ctx)
	})
}

// PostSignOutEverywhere ends all sessions.
//
//	@Summary		Sign out everywhere
//	@Description	Keluar dari semua perangkat: ends every session of this account at once.
//	@ID				signOutEverywhere
//	@Tags			auth
func (s *Service) PostSignOutEverywhere() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, _ call.None) (call.None, error) {
		return call.None{}, s.SignOutEverywhere(ctx)
	})
}

// GetMe answers the caller's account.
//
//	@Summary		Get my account
//	@Description	Siapa saya: the caller's account, role, puskesmas and memberships.
//	@ID				getMe
//	@Tags			auth
func (s *Service) GetMe() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (homecare.Me, error) { return s.Me(ctx) })
}

// GetJWKS answers the public keys of access tokens.
//
//	@Summary		Public keys of access tokens
//	@Description	Kunci publik untuk memeriksa token akses (RFC 7517, Ed25519).
//	@ID				getJwks
//	@Tags			auth
func (s *Service) GetJWKS() rest.Handler {
	return rest.Handle(http.StatusOK, func(context.Context, call.None) (homecare.JWKS, error) {
		return homecare.JWKS{Keys: s.tokens.JWKS()}, nil
	})
}

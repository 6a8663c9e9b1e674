package signin

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// GetSessions lists the caller's sessions.
//
//	@Summary		List my sessions
//	@Description	Daftar sesi dan perangkat saya yang masih terbuka.
//	@ID				listSessions
//	@Tags			auth
func (s *Service) GetSessions() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (homecare.Page[homecare.Session], error) {
		all, err := s.Sessions(ctx)
		return homecare.Page[homecare.Session]{Data: all}, err
	})
}

type sessionID struct {
	ID string `param:"id" json:"-"`
}

// DeleteSession ends one of the caller's sessions.
//
//	@Summary		End one of my sessions
//	@Description	Akhiri sesi pada satu perangkat, misalnya HP yang hilang.
//	@ID				endSession
//	@Tags			auth
func (s *Service) DeleteSession() rest.Handler {
	return rest.Handle(http.StatusNoContent, func(ctx context.Context, in sessionID) (call.None, error) {
		return call.None{}, s.EndSession(ctx, in.ID)
	})
}

type sessionChange struct {
	ID string `param:"id" json:"-"`
	homecare.SessionChange
}

// PatchSession names a device.
//
//	@Summary		Name the device of one of my sessions
//	@Description	Beri nama perangkat, agar mudah dikenali di daftar sesi.
//	@ID				nameSession
//	@Tags			auth
func (s *Service) PatchSession() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in sessionChange) (homecare.Session, error) {
		return s.NameSession(ctx, in.ID, in.SessionChange)
	})
}

package app

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// GetHealth says that the process lives; it asks nobody.
//
//	@Summary		Is the process alive
//	@Description	Apakah layanan hidup: answers as long as the process runs; it does not ask the database.
//	@ID				getHealth
//	@Tags			operation
func (a *App) GetHealth() rest.Handler {
	return rest.Handle(http.StatusOK, func(context.Context, call.None) (homecare.Health, error) { return homecare.Health{Status: "ok"}, nil })
}

// GetReady says whether requests should be sent here: each role of the database
// passes the check of sessions as a request would.
//
//	@Summary		Is the process ready
//	@Description	Apakah layanan siap: the database answers as each role and checks sessions, and the process is
//					not stopping; else 503.
//	@ID				getReady
//	@Tags			operation
func (a *App) GetReady() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (homecare.Health, error) {
		if a.stopping.Load() {
			return homecare.Health{}, fault.ErrUnavailable
		}
		return homecare.Health{Status: "ok"}, a.DB.Ready(ctx)
	})
}

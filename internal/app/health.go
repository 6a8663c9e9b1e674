package app

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// GetHealth answers that the process is alive. It reads no database.
//
//	@Summary		Is the process alive
//	@Description	Apakah layanan hidup: answers as long as the process runs. It does not read the
//					database.
//	@ID				getHealth
//	@Tags			operation
func (a *App) GetHealth() rest.Handler {
	return rest.Handle(http.StatusOK, func(context.Context, call.None) (homecare.Health, error) {
		return homecare.Health{Status: "ok"}, nil
	})
}

// GetReady answers whether the process can take requests: the check of sessions
// passes for each database role, as for a request.
//
//	@Summary		Is the process ready
//	@Description	Apakah layanan siap: each database role answers and checks sessions, and the process is not
//					stopping; otherwise 503.
//	@ID				getReady
//	@Tags			operation
func (a *App) GetReady() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (homecare.Health, error) {
		return homecare.Health{Status: "ok"}, a.ready(ctx)
	})
}

// ready is the error of GetReady.
func (a *App) ready(ctx context.Context) error {
	if a.stopping.Load() {
		return fault.ErrUnavailable
	}
	return a.DB.Ready(ctx)
}

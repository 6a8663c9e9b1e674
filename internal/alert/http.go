package alert

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

type onAcknowledge struct {
	ID string `param:"id" json:"-"`
	homecare.AcknowledgeAlert
}

type onClose struct {
	ID string `param:"id" json:"-"`
	homecare.CloseAlert
}

// GetAlerts lists alerts.
//
//	@Summary		List alerts, oldest first
//	@Description	Peringatan nilai berbahaya. Without a state filter, the list contains the alerts
//					that nobody has acknowledged yet.
//	@ID				listAlerts
//	@Tags			alerts
func (s *Service) GetAlerts() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostAcknowledge acknowledges an alert.
//
//	@Summary		Acknowledge an alert
//	@Description	Tanggapi peringatan: who looked at it and what was done.
//	@ID				acknowledgeAlert
//	@Tags			alerts
func (s *Service) PostAcknowledge() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAcknowledge) (homecare.Alert, error) {
		return s.Acknowledge(ctx, in.ID, in.AcknowledgeAlert)
	})
}

// PostAlertClose closes an alert.
//
//	@Summary		Close an acknowledged alert
//	@Description	Tutup peringatan: how the matter ended.
//	@ID				closeAlert
//	@Tags			alerts
func (s *Service) PostAlertClose() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onClose) (homecare.Alert, error) {
		return s.Close(ctx, in.ID, in.CloseAlert)
	})
}

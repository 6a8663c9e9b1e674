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
//	@Description	Peringatan nilai berbahaya; unless told, those that nobody has acknowledged yet.
//	@ID				listAlerts
//	@Tags			alerts
//	@Param			case_id	query	string	false	"Only of this case"	format(uuid)
//	@Param			level	query	string	false	"Only of this level"	Enums(alert, critical)
//	@Param			state	query	string	false	"Of this state"	Enums(open, acknowledged, closed, corrected)	default(open)
//	@Param			limit	query	int	false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query	string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200	{object}	homecare.Page[homecare.Alert]
//	@Router			/v1/alerts [get]
func (s *Service) GetAlerts() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostAcknowledge acknowledges an alert.
//
//	@Summary		Acknowledge an alert
//	@Description	Tanggapi peringatan: who looked at it and what was done.
//	@ID				acknowledgeAlert
//	@Tags			alerts
//	@Param			id	path	string	true	"Alert"	format(uuid)
//	@Param			body	body	homecare.AcknowledgeAlert	true	"What was done"
//	@Success		200	{object}	homecare.Alert
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/alerts/{id}/acknowledge [post]
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
//	@Param			id	path	string	true	"Alert"	format(uuid)
//	@Param			body	body	homecare.CloseAlert	true	"How it ended"
//	@Success		200	{object}	homecare.Alert
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/alerts/{id}/close [post]
func (s *Service) PostAlertClose() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onClose) (homecare.Alert, error) {
		return s.Close(ctx, in.ID, in.CloseAlert)
	})
}

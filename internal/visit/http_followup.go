package visit

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

type onFollowUpHandOver struct {
	ID string `param:"id" json:"-"`
	homecare.HandOver
}

type onFollowUpTakeBack struct {
	ID string `param:"id" json:"-"`
	homecare.TakeBack
}

type onFollowUpAnswerFollowUp struct {
	ID string `param:"id" json:"-"`
	homecare.AnswerFollowUp
}

type onFollowUpCloseFollowUp struct {
	ID string `param:"id" json:"-"`
	homecare.CloseFollowUp
}

type onAlert struct {
	ID string `param:"id" json:"-"`
	homecare.AcknowledgeAlert
}

// PostFollowUp makes a task.
//
//	@Summary		Add a follow-up
//	@Description	Tambah tindak lanjut: what, by whom or which unit outside the team, until when.
//	@ID				addFollowUp
//	@Tags			follow-ups
//	@Param			body	body	homecare.NewFollowUp	true	"The task"
//	@Success		201	{object}	homecare.FollowUp
//	@Failure		404	{object}	homecare.Problem
//	@Router			/v1/follow-ups [post]
func (s *Service) PostFollowUp() rest.Handler { return rest.Handle(http.StatusCreated, s.AddFollowUp) }

// GetFollowUps lists tasks.
//
//	@Summary		List follow-ups by due date
//	@Description	Daftar tindak lanjut; overdue is derived from the due date.
//	@ID				listFollowUps
//	@Tags			follow-ups
//	@Param			case_id	query	string	false	"Only of this case"	format(uuid)
//	@Param			state	query	string	false	"Only in this state"	Enums(open, handed_over, answered, done, cancelled)
//	@Param			mine	query	bool	false	"Only mine"
//	@Param			overdue	query	bool	false	"Only overdue ones"
//	@Param			limit	query	int	false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query	string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200	{object}	homecare.Page[homecare.FollowUp]
//	@Router			/v1/follow-ups [get]
func (s *Service) GetFollowUps() rest.Handler { return rest.Handle(http.StatusOK, s.FollowUps) }

// GetFollowUpByID answers a task.
//
//	@Summary		Read a follow-up
//	@Description	Satu tindak lanjut.
//	@ID				getFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Success		200	{object}	homecare.FollowUp
//	@Router			/v1/follow-ups/{id} [get]
func (s *Service) GetFollowUpByID() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in visitID) (homecare.FollowUp, error) { return s.GetFollowUp(ctx, in.ID) })
}

// PostHandOver hands a task over.
//
//	@Summary		Hand a follow-up over
//	@Description	Serahkan ke unit lintas program atau lintas sektor (SOP KP 3); it is tracked until answered.
//	@ID				handOverFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Param			body	body	homecare.HandOver	true	"What happened"
//	@Success		200	{object}	homecare.FollowUp
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/follow-ups/{id}/hand-over [post]
func (s *Service) PostHandOver() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onFollowUpHandOver) (homecare.FollowUp, error) {
		return s.HandOver(ctx, in.ID, in.HandOver)
	})
}

// PostTakeBack takes a task back.
//
//	@Summary		Take a follow-up back
//	@Description	Tarik kembali tindak lanjut yang diserahkan atau sudah dijawab, with the reason: it is open again.
//	@ID				takeBackFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Param			body	body	homecare.TakeBack	true	"Why"
//	@Success		200	{object}	homecare.FollowUp
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/follow-ups/{id}/take-back [post]
func (s *Service) PostTakeBack() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onFollowUpTakeBack) (homecare.FollowUp, error) {
		return s.TakeBack(ctx, in.ID, in.TakeBack)
	})
}

// PostAnswer keeps the unit's answer.
//
//	@Summary		Record the unit's answer
//	@Description	Catat jawaban unit.
//	@ID				answerFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Param			body	body	homecare.AnswerFollowUp	true	"What happened"
//	@Success		200	{object}	homecare.FollowUp
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/follow-ups/{id}/answer [post]
func (s *Service) PostAnswer() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onFollowUpAnswerFollowUp) (homecare.FollowUp, error) {
		return s.Answer(ctx, in.ID, in.AnswerFollowUp)
	})
}

// PostDone closes a task.
//
//	@Summary		Finish a follow-up
//	@Description	Selesaikan tindak lanjut dengan hasilnya.
//	@ID				finishFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Param			body	body	homecare.CloseFollowUp	true	"What happened"
//	@Success		200	{object}	homecare.FollowUp
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/follow-ups/{id}/done [post]
func (s *Service) PostDone() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onFollowUpCloseFollowUp) (homecare.FollowUp, error) {
		return s.Finish(ctx, in.ID, in.CloseFollowUp)
	})
}

// PostDrop drops a task.
//
//	@Summary		Cancel a follow-up
//	@Description	Batalkan tindak lanjut dengan alasannya.
//	@ID				cancelFollowUp
//	@Tags			follow-ups
//	@Param			id	path	string	true	"Follow-up"	format(uuid)
//	@Param			body	body	homecare.CloseFollowUp	true	"What happened"
//	@Success		200	{object}	homecare.FollowUp
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an act of an earlier day that contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/follow-ups/{id}/cancel [post]
func (s *Service) PostDrop() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onFollowUpCloseFollowUp) (homecare.FollowUp, error) {
		return s.Drop(ctx, in.ID, in.CloseFollowUp)
	})
}

type onAlertClose struct {
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
func (s *Service) GetAlerts() rest.Handler { return rest.Handle(http.StatusOK, s.Alerts) }

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
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAlert) (homecare.Alert, error) {
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
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAlertClose) (homecare.Alert, error) {
		return s.CloseAlert(ctx, in.ID, in.CloseAlert)
	})
}

// GetHazards lists hazards.
//
//	@Summary		List hazards and incidents, newest first
//	@Description	Bahaya dan insiden petugas di lapangan (SOP HS 2b), without patients.
//	@ID				listHazards
//	@Tags			alerts
//	@Param			incident	query	string	false	"Only what happened (true) or only what threatens (false)"	Enums(true, false)
//	@Param			village	query	string	false	"Only in this village"	minlength(10)	maxlength(10)
//	@Param			limit	query	int	false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query	string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200	{object}	homecare.Page[homecare.HazardReport]
//	@Router			/v1/hazards [get]
func (s *Service) GetHazards() rest.Handler { return rest.Handle(http.StatusOK, s.Hazards) }

package visit

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

type visitID struct {
	ID string `param:"id" json:"-"`
}

type onVisitCheckIn struct {
	ID string `param:"id" json:"-"`
	homecare.CheckIn
}

type onVisitComplete struct {
	ID string `param:"id" json:"-"`
	homecare.CompleteVisit
}

type onVisitMiss struct {
	ID string `param:"id" json:"-"`
	homecare.MissVisit
}

type onVisitCancel struct {
	ID string `param:"id" json:"-"`
	homecare.CancelVisit
}

type onVisitReschedule struct {
	ID string `param:"id" json:"-"`
	homecare.RescheduleVisit
}

type onVisitTick struct {
	ID string `param:"id" json:"-"`
	homecare.TickChecklist
}

// PostVisit plans a visit.
//
//	@Summary		Plan a visit
//	@Description	Jadwalkan kunjungan: where, when and with whom; a stop (perhentian) is made or joined. A member of the team can be at one stop at a time (visit.team_clash). With unplanned the visit starts in progress.
//	@ID				planVisit
//	@Tags			visits
//	@Param			body	body	homecare.PlanVisit	true	"The visit"
//	@Success		201	{object}	homecare.Visit
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: an unplanned visit that contradicts it (GET /v1/parked/{id})."
//	@Failure		404	{object}	homecare.Problem
//	@Router			/v1/visits [post]
func (s *Service) PostVisit() rest.Handler { return rest.Handle(http.StatusCreated, s.Plan) }

// PostBundle records a whole visit.
//
//	@Summary		Record a whole visit in one request
//	@Description	Kunjungan utuh dalam satu permintaan, for weak lines: arrival, every part of the record, plan, next visit and completion, all or nothing. Critical values need a note in alert_notes. Judged as of arrived_at: a visit that the office had closed meanwhile is taken; one that contradicts the record (the case had ended before) is kept whole and answered 202 (parked).
//	@ID				recordVisit
//	@Tags			visits
//	@Param			body	body	homecare.VisitBundle	true	"The visit"
//	@Success		201	{object}	homecare.Visit
//	@Failure		404	{object}	homecare.Problem
//	@Failure		412	{object}	homecare.Problem
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: it contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/visits/bundle [post]
func (s *Service) PostBundle() rest.Handler { return rest.Handle(http.StatusCreated, s.Bundle) }

// GetVisits lists visits.
//
//	@Summary		List visits by planned time
//	@Description	Daftar kunjungan. Petugas see the cases of their teams only.
//	@ID				listVisits
//	@Tags			visits
//	@Param			case_id	query	string	false	"Only of this case"	format(uuid)
//	@Param			patient_id	query	string	false	"Only of this person"	format(uuid)
//	@Param			programme	query	string	false	"Only of this programme"
//	@Param			state	query	string	false	"Only in this state"	Enums(planned, in_progress, completed, missed, cancelled, rescheduled)
//	@Param			village	query	string	false	"Only in this village (Kemendagri code)"	minlength(10)	maxlength(10)
//	@Param			date_from	query	string	false	"First business day (WITA)"	format(date)
//	@Param			date_to	query	string	false	"Last business day (WITA)"	format(date)
//	@Param			mine	query	bool	false	"Only where I go"
//	@Param			unstaffed	query	bool	false	"Only planned visits to which somebody will not come: who left the staff, or the case's team"
//	@Param			expand	query	string	false	"Record to carry whole in each row: patient"
//	@Param			limit	query	int	false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query	string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200	{object}	homecare.Page[homecare.VisitSummary]
//	@Router			/v1/visits [get]
func (s *Service) GetVisits() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostCheckIn starts a visit.
//
//	@Summary		Arrive
//	@Description	Tiba: the device's time is kept beside the server's; planned becomes in_progress.
//	@ID				checkIn
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.CheckIn	true	"Arrival"
//	@Success		200	{object}	homecare.Visit
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: it contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/visits/{id}/check-in [post]
func (s *Service) PostCheckIn() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitCheckIn) (homecare.Visit, error) {
		return s.CheckIn(ctx, in.ID, in.CheckIn)
	})
}

// PostComplete ends a visit.
//
//	@Summary		Complete a visit
//	@Description	Selesai: needs anamnesis, vital signs (or why none), a service, a follow-up plan with a next visit or a proposal to stop, and every critical value acknowledged.
//	@ID				completeVisit
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.CompleteVisit	true	"Departure"
//	@Success		200	{object}	homecare.Visit
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: it contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/visits/{id}/complete [post]
func (s *Service) PostComplete() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitComplete) (homecare.Visit, error) {
		return s.Complete(ctx, in.ID, in.CompleteVisit)
	})
}

// PostMiss records that a visit did not happen.
//
//	@Summary		Record that a visit did not happen
//	@Description	Tidak terlaksana: not home, refused at the door, road cut and so on.
//	@ID				missVisit
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.MissVisit	true	"Why"
//	@Success		200	{object}	homecare.Visit
//	@Success		202	{object}	homecare.ParkedAnswer	"Kept whole, and not in the record: it contradicts it (GET /v1/parked/{id})."
//	@Router			/v1/visits/{id}/miss [post]
func (s *Service) PostMiss() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitMiss) (homecare.Visit, error) {
		return s.Miss(ctx, in.ID, in.MissVisit)
	})
}

// PostCancel cancels a visit.
//
//	@Summary		Cancel a visit
//	@Description	Batalkan kunjungan.
//	@ID				cancelVisit
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.CancelVisit	true	"Why"
//	@Success		200	{object}	homecare.Visit
//	@Router			/v1/visits/{id}/cancel [post]
func (s *Service) PostCancel() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitCancel) (homecare.Visit, error) {
		return s.Cancel(ctx, in.ID, in.CancelVisit)
	})
}

// PostReschedule moves a visit.
//
//	@Summary		Move a visit to another time
//	@Description	Jadwal ulang: answers the new visit, which links back; the old one stays as rescheduled.
//	@ID				rescheduleVisit
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.RescheduleVisit	true	"When, and why"
//	@Success		200	{object}	homecare.Visit
//	@Router			/v1/visits/{id}/reschedule [post]
func (s *Service) PostReschedule() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitReschedule) (homecare.Visit, error) {
		return s.Reschedule(ctx, in.ID, in.RescheduleVisit)
	})
}

// GetChecklist answers what to bring.
//
//	@Summary		What to bring to a visit
//	@Description	Daftar periksa alat dan bahan (SOP KP A, B3).
//	@ID				getChecklist
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Success		200	{object}	homecare.Checklist
//	@Router			/v1/visits/{id}/checklist [get]
func (s *Service) GetChecklist() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in visitID) (homecare.Checklist, error) { return s.Checklist(ctx, in.ID) })
}

// PutChecklist ticks what is packed.
//
//	@Summary		Tick what is packed
//	@Description	Centang alat dan bahan sebelum berangkat; who ticked and when is kept.
//	@ID				tickChecklist
//	@Tags			visits
//	@Param			id	path	string	true	"Visit"	format(uuid)
//	@Param			body	body	homecare.TickChecklist	true	"What is packed"
//	@Success		200	{object}	homecare.Checklist
//	@Router			/v1/visits/{id}/checklist [put]
func (s *Service) PutChecklist() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitTick) (homecare.Checklist, error) {
		return s.Tick(ctx, in.ID, in.TickChecklist)
	})
}

// GetCalendar answers the caller's own stops.
//
//	@Summary		My stops per day
//	@Description	Kalender saya: time, village and number of visits, no names.
//	@ID				getCalendar
//	@Tags			visits
//	@Param			from	query	string	true	"First day"	format(date)
//	@Param			to	query	string	true	"Last day, at most 62 days on"	format(date)
//	@Success		200	{object}	homecare.Page[homecare.CalendarDay]
//	@Router			/v1/calendar [get]
func (s *Service) GetCalendar() rest.Handler { return rest.Handle(http.StatusOK, s.Calendar) }

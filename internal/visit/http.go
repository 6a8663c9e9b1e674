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
//	@Description	Jadwalkan kunjungan: where, when and with whom. It creates or joins a stop (perhentian). A team
//					member can be at one stop at a time (visit.team_clash). With unplanned, the visit starts in
//					progress.
//	@ID				planVisit
//	@Tags			visits
//	@Failure		404
func (s *Service) PostVisit() rest.Handler { return rest.Handle(http.StatusCreated, s.Plan) }

// PostBundle records a complete visit.
//
//	@Summary		Record a complete visit in one request
//	@Description	Kunjungan utuh dalam satu permintaan, for weak lines: arrival, every part of the record, plan,
//					next visit and completion, all or nothing. Critical values need a note in alert_notes. It is
//					judged as of arrived_at. A visit that the office closed meanwhile is accepted; one that
//					contradicts the record (the case had ended before) is parked and answers 202 (parked).
//	@ID				recordVisit
//	@Tags			visits
//	@Failure		404
//	@Failure		412
func (s *Service) PostBundle() rest.Handler { return rest.Handle(http.StatusCreated, s.Bundle) }

// GetVisits lists visits.
//
//	@Summary		List visits by planned time
//	@Description	Daftar kunjungan. A petugas sees the visits of their teams' cases only.
//	@ID				listVisits
//	@Tags			visits
func (s *Service) GetVisits() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// PostCheckIn starts a visit.
//
//	@Summary		Check in at a visit
//	@Description	Tiba: the device's and the server's time are stored; planned becomes in_progress.
//	@ID				checkIn
//	@Tags			visits
func (s *Service) PostCheckIn() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitCheckIn) (homecare.Visit, error) {
		return s.CheckIn(ctx, in.ID, in.CheckIn)
	})
}

// PostComplete completes a visit.
//
//	@Summary		Complete a visit
//	@Description	Selesai: requires anamnesis, vital signs (or the reason for none), a service, a follow-up
//					plan with a next visit or a proposal to stop, and every critical value acknowledged.
//	@ID				completeVisit
//	@Tags			visits
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
func (s *Service) PostCancel() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitCancel) (homecare.Visit, error) {
		return s.Cancel(ctx, in.ID, in.CancelVisit)
	})
}

// PostReschedule reschedules a visit.
//
//	@Summary		Move a visit to another time
//	@Description	Jadwal ulang: answers the new visit, which links to the old one. The old visit stays as
//					rescheduled.
//	@ID				rescheduleVisit
//	@Tags			visits
func (s *Service) PostReschedule() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitReschedule) (homecare.Visit, error) {
		return s.Reschedule(ctx, in.ID, in.RescheduleVisit)
	})
}

// GetChecklist answers the items to bring.
//
//	@Summary		List what to bring to a visit
//	@Description	Daftar periksa alat dan bahan (SOP KP A, B3).
//	@ID				getChecklist
//	@Tags			visits
func (s *Service) GetChecklist() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in visitID) (homecare.Checklist, error) {
		return s.Checklist(ctx, in.ID)
	})
}

// PutChecklist stores the packed items.
//
//	@Summary		Tick the packed items
//	@Description	Centang alat dan bahan sebelum berangkat. The account and the time are stored.
//	@ID				tickChecklist
//	@Tags			visits
func (s *Service) PutChecklist() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitTick) (homecare.Checklist, error) {
		return s.Tick(ctx, in.ID, in.TickChecklist)
	})
}

// GetCalendar answers the caller's own stops.
//
//	@Summary		List my stops per day
//	@Description	Kalender saya: time, village and number of visits, no names.
//	@ID				getCalendar
//	@Tags			visits
func (s *Service) GetCalendar() rest.Handler { return rest.Handle(http.StatusOK, s.Calendar) }

// GetStops answers the round of a day.
//
//	@Summary		List the stops of my team today or tomorrow
//	@Description	Perhentian tim saya hari ini atau besok, with the names, telephone numbers and addresses of the
//					persons in full; the access log says so. Other days: GET /v1/calendar.
//	@ID				listStops
//	@Tags			visits
func (s *Service) GetStops() rest.Handler { return rest.Handle(http.StatusOK, s.Stops) }

package visit

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// CheckIn starts a visit and stores the arrival by the device's and by the
// server's clock (SOP step 9). It is accepted even if the office closed the
// visit meanwhile. Errors: a *fault.Contradiction where it contradicts the
// record.
func (s *Service) CheckIn(ctx context.Context, id string, in homecare.CheckIn) (homecare.Visit, error) {
	return unlessTaken(ctx, func() (homecare.Visit, error) {
		return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
			a := did(tx, in.PerformedBy, in.ArrivedAt)
			return s.visitStep(tx, id, DoCheckIn, a, "/arrived_at", func(r *recording) (audit.Event, error) {
				return audit.Event{Action: "visit.check_in"}, r.arrive(in.Position)
			})
		})
	})
}

// arrive begins the visit. contradiction gets what it contradicts.
func (r *recording) arrive(pos *homecare.Position) error {
	r.alreadyRecorded()
	at := r.act.at
	r.v.ArrivedAt = &at
	if r.t.Fresh {
		r.t.row.arrived, r.t.row.late = &at, r.late
		return nil
	}
	if r.was == InProgress {
		return nil
	}
	lat, lng, acc := coordinates(pos)
	b := &r.before
	b.Queue(`update visit set state = 'in_progress', arrived_at = $2, arrived_recorded_at = $3, latitude = $4,
		longitude = $5,
		accuracy_m = $6, performed_by = $7, late = late or $8, reason_code = null, reason = null, version = version + 1
		where id = $1`,
		r.v.ID, at, r.tx.Now(), lat, lng, acc, r.act.by, r.late)
	queueRelease(b, r.v.StopID)
	queueServed(r.tx, b, r.v.StopID, r.v.CaseID, r.act)
	return nil
}

func coordinates(p *homecare.Position) (lat, lng, acc *float64) {
	if p == nil {
		return nil, nil, nil
	}
	return &p.Latitude, &p.Longitude, &p.AccuracyM
}

// alreadyRecorded refuses a second visit of the same performer to the case at the same time:
// it is one visit, sent again under another key or for another plan. The index
// visit_arrival_uq enforces it for concurrent requests.
func (r *recording) alreadyRecorded() {
	if id := r.verdict.Recorded; id != "" && id != r.v.ID && r.contradiction == nil {
		r.contradiction = ErrAlreadyRecorded.Contradicts("visit", id, r.act.by, r.act.at)
	}
}

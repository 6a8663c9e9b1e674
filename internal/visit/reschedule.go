package visit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// Reschedule moves a visit to another time: it creates a new visit that links
// to the old one. The old one stays as rescheduled (SOP step 7).
func (s *Service) Reschedule(ctx context.Context, id string, in homecare.RescheduleVisit) (homecare.Visit, error) {
	var at stop
	var left string
	moved, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, _, err := record.LockIn(tx, id)
		if err != nil {
			return v, err
		}
		if err := tx.Stale(v.Version); err != nil {
			return v, err
		}
		if _, err := after(v, DoReschedule, act{}); err != nil {
			return v, refused(tx, v, err)
		}
		c, st, err := s.prepare(tx, homecare.PlanVisit{CaseID: v.CaseID, StopID: in.StopID, StartsAt: in.StartsAt,
			EndsAt:          in.EndsAt,
			DurationMinutes: in.DurationMinutes, Members: in.Members},
			&stop{village: v.Village, members: accounts(v.Members)})
		at, left = st, v.StopID
		if err != nil {
			return v, err
		}
		var b pgx.Batch
		b.Queue(`update visit set state = 'rescheduled', reason = $2, version = version + 1 where id = $1`, id,
			in.Reason)
		queueRelease(&b, v.StopID)
		next := pg.NewID(in.ID)
		queueStopFor(tx, &b, st)
		queueVisit(tx, &b, st, visitRow{id: next, caseID: c.ID, patientID: c.PatientID, programme: c.ProgrammeCode,
			kind: v.Kind, rescheduledFrom: id})
		var made homecare.Visit
		record.QueueRead(tx, &b, next, &made)
		if err := tx.Send(&b); err != nil {
			return v, err
		}
		return made, s.trail.Record(tx, audit.Event{Action: "visit.reschedule", SubjectKind: "visit", SubjectID: id,
			Reason: in.Reason,
			Before: map[string]any{"state": v.State, "planned_for": v.PlannedFor},
			After:  map[string]any{"state": Rescheduled, "new_visit_id": next, "planned_for": made.PlannedFor}})
	})
	return moved, s.inTheWay(ctx, err, at, left)
}

func accounts(ms []homecare.VisitMember) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = m.AccountID
	}
	return out
}

// queueTookPlace cancels the visit planned in place of a visit that took place
// after all.
func queueTookPlace(b *pgx.Batch, id string) {
	const later = `with recursive later as (select v.id, v.stop_id from visit v where v.rescheduled_from_id = $1
		union all select v.id, v.stop_id from visit v join later l on v.rescheduled_from_id = l.id) `
	b.Queue(later+`update visit v set state = 'cancelled', reason_code = 'took_place', version = v.version + 1
		from later l
		where v.id = l.id and v.state = 'planned'`, id)
	b.Queue(later+`update stop_member m set active = false where m.stop_id in (select stop_id from later) and m.active
		and not exists
		(select from visit v where v.puskesmas_id = m.puskesmas_id and v.stop_id = m.stop_id
		and v.state = 'planned')`, id)
}

package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// Plan plans a visit, or opens an unplanned one (SOP step 7).
func (s *Service) Plan(ctx context.Context, in homecare.PlanVisit) (homecare.Visit, error) {
	var st stop
	v, err := unlessTaken(ctx, func() (homecare.Visit, error) {
		return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) { return s.planIn(tx, in, &st) })
	})
	return v, s.inTheWay(ctx, err, st, "")
}

// planIn plans a visit at a stop, which it tells. An unplanned visit starts at once: it is an
// act and is judged as of its time.
func (s *Service) planIn(tx pg.Tx, in homecare.PlanVisit, at *stop) (homecare.Visit, error) {
	var v homecare.Visit
	if in.Unplanned {
		return s.beginIn(tx, in)
	}
	c, st, err := s.prepare(tx, in, nil)
	*at = st
	if err != nil {
		return v, err
	}
	var b pgx.Batch
	id := pg.NewID(in.ID)
	queueStopFor(tx, &b, st)
	queueVisit(tx, &b, st, visitRow{id: id, caseID: c.ID, patientID: c.PatientID, programme: c.ProgrammeCode,
		kind: in.Kind})
	record.QueueRead(tx, &b, id, &v)
	if err := tx.Send(&b); err != nil {
		return v, err
	}
	return v, s.trail.Record(tx, audit.Event{Action: "visit.plan", SubjectKind: "visit", SubjectID: id, After: v})
}

// visitRow is a new visit before it is inserted.
type visitRow struct {
	id, caseID, patientID, programme, kind, rescheduledFrom string
	unplanned                                               bool
	position                                                *homecare.Position

	// Of a visit that took place.
	arrived      *time.Time
	by, recorder string
	late         bool

	// Of a completely recorded visit.
	done     *closing
	docs     [5]*string // see record.Documents
	pregnant bool
	absent   *string
}

// queueVisit inserts the visit's row.
func queueVisit(tx pg.Tx, b *pgx.Batch, st stop, v visitRow) {
	now := tx.Now()
	state, recorded := string(Planned), (*time.Time)(nil)
	if v.arrived != nil {
		state, recorded = string(InProgress), &now
	}
	kind := v.kind
	if kind == "" {
		kind = "follow_up"
		if v.unplanned {
			kind = "on_request"
		}
	}
	var departed, completed *time.Time
	var by, next *string
	version := 1
	if v.done != nil {
		state, departed, completed, by, next, version = string(Completed), &v.done.departed, &now, &v.recorder,
			v.done.nextID, 2
	}
	lat, lng, acc := coordinates(v.position)
	b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for,
		kind, unplanned, arrived_at, arrived_recorded_at,
		latitude, longitude, accuracy_m, rescheduled_from_id, created_at, created_by, departed_at, completed_at,
		completed_by, next_visit_id,
		anamnesis, examination, education, plan, consumables, pregnant, vitals_absent_reason, version, performed_by,
		late)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
		`+nextMade("$22")+`,
			$23::text::jsonb, $24::text::jsonb, $25::text::jsonb, $26::text::jsonb, $27::text::jsonb, $28, $29, $30,
			nullif($31, '')::uuid, $32)`,
		tx.Principal().PuskesmasID, v.id, st.id, v.caseID, v.patientID, v.programme, state, st.startsAt, kind,
		v.unplanned, v.arrived, recorded,
		lat, lng, acc, pg.Null(v.rescheduledFrom), now, tx.Principal().UserID, departed, completed, by, next,
		v.docs[0], v.docs[1], v.docs[2], v.docs[3], v.docs[4], v.pregnant, v.absent, version, v.by, v.late)
}

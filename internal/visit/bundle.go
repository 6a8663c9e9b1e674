package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Bundle records a whole visit in one transaction, for weak lines: four round
// trips with begin and commit for an unplanned visit, whatever its size.
func (s *Service) Bundle(ctx context.Context, in homecare.VisitBundle) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) { return s.BundleIn(tx, in) })
}

// BundleIn is Bundle inside a transaction: a device's push uses it.
func (s *Service) BundleIn(tx pg.Tx, in homecare.VisitBundle) (homecare.Visit, error) {
	var check fault.Check
	check.That((in.VisitID == "") != (in.Visit == nil), "/visit_id", "one", "Isi visit_id untuk kunjungan terencana, atau visit untuk yang tidak terencana.",
		"Give visit_id for a planned visit, or visit for an unplanned one.")
	if err := check.Err(); err != nil {
		return homecare.Visit{}, err
	}
	if err := notAhead(tx, in.ArrivedAt, "/arrived_at"); err != nil {
		return homecare.Visit{}, err
	}
	p := parts{in.VisitParts, in.Hazards, in.Consumables, in.Plan}
	var b pgx.Batch
	var f facts
	v, sub, t, err := s.openBundle(tx, &b, in, p, &f)
	if err != nil {
		return v, err
	}
	if err := sub.begun(in.ArrivedAt, "/arrived_at"); err != nil {
		return v, err
	}
	arrived := in.ArrivedAt.UTC().Truncate(time.Microsecond)
	if err := p.askStaff(tx, &f, sub.Team); err != nil {
		return v, err
	}
	if err := p.check(f, sub.person(arrived, tx.Now(), v.Pregnant), true, sub.Team); err != nil {
		return v, err
	}
	v = overlay(v, p)
	v.ArrivedAt = &arrived
	var notes pgx.Batch
	v.Alerts = s.alertsAfter(tx, &notes, v, p, in.AlertNotes)
	c, err := s.closing(tx, v, sub, in.DepartedAt)
	if err != nil {
		return v, err
	}
	if t.fresh {
		t.row.done = &c
		err = queueWhole(tx, &b, t, p)
	} else {
		err = queueDocuments(&b, t, p)
	}
	if err != nil {
		return v, err
	}
	if err := queueParts(tx, &b, t, p); err != nil {
		return v, err
	}
	b.QueuedQueries = append(b.QueuedQueries, notes.QueuedQueries...)
	if !t.fresh {
		queueCompleted(tx, &b, v, c)
	}
	queuePromises(tx, &b, v)
	if err := changed(tx, v); err != nil {
		return v, err
	}
	queueRead(tx, &b, v.ID, &v)
	if err := run(tx, &b); err != nil {
		return v, err
	}
	return v, s.trail.Record(tx, audit.Event{Action: "visit.bundle", SubjectKind: "visit", SubjectID: v.ID, After: in})
}

// queueWhole makes an unplanned visit as it ends: its stop, the next visit,
// and one row with everything that stands in it.
func queueWhole(tx pg.Tx, b *pgx.Batch, t target, p parts) error {
	if t.stop.joined {
		queueStopMembers(tx, b, t.stop)
	} else {
		queueStop(tx, b, t.stop) // refuses a member who is elsewhere at that time
		b.Queue(`update stop_member set active = false where stop_id = $1`, t.stop.id)
	}
	row := t.row
	var err error
	if row.docs, err = documents(p); err != nil {
		return err
	}
	if p.Vitals != nil {
		row.pregnant, row.absent = p.Vitals.Pregnant, null(p.Vitals.AbsentReason)
	}
	queueNext(tx, b, row.caseID, row.patientID, row.programme, *row.done)
	queueVisit(tx, b, t.stop, row)
	return nil
}

// openBundle loads what the checks need and, of a planned visit, queues its
// start.
func (s *Service) openBundle(tx pg.Tx, b *pgx.Batch, in homecare.VisitBundle, p parts, f *facts) (homecare.Visit, subject, target, error) {
	if in.Visit == nil {
		v, sub, err := lockVisit(tx, in.VisitID)
		if err != nil {
			return v, sub, target{}, err
		}
		if in.Version != 0 {
			if err := pg.Stale(in.Version, v.Version); err != nil {
				return v, sub, target{}, err
			}
		}
		if v.State != string(InProgress) {
			if _, err := State(v.State).After(DoCheckIn); err != nil {
				return v, sub, target{}, refused(tx, v, err)
			}
			queueArrival(tx, b, v.ID, in.ArrivedAt, in.Position)
		}
		var ask pgx.Batch
		p.queueFacts(&ask, f)
		return v, sub, target{id: v.ID, caseID: v.CaseID, patientID: v.PatientID}, run(tx, &ask)
	}
	plan := *in.Visit
	plan.Unplanned, plan.Position = true, in.Position
	if plan.StopID == "" && plan.StartsAt == nil {
		plan.StartsAt = &in.ArrivedAt
		if end := in.DepartedAt; plan.EndsAt == nil && plan.DurationMinutes == 0 && end.After(in.ArrivedAt) {
			plan.EndsAt = &end
		}
	}
	c, st, err := s.prepare(tx, plan, func(b *pgx.Batch) { p.queueFacts(b, f) }, nil)
	if err != nil {
		return homecare.Visit{}, subject{}, target{}, err
	}
	id := newID(plan.ID)
	row := visitRow{id: id, caseID: c.ID, patientID: c.PatientID, programme: c.ProgrammeCode, kind: plan.Kind, unplanned: true, position: in.Position, arrived: &in.ArrivedAt}
	v := homecare.Visit{ID: id, StopID: st.id, CaseID: c.ID, PatientID: c.PatientID, Programme: c.ProgrammeCode, Village: st.village, State: string(InProgress), PlannedFor: st.startsAt}
	for _, m := range st.members {
		v.Members = append(v.Members, homecare.VisitMember{AccountID: m})
	}
	return v, c.subject, target{id: id, caseID: c.ID, patientID: c.PatientID, fresh: true, stop: st, row: row}, nil
}

// overlay is v with the parts of p in place.
func overlay(v homecare.Visit, p parts) homecare.Visit {
	if p.Anamnesis != nil {
		v.Anamnesis = p.Anamnesis
	}
	if p.Vitals != nil {
		v.Vitals, v.VitalsAbsentReason, v.Pregnant = p.Vitals.Vitals, p.Vitals.AbsentReason, p.Vitals.Pregnant
	}
	if p.Services != nil {
		v.Services = p.Services.Services
	}
	if p.Plan != nil {
		v.Plan = p.Plan
	}
	return v
}

// alertsAfter are the alerts as they will stand: those of the new values, and
// those of before that p does not replace. A note of the bundle acknowledges
// the alerts of its code on the spot.
func (s *Service) alertsAfter(tx pg.Tx, b *pgx.Batch, v homecare.Visit, p parts, notes []homecare.AlertNote) []homecare.Alert {
	var after []homecare.Alert
	for _, a := range v.Alerts {
		if a.Part == "vital" && p.Vitals != nil || a.Part == "lab" && p.Labs != nil {
			continue
		}
		after = append(after, a)
	}
	var ds []danger
	if p.Vitals != nil {
		ds = append(ds, dangersOf(p.Vitals.Vitals)...)
	}
	if p.Labs != nil {
		ds = append(ds, dangersOfLabs(p.Labs.Labs)...)
	}
	for _, d := range ds {
		state := "open"
		for _, a := range v.Alerts { // acknowledged before, the same value again
			if (a.State == "acknowledged" || a.State == "closed") && a.Code == d.Code && a.Value == d.Value && a.Level == d.Level {
				state = a.State
			}
		}
		after = append(after, homecare.Alert{Code: d.Code, Level: d.Level, State: state})
	}
	for _, n := range notes {
		b.Queue(`update alert set state = 'acknowledged', acknowledged_at = $3, acknowledged_by = $4, note = $5, version = version + 1
			where visit_id = $1 and code = $2 and state = 'open'`, v.ID, n.Code, tx.Now(), tx.Principal().UserID, n.Note)
		for i := range after {
			if after[i].Code == n.Code && after[i].State == "open" {
				after[i].State = "acknowledged"
			}
		}
	}
	return after
}

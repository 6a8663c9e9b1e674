package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of visits, follow-ups and alerts.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db, sealer, trail}
}

// Get returns a visit with its whole record, in one round trip.
func (s *Service) Get(ctx context.Context, id string) (homecare.Visit, error) {
	v, err := pg.Read(ctx, s.db, readVisit, []any{id, clock.Today(ctx)}, collectVisit)
	return warned(ctx, v), err
}

var noBand = fault.Text{
	ID: "Belum ada batas bahaya untuk ukuran ini pada umur pasien. Nilailah sendiri.",
	EN: "There are no danger limits of this measurement for the patient's age. Judge it yourself.",
}

// warned adds a warning for each vital sign without limits for the patient's
// age (design decision 10: blood pressure under 18 outside pregnancy).
func warned(ctx context.Context, v homecare.Visit) homecare.Visit {
	v.Warnings = nil
	for i, x := range v.Vitals {
		if x.Level == LevelNoBand {
			v.Warnings = append(v.Warnings, homecare.VisitWarning{Pointer: pointer("/vitals", i, "value"), Code: LevelNoBand,
				Message: noBand.In(rest.LanguageOf(ctx), nil)})
		}
	}
	return v
}

// change is a transition of one visit: it locks it, checks that it is the
// version the caller saw and that the state allows the action, and gives it
// to f, which queues what is written; the answer is the visit as it then stands.
func (s *Service) change(ctx context.Context, id string, do Action, f func(pg.Tx, *pgx.Batch, homecare.Visit, subject) (audit.Event, error)) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, sub, err := lockVisit(tx, id)
		if err != nil {
			return v, err
		}
		if err := pg.Stale(rest.IfMatch(ctx), v.Version); err != nil {
			return v, err
		}
		if _, err := State(v.State).After(do); err != nil {
			return v, refused(tx, v, err)
		}
		var b pgx.Batch
		e, err := f(tx, &b, v, sub)
		if err != nil {
			return v, err
		}
		e.SubjectKind, e.SubjectID = "visit", id
		if err := s.trail.Record(tx, e); err != nil {
			return v, err
		}
		queueRead(tx, &b, id, &v)
		return v, run(tx, &b)
	})
}

// CheckIn starts a visit: the device's arrival and the server's are both kept
// (SOP step 9).
func (s *Service) CheckIn(ctx context.Context, id string, in homecare.CheckIn) (homecare.Visit, error) {
	return s.change(ctx, id, DoCheckIn, func(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub subject) (audit.Event, error) {
		if err := notAhead(tx, in.ArrivedAt, "/arrived_at"); err != nil {
			return audit.Event{}, err
		}
		if err := sub.begun(in.ArrivedAt, "/arrived_at"); err != nil {
			return audit.Event{}, err
		}
		queueArrival(tx, b, id, in.ArrivedAt, in.Position)
		return audit.Event{Action: "visit.check_in", Before: stateOf(v.State), After: stateOf(string(InProgress))}, nil
	})
}

func queueArrival(tx pg.Tx, b *pgx.Batch, id string, at time.Time, pos *homecare.Position) {
	lat, lng, acc := coordinates(pos)
	b.Queue(`update visit set state = 'in_progress', arrived_at = $2, arrived_recorded_at = $3, latitude = $4, longitude = $5, accuracy_m = $6, version = version + 1 where id = $1`,
		id, at, tx.Now(), lat, lng, acc)
}

func coordinates(p *homecare.Position) (lat, lng, acc *float64) {
	if p == nil {
		return nil, nil, nil
	}
	return &p.Latitude, &p.Longitude, &p.AccuracyM
}

// notAhead refuses a device time that lies ahead of the server's clock.
func notAhead(tx pg.Tx, at time.Time, pointer string) error {
	var check fault.Check
	check.That(!at.After(tx.Now().Add(ClockSkew)), pointer, "future", "Waktu ini belum terjadi. Periksa jam perangkat.", "This time is yet to come. Check the device's clock.")
	return check.Err()
}

// beforeProposal is how many days a visit may precede the proposal of its case:
// care begins at the door, and the paper follows.
const beforeProposal = 45

// begun refuses a visit long before its case was proposed.
func (s subject) begun(at time.Time, pointer string) error {
	first := clock.Day(s.ProposedAt.AddDate(0, 0, -beforeProposal))
	if clock.Day(at) >= first {
		return nil
	}
	return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "before_case", Args: map[string]any{"first": first}, Text: fault.Text{
		ID: "Kunjungan ini jauh sebelum kasusnya diusulkan: paling awal {first}. Periksa tanggal dan jam perangkat.",
		EN: "This visit is long before its case was proposed: {first} at the earliest. Check the date and the device's clock."}})
}

// Miss records that a planned visit did not happen, and why.
func (s *Service) Miss(ctx context.Context, id string, in homecare.MissVisit) (homecare.Visit, error) {
	return s.change(ctx, id, DoMiss, func(tx pg.Tx, b *pgx.Batch, v homecare.Visit, _ subject) (audit.Event, error) {
		return s.leave(tx, b, v, Missed, in.ReasonCode, in.Reason)
	})
}

// Cancel takes a visit back.
func (s *Service) Cancel(ctx context.Context, id string, in homecare.CancelVisit) (homecare.Visit, error) {
	return s.change(ctx, id, DoCancel, func(tx pg.Tx, b *pgx.Batch, v homecare.Visit, _ subject) (audit.Event, error) {
		return s.leave(tx, b, v, Cancelled, "", in.Reason)
	})
}

func (s *Service) leave(tx pg.Tx, b *pgx.Batch, v homecare.Visit, to State, code, reason string) (audit.Event, error) {
	b.Queue(`update visit set state = $2, reason_code = $3, reason = $4, version = version + 1 where id = $1`, v.ID, string(to), null(code), reason)
	queueRelease(b, v.StopID)
	if err := changed(tx, v); err != nil {
		return audit.Event{}, err
	}
	action := map[State]string{Missed: "visit.miss", Cancelled: "visit.cancel"}[to]
	return audit.Event{Action: action, Reason: reason, Before: stateOf(v.State), After: stateOf(string(to))}, nil
}

// changed tells the roll-ups which month and programme to compute anew.
func changed(tx pg.Tx, v homecare.Visit) error {
	at := v.PlannedFor
	if v.ArrivedAt != nil {
		at = *v.ArrivedAt
	}
	return outbox.Emit(tx, outbox.Event{Kind: "visit.changed", SubjectID: v.ID, Body: map[string]string{"month": clock.Month(at), "programme": v.Programme}})
}

func stateOf(s string) map[string]string { return map[string]string{"state": s} }

// Put replaces one part of the record of a visit in progress (SOP step 9).
func (s *Service) Put(ctx context.Context, id string, p parts) (homecare.Visit, error) {
	if p.Hazards != nil {
		return s.putHazards(ctx, id, p)
	}
	return s.change(ctx, id, DoRecord, func(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub subject) (audit.Event, error) {
		return s.write(tx, b, v, sub, p, false)
	})
}

// write checks p and queues it.
func (s *Service) write(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub subject, p parts, nested bool) (audit.Event, error) {
	var none audit.Event
	var f facts
	var ask pgx.Batch
	p.queueFacts(&ask, &f)
	if err := run(tx, &ask); err != nil {
		return none, err
	}
	if err := p.askStaff(tx, &f, sub.Team); err != nil {
		return none, err
	}
	at := v.PlannedFor
	if v.ArrivedAt != nil {
		at = *v.ArrivedAt
	}
	if err := p.check(f, sub.person(at, tx.Now(), v.Pregnant), nested, sub.Team); err != nil {
		return none, err
	}
	t := target{id: v.ID, caseID: v.CaseID, patientID: v.PatientID}
	if err := queueParts(tx, b, t, p); err != nil {
		return none, err
	}
	if err := queueDocuments(b, t, p); err != nil {
		return none, err
	}
	b.Queue(`update visit set version = version + 1 where id = $1`, v.ID)
	return audit.Event{Action: "visit.record", Before: p.before(v), After: p}, nil
}

// CancelPlannedIn cancels what is planned for a case that ends, inside the
// transaction that ends it (SOP step 11: later visits are cancelled), and
// frees the stops. It is meant for the episode's hook.
func (s *Service) CancelPlannedIn(tx pg.Tx, caseID, reason string) error {
	return s.cancelPlanned(tx, caseID, "case_ended", reason)
}

func (s *Service) cancelPlanned(tx pg.Tx, caseID, code, reason string) error {
	type row struct {
		ID, StopID, ProgrammeCode string
		PlannedFor                time.Time
	}
	rows, err := pg.Rows[row](tx, `update visit set state = 'cancelled', reason_code = $3, reason = $2, version = version + 1
		where case_id = $1 and state = 'planned' returning id, stop_id, programme_code, planned_for`, caseID, reason, code)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, r := range rows {
		queueRelease(&b, r.StopID)
		if err := changed(tx, homecare.Visit{ID: r.ID, Programme: r.ProgrammeCode, PlannedFor: r.PlannedFor}); err != nil {
			return err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "visit.cancel", SubjectKind: "visit", SubjectID: r.ID, Reason: reason,
			Before: stateOf(string(Planned)), After: stateOf(string(Cancelled))}); err != nil {
			return err
		}
	}
	return run(tx, &b)
}

package visit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of visits, follow-ups and alerts.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	tasks  *followup.Service
}

// NewService returns the use cases over db; tasks keeps what a visit's plan promises.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail, tasks *followup.Service) *Service {
	return &Service{db, sealer, trail, tasks}
}

// Get returns a visit with its whole record, in one round trip.
func (s *Service) Get(ctx context.Context, id string) (homecare.Visit, error) {
	v, err := pg.Read(ctx, s.db, seenVisit, []any{id, clock.Today(ctx)}, collectVisit)
	return warned(ctx, v), err
}

// visitStep is one act on a visit: it locks it, holds the act against what was true
// then, the version against the one that the caller saw, and the state against the
// act, and gives it to f; the answer is the visit as it then stands. pointer names
// the member that gave the time.
func (s *Service) visitStep(tx pg.Tx, id string, do Action, a act, pointer string,
	f func(*recording) (audit.Event, error)) (homecare.Visit, error) {
	r, err := s.open(tx, id, a, parts{})
	if err != nil {
		return homecare.Visit{}, err
	}
	if err := r.judge(pointer); err != nil {
		return homecare.Visit{}, err
	}
	if do != DoMiss {
		r.alreadyRecorded()
	}
	if r.contradiction != nil {
		return homecare.Visit{}, r.contradiction
	}
	to, err := after(r.v, do, a)
	if err != nil && do == DoMiss && r.was != Missed {
		return homecare.Visit{}, ErrClosed.Contradicts("visit", id, a.by, a.at)
	}
	if err := tx.Stale(r.v.Version); err != nil {
		return homecare.Visit{}, err
	}
	if err != nil {
		return homecare.Visit{}, refused(tx, r.v, err)
	}
	e, err := f(r)
	if err != nil {
		return homecare.Visit{}, err
	}
	e.Before, e.After = audit.StateOf(string(r.was)), audit.StateOf(string(to))
	return r.save(e)
}

// CheckIn starts a visit: the device's arrival and the server's are both kept
// (SOP step 9). It is taken too when the office closed the visit meanwhile.
// Errors: a *fault.Contradiction for what is at odds with the record.
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

// Miss records that a planned visit did not happen, and why. Errors: those of
// CheckIn.
func (s *Service) Miss(ctx context.Context, id string, in homecare.MissVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		at := tx.Now()
		if in.At != nil {
			at = *in.At
		}
		return s.visitStep(tx, id, DoMiss, did(tx, in.PerformedBy, at), "/at", func(r *recording) (audit.Event, error) {
			return audit.Event{Action: "visit.miss", Reason: in.Reason}, r.leave(Missed, in.ReasonCode, in.Reason)
		})
	})
}

// Cancel takes a visit back: an act of the office, of now.
func (s *Service) Cancel(ctx context.Context, id string, in homecare.CancelVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		r, err := s.openNow(tx, id, DoCancel)
		if err != nil {
			return homecare.Visit{}, err
		}
		e := audit.Event{Action: "visit.cancel", Reason: in.Reason, Before: audit.StateOf(r.v.State), After: audit.StateOf(string(Cancelled))}
		if err := r.leave(Cancelled, "", in.Reason); err != nil {
			return r.v, err
		}
		return r.save(e)
	})
}

// leave ends a visit without a record.
func (r *recording) leave(to State, code, reason string) error {
	r.v.State = string(to)
	r.before.Queue(`update visit set state = $2, reason_code = $3, reason = $4, performed_by = case when $2 = 'missed' then $5::uuid else performed_by end,
		version = version + 1 where id = $1`, r.v.ID, string(to), pg.Null(code), reason, r.act.by)
	queueRelease(&r.before, r.v.StopID)
	return nil
}

// openNow locks a visit for an act of the office: of now, on the version that the
// caller saw, where the state allows it.
func (s *Service) openNow(tx pg.Tx, id string, do Action) (*recording, error) {
	v, sub, err := lockVisit(tx, id)
	if err != nil {
		return nil, err
	}
	if err := tx.Stale(v.Version); err != nil {
		return nil, err
	}
	if _, err := after(v, do, act{}); err != nil {
		return nil, refused(tx, v, err)
	}
	return &recording{s: s, tx: tx, act: did(tx, "", tx.Now()), v: v, was: State(v.State), sub: sub,
		t: target{Visit: alert.Visit{ID: v.ID, CaseID: v.CaseID, PatientID: v.PatientID}}}, nil
}

// Put replaces one part of the record of a visit in progress (SOP step 9).
func (s *Service) Put(ctx context.Context, id string, p parts) (homecare.Visit, error) {
	if p.Hazards != nil {
		return s.putHazards(ctx, id, p)
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		r, err := s.openNow(tx, id, DoRecord)
		if err != nil {
			return homecare.Visit{}, err
		}
		e := audit.Event{Action: "visit.record", Before: p.before(r.v), After: p}
		if err := r.ask(p); err != nil {
			return r.v, err
		}
		if _, err := r.put(p, false); err != nil {
			return r.v, err
		}
		return r.save(e)
	})
}

// CancelPlannedIn cancels what is planned for a case that ends, inside the
// transaction that ends it (SOP step 11: later visits are cancelled), and
// frees the stops. It is meant for the episode's hook.
func (s *Service) CancelPlannedIn(tx pg.Tx, caseID, reason string) error {
	return s.cancelPlanned(tx, caseID, "case_ended", reason)
}

func (s *Service) cancelPlanned(tx pg.Tx, caseID, code, reason string) error {
	type row struct{ ID, StopID string }
	rows, err := pg.Rows[row](tx, `update visit set state = 'cancelled', reason_code = $3, reason = $2, version = version + 1
		where case_id = $1 and state = 'planned' returning id, stop_id`, caseID, reason, code)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, r := range rows {
		queueRelease(&b, r.StopID)
		if err := s.trail.Record(tx, audit.Event{Action: "visit.cancel", SubjectKind: "visit", SubjectID: r.ID, Reason: reason,
			Before: audit.StateOf(string(Planned)), After: audit.StateOf(string(Cancelled))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

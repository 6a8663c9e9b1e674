package record

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Put replaces one part of the record of a visit in progress (SOP step 9). Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, fault.ErrInvalid.
func (s *Service) Put(ctx context.Context, id string, p Parts) (homecare.Visit, error) {
	if p.Hazards != nil {
		return s.putHazards(ctx, id, p)
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, w, err := s.open(tx, id, PutPart)
		if err != nil {
			return v, err
		}
		e := audit.Event{Action: "visit.record", SubjectKind: "visit", SubjectID: id, Before: p.before(v), After: p}
		var b pgx.Batch
		if _, err := w.write(&b, p, false); err != nil {
			return v, err
		}
		QueueReadAny(tx, &b, id, &v)
		if err := tx.Send(&b); err != nil {
			return v, err
		}
		return v, s.trail.Record(tx, e)
	})
}

// open locks a visit for an act on its record now, on the version that the caller saw,
// where the state allows it.
func (s *Service) open(tx pg.Tx, id string, do Deed) (homecare.Visit, Writer, error) {
	v, sub, err := LockIn(tx, id)
	if err != nil {
		return v, Writer{}, err
	}
	if err := tx.Stale(v.Version); err != nil {
		return v, Writer{}, err
	}
	at := Began(v)
	of := alert.Visit{ID: v.ID, CaseID: v.CaseID, PatientID: v.PatientID}
	return v, Writer{Tx: tx, Visit: of, Subject: sub, Facts: new(Facts), At: at, Pregnant: v.Pregnant,
		Late: clock.Day(at) < tx.Today()}, s.Allow(tx, v, do)
}

// write checks p and replaces its parts. It returns them as written.
func (w Writer) write(b *pgx.Batch, p Parts, nested bool) (Parts, error) {
	var ask pgx.Batch
	p.QueueFacts(&ask, w.Facts)
	if err := w.Tx.Send(&ask); err != nil {
		return p, err
	}
	p, err := w.Check(p, nested)
	if err != nil {
		return p, err
	}
	return p, w.Queue(b, p)
}

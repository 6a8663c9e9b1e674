package record

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Amend replaces parts of a completed visit. The earlier version is stored
// whole, so both stay readable. The author may amend within AmendWindow, Kepala
// always.
func (s *Service) Amend(ctx context.Context, id string, in homecare.AmendVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, w, err := s.open(tx, id, AmendRecord)
		if err != nil {
			return v, err
		}
		if err := MayAmend(tx, v); err != nil {
			return v, err
		}
		if in.VisitParts == (homecare.VisitParts{}) {
			return v, fault.ErrInvalid.At(fault.Field{Pointer: "/reason", Code: "empty",
				Text: fault.Text{ID: "Sebutkan sedikitnya satu bagian yang diperbaiki.",
					EN: "Name at least one part to amend."}})
		}
		b := new(pgx.Batch)
		if v.Revision == 1 {
			if err := queueRevision(tx, b, v, "", *v.CompletedAt, v.CompletedBy); err != nil {
				return v, err
			}
		}
		p, err := w.write(b, Parts{VisitParts: in.VisitParts}, true)
		if err != nil {
			return v, err
		}
		before := p.before(v)
		b.Queue(`update visit set revision = revision + 1 where id = $1`, id)
		QueueRead(tx, b, id, &v)
		if err := tx.Send(b); err != nil {
			return v, err
		}
		var last pgx.Batch
		if err := queueRevision(tx, &last, v, in.Reason, tx.Now(), tx.Principal().UserID); err != nil {
			return v, err
		}
		if err := tx.Send(&last); err != nil {
			return v, err
		}
		return v, s.trail.Record(tx, audit.Event{Action: "visit.amend", SubjectKind: "visit", SubjectID: id,
			Reason: in.Reason,
			Before: before, After: p})
	})
}

// MayAmend says whether the caller may amend a completed visit now. Error:
// ErrAmendNeedsKepala.
func MayAmend(tx pg.Tx, v homecare.Visit) error {
	me := tx.Principal()
	if me.Role == access.Kepala {
		return nil
	}
	own := v.CompletedBy == me.UserID || v.PerformedBy == me.UserID
	if own && v.CompletedAt != nil && tx.Now().Sub(*v.CompletedAt) <= AmendWindow {
		return nil
	}
	return ErrAmendNeedsKepala
}

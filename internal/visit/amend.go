package visit

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Amend replaces parts of a completed visit. The version before is frozen
// whole, so both stay readable; the author may do it within AmendWindow,
// Kepala always (design decision 9).
func (s *Service) Amend(ctx context.Context, id string, in homecare.AmendVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		r, err := s.openNow(tx, id, DoAmend)
		if err != nil {
			return homecare.Visit{}, err
		}
		v := r.v
		if err := mayAmend(tx, v); err != nil {
			return v, err
		}
		if in.VisitParts == (homecare.VisitParts{}) {
			return v, fault.ErrInvalid.At(fault.Field{Pointer: "/reason", Code: "empty",
				Text: fault.Text{ID: "Sebutkan sedikitnya satu bagian yang diperbaiki.", EN: "Name at least one part to amend."}})
		}
		b := &r.then
		if v.Revision == 1 {
			if err := queueRevision(tx, b, v, "", *v.CompletedAt, v.CompletedBy); err != nil {
				return v, err
			}
		}
		p := parts{VisitParts: in.VisitParts}
		if err := r.ask(p); err != nil {
			return v, err
		}
		if p, err = r.put(p, true); err != nil {
			return v, err
		}
		before := p.before(v)
		b.Queue(`update visit set revision = revision + 1 where id = $1`, id)
		queueRead(tx, b, id, &v)
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
		return v, s.trail.Record(tx, audit.Event{Action: "visit.amend", SubjectKind: "visit", SubjectID: id, Reason: in.Reason,
			Before: before, After: p})
	})
}

func mayAmend(tx pg.Tx, v homecare.Visit) error {
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

// refused is err (of State.After) with only those actions that the caller may
// do to the visit now.
func refused(tx pg.Tx, v homecare.Visit, err error) error {
	if mayAmend(tx, v) != nil {
		return access.Narrow(tx, "/v1/visits/{id}", err, string(DoAmend))
	}
	return access.Narrow(tx, "/v1/visits/{id}", err)
}

// queueRevision freezes v whole as the revision it is.
func queueRevision(tx pg.Tx, b *pgx.Batch, v homecare.Visit, reason string, at time.Time, by string) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	b.Queue(`insert into visit_revision (puskesmas_id, visit_id, n, record, reason, made_at, made_by) values ($1, $2, $3, $4::text::jsonb, $5, $6, $7)`,
		tx.Principal().PuskesmasID, v.ID, v.Revision, string(doc), reason, at, by)
	return nil
}

// Revisions lists the versions of a completed visit, oldest first.
func (s *Service) Revisions(ctx context.Context, id string) (homecare.Page[homecare.VisitRevision], error) {
	rs, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) ([]homecare.VisitRevision, error) {
		rs, err := pg.Rows[homecare.VisitRevision](tx, `select r.n as revision, r.reason, r.made_at, r.made_by from visit_revision r
			join visit v on v.puskesmas_id = r.puskesmas_id and v.id = r.visit_id join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			where r.visit_id = $1 and `+access.Case("c")+` order by r.n`, id)
		if err != nil || len(rs) > 0 {
			return rs, err
		}
		var v homecare.Visit
		var b pgx.Batch
		queueRead(tx, &b, id, &v)
		if err := tx.Send(&b); err != nil {
			return nil, err
		}
		if v.CompletedAt != nil {
			rs = append(rs, homecare.VisitRevision{Revision: 1, MadeAt: *v.CompletedAt, MadeBy: v.CompletedBy})
		}
		return rs, nil
	})
	return homecare.Page[homecare.VisitRevision]{Data: rs}, err
}

// Revision returns one version of a completed visit as it stood then.
func (s *Service) Revision(ctx context.Context, id string, n int) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		var now homecare.Visit
		var frozen []homecare.Visit
		var b pgx.Batch
		queueRead(tx, &b, id, &now)
		b.Queue(`select record from visit_revision where visit_id = $1 and n = $2`, id, n).Query(func(rows pgx.Rows) error {
			var err error
			frozen, err = pgx.CollectRows(rows, pgx.RowTo[homecare.Visit])
			return err
		})
		if err := tx.Send(&b); err != nil {
			return now, err
		}
		switch {
		case len(frozen) == 1:
			return frozen[0], nil
		case n == now.Revision && now.State == string(Completed):
			return now, nil
		}
		return now, fault.ErrNotFound
	})
}

package record

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// queueRevision stores v whole as a revision.
func queueRevision(tx pg.Tx, b *pgx.Batch, v homecare.Visit, reason string, at time.Time, by string) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	b.Queue(`insert into visit_revision (puskesmas_id, visit_id, n, record, reason, made_at, made_by)
		values ($1, $2, $3, $4::text::jsonb, $5, $6, $7)`,
		tx.Principal().PuskesmasID, v.ID, v.Revision, string(doc), reason, at, by)
	return nil
}

// Revisions lists the versions of a completed visit, oldest first.
func (s *Service) Revisions(ctx context.Context, id string) (homecare.Page[homecare.VisitRevision], error) {
	rs, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) ([]homecare.VisitRevision, error) {
		rs, err := pg.Rows[homecare.VisitRevision](tx, `select r.n as revision, r.reason, r.made_at, r.made_by
			from visit_revision r
			join visit v on v.puskesmas_id = r.puskesmas_id and v.id = r.visit_id
			join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			where r.visit_id = $1 and `+access.Case("c")+` order by r.n`, id)
		if err != nil || len(rs) > 0 {
			return rs, err
		}
		var v homecare.Visit
		var b pgx.Batch
		QueueRead(tx, &b, id, &v)
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

// Revision returns one version of a completed visit as it was then.
func (s *Service) Revision(ctx context.Context, id string, n int) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		var now homecare.Visit
		var frozen []homecare.Visit
		var b pgx.Batch
		QueueRead(tx, &b, id, &now)
		b.Queue(`select record from visit_revision where visit_id = $1 and n = $2`, id, n).
			Query(func(rows pgx.Rows) error {
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
		case n == now.Revision && now.CompletedAt != nil:
			return now, nil
		}
		return now, fault.ErrNotFound
	})
}

package patient

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Merges lists the merges of a person and their reversals, newest first. Error:
// fault.ErrNotFound.
func (s *Service) Merges(ctx context.Context, in idParams) (homecare.Page[homecare.Merge], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Merge], error) {
		var p homecare.Page[homecare.Merge]
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return p, err
		}
		p.Data, err = pg.Rows[homecare.Merge](tx, `select m.id, m.from_id as patient_id, f.name as patient_name,
			f.version as patient_version, m.to_id as into_id, m.reason, m.merged_at, m.merged_by, m.undone_at,
				coalesce(m.undone_reason, '') as undone_reason, case when m.undone_at is null then m.merged_at + $2 end
				as undo_until
			from person_merge m join patient f on f.puskesmas_id = m.puskesmas_id and f.id = m.from_id
			where m.from_id = any (same_person($1)) or m.to_id = any (same_person($1))
				order by m.merged_at desc, m.id desc limit 500`, id, UndoWithin)
		return p, err
	})
}

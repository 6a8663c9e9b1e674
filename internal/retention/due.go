package retention

import (
	"context"

	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type dueKey struct {
	ID string `json:"i"`
}

// Due lists the persons whose records may be destroyed.
func (s *Service) Due(ctx context.Context, in page.Request) (homecare.Page[homecare.RetentionDue], error) {
	const list = "retention-due"
	var k dueKey
	if _, err := s.sealer.Open(ctx, list, in, &k); err != nil {
		return homecare.Page[homecare.RetentionDue]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.RetentionDue], error) {
		rows, err := dueIn(tx, k.ID, in.Rows())
		if err != nil {
			return page.Page[homecare.RetentionDue]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in, rows, func(d homecare.RetentionDue) any { return dueKey{d.PatientID} })
	})
	return homecare.Page[homecare.RetentionDue]{Data: p.Items, NextCursor: p.Next}, err
}

// dueIn reads whose last contact is long enough ago, by id. Who was registered
// within the retention cannot be; that spares the others the closer look.
func dueIn(tx pg.Tx, after string, limit int) ([]homecare.RetentionDue, error) {
	return pg.Rows[homecare.RetentionDue](tx, `with rule as (select $1::timestamptz - make_interval(years => years) as cutoff from retention_rule where code = 'medical_record')
		select p.id as patient_id, p.name, c.at as last_contact, p.version,
			exists (select from legal_hold h where h.puskesmas_id = p.puskesmas_id
				and h.patient_id = any (same_person(p.id)) and h.released_at is null) as held,
			d.patient_id is not null as proposed
		from rule cross join patient p cross join lateral (select last_contact(p.id) as at) c
		left join record_destruction d on d.puskesmas_id = p.puskesmas_id and d.patient_id = p.id
		where p.created_at <= rule.cutoff and p.updated_at <= rule.cutoff and p.merged_into_id is null and d.destroyed_at is null
			and ($2 = '' or p.id > $2::uuid) and c.at <= rule.cutoff
		order by p.id limit $3`, tx.Now(), after, limit)
}

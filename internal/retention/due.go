package retention

import (
	"context"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Due lists the persons, by id, whose last contact is long enough ago for
// destruction. It skips persons registered within the retention period, which
// saves the full check for most.
func (s *Service) Due(ctx context.Context, in page.Request) (homecare.Page[homecare.RetentionDue], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.RetentionDue], error) {
		var w pg.Where
		rule := `with rule as (select ` + w.Arg(tx.Now()) + `::timestamptz - make_interval(years => years) as cutoff
			from retention_rule where code = 'medical_record')`
		w.And(`p.created_at <= rule.cutoff and p.updated_at <= rule.cutoff and c.at <= rule.cutoff`)
		w.And(`p.merged_into_id is null and d.destroyed_at is null`)
		return due.Read(tx, s.sealer, in, rule+selectDue, &w)
	})
}

const selectDue = ` select p.id as patient_id, p.name, c.at as last_contact, p.version,
		exists (select from legal_hold h where h.puskesmas_id = p.puskesmas_id
			and h.patient_id = any (same_person(p.id)) and h.released_at is null) as held,
		d.patient_id is not null as proposed
	from rule cross join patient p cross join lateral (select last_contact(p.id) as at) c
	left join record_destruction d on d.puskesmas_id = p.puskesmas_id and d.patient_id = p.id`

var due = list.List[homecare.RetentionDue, dueKey]{
	Name: "retention-due", Key: func(d homecare.RetentionDue) dueKey { return dueKey{d.PatientID} },
}

type dueKey struct {
	ID string `list:"p.id uuid"`
}

package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// basics are the items for every visit: ATK and diagnostic set (SOP KP A).
var basics = []string{"stationery", "diagnostic_set"}

// checklistRow is the input of the checklist: the needs of each planned
// service, and the ticked items.
type checklistRow struct {
	Item     string
	Services []string
	TickedAt *time.Time
	TickedBy string
}

func queueChecklist(b *pgx.Batch, id string, into *homecare.Checklist) {
	b.Queue(`with need as (
			select e.item, array_agg(t.code order by t.sop_item) as services
			from visit v
			join lateral (select r.planned_services from case_review r where r.puskesmas_id = v.puskesmas_id
			and r.case_id = v.case_id order by r.recorded_at desc, r.id desc limit 1) r on true
			join service_type t on exists (select from jsonb_array_elements(r.planned_services) x
			where x->>'type' = t.code),
			jsonb_array_elements_text(t.checklist) e(item)
			where v.id = $1 group by e.item
			union all select unnest($2::text[]), '{}'::text[])
		select n.item, array(select distinct x from need o, unnest(o.services) x where o.item = n.item order by x) as
		services,
			max(k.ticked_at) as ticked_at, coalesce(max(k.ticked_by::text), '') as ticked_by
		from need n left join visit_checklist_item k on k.visit_id = $1 and k.item = n.item
		group by n.item order by n.item`, id, basics).Query(func(rows pgx.Rows) error {
		all, err := pg.Collect[checklistRow](rows)
		into.Items = []homecare.ChecklistItem{}
		for _, r := range all {
			into.Items = append(into.Items, homecare.ChecklistItem(r))
		}
		return err
	})
	b.Queue(`select checklist_version from visit where id = $1`, id).QueryRow(func(row pgx.Row) error {
		return row.Scan(&into.Version)
	})
}

// Checklist returns the items to bring to a visit (SOP KP A, B3): the basics,
// and the needs of the services planned in the case review.
func (s *Service) Checklist(ctx context.Context, id string) (homecare.Checklist, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Checklist, error) {
		var v homecare.Visit
		c := homecare.Checklist{VisitID: id}
		var b pgx.Batch
		record.QueueRead(tx, &b, id, &v)
		queueChecklist(&b, id, &c)
		return c, tx.Send(&b)
	})
}

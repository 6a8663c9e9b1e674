package visit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// basics is what is brought to every visit: ATK and diagnostic set (SOP KP A).
var basics = []string{"stationery", "diagnostic_set"}

// checklistRow is what the checklist is made of: what each planned service
// needs, and what was ticked.
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
			join lateral (select r.planned_services from case_review r where r.puskesmas_id = v.puskesmas_id and r.case_id = v.case_id order by r.recorded_at desc, r.id desc limit 1) r on true
			join service_type t on exists (select from jsonb_array_elements(r.planned_services) x where x->>'type' = t.code),
			jsonb_array_elements_text(t.checklist) e(item)
			where v.id = $1 group by e.item
			union all select unnest($2::text[]), '{}'::text[])
		select n.item, array(select distinct x from need o, unnest(o.services) x where o.item = n.item order by x) as services,
			max(k.ticked_at) as ticked_at, coalesce(max(k.ticked_by::text), '') as ticked_by
		from need n left join visit_checklist_item k on k.visit_id = $1 and k.item = n.item
		group by n.item order by n.item`, id, basics).Query(func(rows pgx.Rows) error {
		all, err := pgx.CollectRows(rows, pgx.RowToStructByName[checklistRow])
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

// Checklist returns what to bring to a visit (SOP KP A, B3): the basics, and
// what the services planned in the case review need.
func (s *Service) Checklist(ctx context.Context, id string) (homecare.Checklist, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Checklist, error) {
		var v homecare.Visit
		c := homecare.Checklist{VisitID: id}
		var b pgx.Batch
		queueRead(tx, &b, id, &v)
		queueChecklist(&b, id, &c)
		return c, tx.Send(&b)
	})
}

// Tick says what is packed; an item left out is not. It is done before
// leaving, so the visit must be planned or in progress. The list has a version of
// its own: a colleague who ticks it off is in nobody's way who records the visit.
func (s *Service) Tick(ctx context.Context, id string, in homecare.TickChecklist) (homecare.Checklist, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Checklist, error) {
		c := homecare.Checklist{VisitID: id}
		var now homecare.Checklist
		ask := &pgx.Batch{}
		queueChecklist(ask, id, &now)
		v, _, err := lockVisit(tx, id)
		if err != nil {
			return c, err
		}
		if err := tx.Send(ask); err != nil {
			return c, err
		}
		if err := tx.Stale(now.Version); err != nil {
			return c, err
		}
		if v.State != string(Planned) && v.State != string(InProgress) {
			return c, fault.State(v.State)
		}
		var check fault.Check
		for i, item := range in.Ticked {
			check.That(slices.ContainsFunc(now.Items, func(x homecare.ChecklistItem) bool { return x.Item == item }), fmt.Sprintf("/ticked/%d", i), "unknown",
				"Barang ini tidak ada pada daftar.", "This is not on the list.")
		}
		if err := check.Err(); err != nil {
			return c, err
		}
		var b pgx.Batch
		b.Queue(`insert into visit_checklist_item (puskesmas_id, visit_id, item, ticked_at, ticked_by) select $1, $2, i, $4, $5 from unnest($3::text[]) i
			on conflict on constraint visit_checklist_item_pk do update set ticked_at = excluded.ticked_at, ticked_by = excluded.ticked_by where visit_checklist_item.ticked_at is null`,
			tx.Principal().PuskesmasID, id, in.Ticked, tx.Now(), tx.Principal().UserID)
		b.Queue(`update visit_checklist_item set ticked_at = null, ticked_by = null where visit_id = $1 and ticked_at is not null and item <> all($2)`, id, in.Ticked)
		b.Queue(`update visit set checklist_version = checklist_version + 1 where id = $1`, id)
		queueChecklist(&b, id, &c)
		if err := tx.Send(&b); err != nil {
			return c, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: "visit.checklist", SubjectKind: "visit", SubjectID: id, Before: now.Items, After: c.Items})
	})
}

// putHazards reports what endangered the staff (SOP HS 2b); also of a visit
// that did not come about: the dog at the gate is why.
func (s *Service) putHazards(ctx context.Context, id string, p parts) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, _, err := lockVisit(tx, id)
		if err != nil {
			return v, err
		}
		if err := tx.Stale(v.Version); err != nil {
			return v, err
		}
		switch State(v.State) {
		case Planned, InProgress, Missed:
		default:
			return v, fault.State(v.State)
		}
		before := v.Hazards
		var b pgx.Batch
		if err := queueHazards(tx, &b, alert.Visit{ID: id}, p.Hazards.Hazards); err != nil {
			return v, err
		}
		b.Queue(`update visit set version = version + 1 where id = $1`, id)
		queueRead(tx, &b, id, &v)
		if err := tx.Send(&b); err != nil {
			return v, err
		}
		return v, s.trail.Record(tx, audit.Event{Action: "visit.hazards", SubjectKind: "visit", SubjectID: id, Before: before, After: v.Hazards})
	})
}

// HazardFilter narrows the list of hazards.
type HazardFilter struct {
	Incident string `query:"incident" json:"-" validate:"omitempty,oneof=true false"`
	Village  string `query:"village" json:"-" validate:"omitempty,numeric,len=10"`
	page.Request
}

// Hazards lists what endangered or hurt the staff, newest first; of the whole
// puskesmas for everybody, because it protects whoever goes there next. It
// names no patient, and the visit only to whom may see its case. What was told
// of a voided person's visit is left out.
func (s *Service) Hazards(ctx context.Context, f HazardFilter) (homecare.Page[homecare.HazardReport], error) {
	list := "hazards?" + f.Incident + "&" + f.Village
	var k timeKey
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.HazardReport]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.HazardReport], error) {
		w := pg.Where{}
		w.And(access.NotVoided("c"))
		if f.Incident != "" {
			w.And(`h.incident = ` + w.Arg(f.Incident == "true"))
		}
		if f.Village != "" {
			w.And(`s.village_code = ` + w.Arg(f.Village))
		}
		if k.ID != "" {
			w.And(`(h.reported_at, h.visit_id, h.n) < (` + w.Arg(k.At) + `, ` + w.Arg(k.ID) + `::text::uuid, ` + w.Arg(k.N) + `::int::smallint)`)
		}
		type row struct {
			Visit string // also of a visit that the caller may not see: the place in the list
			homecare.HazardReport
		}
		rows, err := pg.Rows[row](tx, `select h.visit_id as visit, case when `+access.Case("c")+` then h.visit_id::text else '' end as visit_id, h.n, s.village_code as village, vi.name as village_name, h.kind, h.incident, h.severity, h.note, h.reported_at, h.reported_by
			from visit_hazard h join visit v on v.puskesmas_id = h.puskesmas_id and v.id = h.visit_id
			join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id join village vi on vi.code = s.village_code`+w.SQL()+
			` order by h.reported_at desc, h.visit_id desc, h.n desc limit `+w.Arg(f.Rows()), w.Args()...)
		if err != nil {
			return page.Page[homecare.HazardReport]{}, err
		}
		p, err := page.Cut(ctx, s.sealer, list, f.Request, rows, func(h row) any { return timeKey{h.ReportedAt, h.Visit, h.N} })
		out := make([]homecare.HazardReport, len(p.Items))
		for i, h := range p.Items {
			out[i] = h.HazardReport
		}
		return page.Page[homecare.HazardReport]{Items: out, Next: p.Next}, err
	})
	return homecare.Page[homecare.HazardReport]{Data: p.Items, NextCursor: p.Next}, err
}

package patient

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type timelineParams struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// Timeline lists what is known of a person, newest first (SOP HS 8, rekam
// medis), of cases and visits those that the caller may see; to a petugas no
// sensitive fact. Error: fault.ErrNotFound.
func (s *Service) Timeline(ctx context.Context, in timelineParams) (homecare.Page[homecare.TimelineEntry], error) {
	list := "timeline/" + in.ID
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.TimelineEntry], error) {
		none := page.Page[homecare.TimelineEntry]{}
		k := timeKey{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return none, err
		}
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		rows, err := timelineOf(tx, id, HidesSensitive(tx), k, in.Rows())
		if err != nil {
			return none, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(e homecare.TimelineEntry) any { return timeKey{e.At, e.ID} })
	})
	return homecare.Page[homecare.TimelineEntry]{Data: p.Items, NextCursor: p.Next}, err
}

// timeKey is where a timeline stands.
type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// timelineOf reads what is known of a person and of those merged into them.
// hide leaves out sensitive facts.
func timelineOf(tx pg.Tx, id string, hide bool, k timeKey, limit int) ([]homecare.TimelineEntry, error) {
	return pg.Rows[homecare.TimelineEntry](tx, `
		with me as (select id from patient where id = $1 or merged_into_id = $1),
		mine as (select c.id, c.programme_code, c.state, c.proposed_at from care_case c
			where c.patient_id in (select id from me) and `+access.Case("c")+`),
		entries as (
			select 'source:' || s.source as id, s.first_seen as at, 'source' as kind, s.source as code, '' as state, null::float8 as value, '' as text, '' as unit, s.source, false as undated
				from patient_source s where s.patient_id = $1
			union all
			select f.digest::text, coalesce(f.observed_at, f.recorded_at), 'fact', f.code, '', f.value, f.text, f.unit, f.source, f.observed_at is null
				from patient_fact f where f.patient_id = $1 and not (f.sensitive and $2)
			union all
			select id::text, proposed_at, 'case', programme_code, state, null, '', '', '', false from mine
			union all
			select v.id::text, coalesce(v.arrived_at, v.planned_for), 'visit', v.kind, v.state, null, '', '', '', false from visit v where v.case_id in (select id from mine))
		select * from entries where (at, id) < ($3, $4)
			order by at desc, id desc limit $5`, id, hide, k.At, k.ID, limit)
}

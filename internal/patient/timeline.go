package patient

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type timelineParams struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// Timeline lists what is known about a person, newest first (SOP HS 8, rekam
// medis). It contains the cases and visits that the caller may see; a petugas
// gets no sensitive facts. Error: fault.ErrNotFound.
func (s *Service) Timeline(ctx context.Context, in timelineParams) (homecare.Page[homecare.TimelineEntry], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.TimelineEntry], error) {
		id, err := SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.TimelineEntry]{}, err
		}
		w := pg.Where{Args: []any{id, HidesSensitive(tx)}}
		return timeline.Read(tx, s.sealer, in, selectTimeline, &w)
	})
}

var timeline = list.List[homecare.TimelineEntry, timeKey]{
	Name: "timeline", Key: func(e homecare.TimelineEntry) timeKey { return timeKey{e.At, e.ID} },
}

type timeKey struct {
	At time.Time `list:"at desc"`
	ID string    `list:"id text desc"`
}

// selectTimeline reads what is known about person $1 and the records merged into
// them. $2 excludes sensitive facts.
var selectTimeline = `
	with me as (select id from patient where id = $1 or merged_into_id = $1),
	mine as (select c.id, c.programme_code, c.state, c.proposed_at from care_case c
		where c.patient_id in (select id from me) and ` + access.Case("c") + `),
	entries as (
		select 'source:' || s.source as id, s.first_seen as at, 'source' as kind, s.source as code, '' as state,
			null::float8 as value, '' as text, '' as unit, s.source, false as undated
			from patient_source s where s.patient_id = $1
		union all
		select f.digest::text, coalesce(f.observed_at, f.recorded_at), 'fact', f.code, '', f.value, f.text, f.unit,
			f.source, f.observed_at is null
			from patient_fact f where f.patient_id = $1 and f.voided_at is null
				and not (f.sensitive and $2)
		union all
		select id::text, proposed_at, 'case', programme_code, state, null, '', '', '', false from mine
		union all
		select v.id::text, coalesce(v.arrived_at, v.planned_for), 'visit', v.kind, v.state, null, '', '', '', false
			from visit v where v.case_id in (select id from mine))
	select * from entries`

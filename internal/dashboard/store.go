package dashboard

import (
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
)

// rollup computes every figure of one puskesmas ($1), programme ($2) and months
// ($3). Each fact counts on its one day, as in a report.
const rollup = `
	select m.month, f.figure, f.value from (select month, (month || '-01')::date as from_day,
	((month || '-01')::date + interval '1 month')::date as to_day
			from unnest($3::text[]) month) m
	cross join lateral (
		with v as (select * from counted_visit where puskesmas_id = $1 and programme_code = $2
		and counts_on >= m.from_day and counts_on < m.to_day),
			c as (select * from counted_case where puskesmas_id = $1 and programme_code = $2)
		select 'visits_planned' as figure, count(*) filter (where not unplanned and state <> 'rescheduled') as value
		from v
		union all select 'visits_moved', count(*) filter (where state = 'rescheduled') from v
		union all select 'visits_completed', count(*) filter (where state = 'completed') from v
		union all select 'visits_missed', count(*) filter (where state = 'missed') from v
		union all select 'visits_cancelled', count(*) filter (where state = 'cancelled') from v
		union all select 'patients_served', count(distinct patient_id) filter (where state = 'completed') from v
		union all select 'cases_proposed', count(*) from c where proposed_on >= m.from_day and proposed_on < m.to_day
		union all select 'cases_begun', count(*) from c where activated_on >= m.from_day and activated_on < m.to_day
		union all select 'cases_in_care', count(*) from c where activated_on < m.to_day
		and not (state = 'terminated' and ended_on < m.to_day)
		union all select 'ended_' || e.code, count(c.id) from reference_item e
			left join c on c.ending = e.code and c.state = 'terminated' and c.ended_on >= m.from_day
			and c.ended_on < m.to_day
			where e.list = 'termination_reason' and e.code not in ('merged', 'entered_in_error') group by e.code
		union all select 'service_' || t.code, count(v.id) from service_type t
			left join (visit_service s join v on v.id = s.visit_id and v.state = 'completed') on s.puskesmas_id = $1
			and s.type = t.code group by t.code) f`

// lockRollups locks the roll-ups of a puskesmas and programme until the commit.
func lockRollups(tx pg.Tx, puskesmasID int16, programme string) error {
	_, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, fmt.Sprintf("rollup/%d/%s", puskesmasID,
		programme))
	return err
}

// recompute brings months of one puskesmas and programme up to date and returns the
// figures whose stored value differed. Calls wait for each other, so the last one
// has seen everything committed before it.
func recompute(tx pg.Tx, puskesmasID int16, programme string, months []string) ([]Difference, error) {
	if err := lockRollups(tx, puskesmasID, programme); err != nil {
		return nil, err
	}
	return pg.Rows[Difference](tx, `with fresh as materialized (`+rollup+`),
		put as (insert into rollup_month (puskesmas_id, programme_code, month, figure, value) select $1, $2, month,
		figure, value from fresh
			on conflict (puskesmas_id, programme_code, month, figure) do update set value = excluded.value,
			computed_at = clock_timestamp())
		select f.month, f.figure, r.value as stored, f.value as counted from fresh f
		join rollup_month r on r.puskesmas_id = $1 and r.programme_code = $2
			and r.month = f.month and r.figure = f.figure where r.value <> f.value order by f.month,
			f.figure`, puskesmasID, programme, months)
}

// monthIn is the condition of a month that has figures: the programme of the puskesmas
// and the month have begun.
const monthIn = ` from puskesmas_programme pp join puskesmas p on p.id = pp.puskesmas_id where pp.programme_code = $1
	and to_char(pp.starts_on, 'YYYY-MM') <= $2 and $2 <= $3`

type figure struct {
	Puskesmas  string
	Figure     string
	Value      int64
	ComputedAt time.Time
}

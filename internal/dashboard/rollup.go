// Package dashboard shows the figures of a month: from roll-ups that a worker
// recomputes after every change, never from history at reading time.
package dashboard

import (
	"context"
	"fmt"
	"slices"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/pg"
)

// personFigures count persons rather than acts (a case is one person); from 1
// to 4 they are suppressed for Dinkes (design promise PRI-4).
var personFigures = []string{"patients_served", "cases_proposed", "cases_begun", "cases_in_care", "ended_death", "ended_refusal", "ended_referral"}

func countsPersons(figure string) bool { return slices.Contains(personFigures, figure) }

// rollup computes every figure of one puskesmas ($1), programme ($2) and
// half-open month ($3, $4). A visit belongs to the month in which the team
// arrived, else for which it was planned; a report counts the same way.
const rollup = `
	with v as (select * from counted_visit where puskesmas_id = $1 and programme_code = $2
			and coalesce(arrived_at, planned_for) >= $3 and coalesce(arrived_at, planned_for) < $4),
		c as (select * from counted_case where puskesmas_id = $1 and programme_code = $2)
	select 'visits_planned' as figure, count(*) filter (where not unplanned) as value from v
	union all select 'visits_completed', count(*) filter (where state = 'completed') from v
	union all select 'visits_missed', count(*) filter (where state = 'missed') from v
	union all select 'visits_cancelled', count(*) filter (where state = 'cancelled') from v
	union all select 'patients_served', count(distinct patient_id) filter (where state = 'completed') from v
	union all select 'cases_proposed', count(*) from c where proposed_at >= $3 and proposed_at < $4
	union all select 'cases_begun', count(*) from c where activated_at >= $3 and activated_at < $4
	union all select 'cases_in_care', count(*) from c where activated_at < $4 and (terminated_at is null or terminated_at >= $4)
	union all select 'ended_' || e.ending, count(c.id) from (values ('death'), ('refusal'), ('referral')) e(ending)
		left join c on c.ending = e.ending and c.state = 'terminated' and c.terminated_at >= $3 and c.terminated_at < $4 group by e.ending
	union all select 'service_' || t.code, count(v.id) from service_type t
		left join (visit_service s join v on v.id = s.visit_id and v.state = 'completed') on s.puskesmas_id = $1 and s.type = t.code group by t.code`

// Recompute brings the roll-up of one month up to date. Two at once wait for
// each other, so the last one has seen everything committed before it.
func Recompute(ctx context.Context, db *pg.DB, puskesmasID int16, programme, month string) error {
	from, to, err := clock.MonthBounds(month)
	if err != nil {
		return err
	}
	_, err = pg.SystemFor(ctx, db, "roll-up", puskesmasID, func(tx pg.Tx) (struct{}, error) {
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, fmt.Sprintf("rollup/%d/%s/%s", puskesmasID, programme, month)); err != nil {
			return struct{}{}, err
		}
		_, err := tx.Exec(`insert into rollup_month (puskesmas_id, programme_code, month, figure, value)
			select $1, $2, $5, f.figure, f.value from (`+rollup+`) f
			on conflict (puskesmas_id, programme_code, month, figure) do update set value = excluded.value, computed_at = clock_timestamp()`,
			puskesmasID, programme, from, to, month)
		return struct{}{}, err
	})
	return err
}

// Handler recomputes what an event names: body month and programme.
func Handler(db *pg.DB) job.Handler {
	return func(ctx context.Context, e job.Event) error {
		return Recompute(ctx, db, e.PuskesmasID, e.Body["programme"], e.Body["month"])
	}
}

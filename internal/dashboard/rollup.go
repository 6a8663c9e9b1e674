// Package dashboard shows the figures of a month: from roll-ups that a worker
// recomputes after every change, never from history at reading time.
package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ChangedEvent is the event by which the database tells that a month's figures
// may have changed (function tell_month): body programme and month.
const ChangedEvent = "figures.changed"

// personFigures count persons rather than acts (a case is one person), as do all
// endings; from 1 to 4 they are suppressed for Dinkes (design promise PRI-4).
var personFigures = []string{"patients_served", "cases_proposed", "cases_begun", "cases_in_care"}

func countsPersons(figure string) bool {
	return slices.Contains(personFigures, figure) || strings.HasPrefix(figure, "ended_")
}

// rollup computes every figure of one puskesmas ($1), programme ($2) and months
// ($3). Each fact counts on its one day, as in a report.
const rollup = `
	select m.month, f.figure, f.value from (select month, (month || '-01')::date as from_day, ((month || '-01')::date + interval '1 month')::date as to_day
			from unnest($3::text[]) month) m
	cross join lateral (
		with v as (select * from counted_visit where puskesmas_id = $1 and programme_code = $2 and counts_on >= m.from_day and counts_on < m.to_day),
			c as (select * from counted_case where puskesmas_id = $1 and programme_code = $2)
		select 'visits_planned' as figure, count(*) filter (where not unplanned and state <> 'rescheduled') as value from v
		union all select 'visits_moved', count(*) filter (where state = 'rescheduled') from v
		union all select 'visits_completed', count(*) filter (where state = 'completed') from v
		union all select 'visits_missed', count(*) filter (where state = 'missed') from v
		union all select 'visits_cancelled', count(*) filter (where state = 'cancelled') from v
		union all select 'patients_served', count(distinct patient_id) filter (where state = 'completed') from v
		union all select 'cases_proposed', count(*) from c where proposed_on >= m.from_day and proposed_on < m.to_day
		union all select 'cases_begun', count(*) from c where activated_on >= m.from_day and activated_on < m.to_day
		union all select 'cases_in_care', count(*) from c where activated_on < m.to_day and not (state = 'terminated' and ended_on < m.to_day)
		union all select 'ended_' || e.code, count(c.id) from reference_item e
			left join c on c.ending = e.code and c.state = 'terminated' and c.ended_on >= m.from_day and c.ended_on < m.to_day
			where e.list = 'termination_reason' and e.code <> 'administrative' group by e.code
		union all select 'service_' || t.code, count(v.id) from service_type t
			left join (visit_service s join v on v.id = s.visit_id and v.state = 'completed') on s.puskesmas_id = $1 and s.type = t.code group by t.code) f`

// lockRollups waits until nobody else computes roll-ups of a puskesmas and programme.
func lockRollups(tx pg.Tx, puskesmasID int16, programme string) error {
	_, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, fmt.Sprintf("rollup/%d/%s", puskesmasID, programme))
	return err
}

// recompute brings months of one puskesmas and programme up to date and returns
// what had been stored otherwise. Two at once wait for each other, so the last
// one has seen everything committed before it.
func recompute(tx pg.Tx, puskesmasID int16, programme string, months []string) ([]Difference, error) {
	if err := lockRollups(tx, puskesmasID, programme); err != nil {
		return nil, err
	}
	return pg.Rows[Difference](tx, `with fresh as materialized (`+rollup+`),
		put as (insert into rollup_month (puskesmas_id, programme_code, month, figure, value) select $1, $2, month, figure, value from fresh
			on conflict (puskesmas_id, programme_code, month, figure) do update set value = excluded.value, computed_at = clock_timestamp())
		select f.month, f.figure, r.value as stored, f.value as counted from fresh f join rollup_month r on r.puskesmas_id = $1 and r.programme_code = $2
			and r.month = f.month and r.figure = f.figure where r.value <> f.value order by f.month, f.figure`, puskesmasID, programme, months)
}

// Recompute brings the roll-up of a month up to date, and of every later month
// that has one: what changes a month changes who is in care after it.
func Recompute(ctx context.Context, db *pg.DB, puskesmasID int16, programme, month string) error {
	if _, _, err := clock.MonthBounds(month); err != nil {
		return err
	}
	_, err := pg.SystemFor(ctx, db, "roll-up", puskesmasID, func(tx pg.Tx) ([]Difference, error) {
		// Before it asks which months there are: one may just be filled.
		if err := lockRollups(tx, puskesmasID, programme); err != nil {
			return nil, err
		}
		months, err := pg.Scalar[[]string](tx, `select array(select distinct month from rollup_month where puskesmas_id = $1 and programme_code = $2 and month > $3
			union select $3)`, puskesmasID, programme, month)
		if err != nil {
			return nil, err
		}
		return recompute(tx, puskesmasID, programme, months)
	})
	return err
}

// Handler recomputes what an event names: body month and programme.
func Handler(db *pg.DB) job.Handler {
	return func(ctx context.Context, e job.Event) error {
		return Recompute(ctx, db, e.PuskesmasID, e.Body["programme"], e.Body["month"])
	}
}

// Covers says that a recomputed month brings the later ones of the programme
// with it, in the roll-ups and in the deltas of reports. For job.New.
func Covers(waiting, told job.Event) bool {
	return waiting.Body["programme"] == told.Body["programme"] && waiting.Body["month"] <= told.Body["month"]
}

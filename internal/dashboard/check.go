package dashboard

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
)

// checkedMonths are how many months, the current one among them, Check counts
// again each day.
const checkedMonths = 13

// Difference is a figure of a roll-up whose stored value is not the counted one.
type Difference struct {
	Puskesmas int16
	Programme string
	Month     string
	Figure    string
	Stored    int64
	Counted   int64
}

// run is a programme that a puskesmas runs, with its start.
type run struct {
	PuskesmasID int16
	Programme   string
	StartsOn    time.Time
}

// Check fills the months that have no roll-up, from the beginning of each
// programme to now, counts the last 13 again, and returns the figures whose stored
// value differed: none, unless a change emitted no event. While events of a puskesmas
// wait, it returns none of its differences.
func Check(ctx context.Context, db *pg.DB, now time.Time) ([]Difference, error) {
	runs, err := pg.System(ctx, db, "roll-up check", func(tx pg.Tx) ([]run, error) {
		return pg.Rows[run](tx, `select puskesmas_id, programme_code as programme, starts_on from puskesmas_programme
			order by 1, 2`)
	})
	var out []Difference
	for _, r := range runs {
		found, e := r.check(ctx, db, now)
		if err = errors.Join(err, e); err != nil {
			return out, err
		}
		out = append(out, found...)
	}
	return out, err
}

func (r run) check(ctx context.Context, db *pg.DB, now time.Time) ([]Difference, error) {
	recent, err := monthsBack(now, checkedMonths-1)
	if err != nil {
		return nil, err
	}
	return pg.SystemFor(ctx, db, "roll-up check", r.PuskesmasID, func(tx pg.Tx) ([]Difference, error) {
		months, err := pg.Scalar[[]string](tx, `select array(select to_char(m, 'YYYY-MM') as month
			from generate_series(date_trunc('month', $3::text::date), $4::text::date, interval '1 month') m
			where to_char(m, 'YYYY-MM') >= $5 or not exists (select from rollup_month x where x.puskesmas_id = $1
			and x.programme_code = $2
				and x.month = to_char(m,
				'YYYY-MM')))`, r.PuskesmasID, r.Programme, r.StartsOn.Format(time.DateOnly), clock.Day(now), recent)
		if err != nil || len(months) == 0 {
			return nil, err
		}
		found, err := recompute(tx, r.PuskesmasID, r.Programme, months)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		// Read after the count, so that the event of a counted change is still seen waiting.
		waiting, err := pg.Scalar[bool](tx, `select exists (select from outbox where puskesmas_id = $1 and kind = $2)
			or exists (select from river.river_job where state in ('available', 'running', 'retryable', 'scheduled')
				and args ->> 'kind' = $2
				and args ->> 'puskesmas_id' = $1::smallint::text)`, r.PuskesmasID, ChangedEvent)
		if err != nil || waiting {
			return nil, err
		}
		for i := range found {
			found[i].Puskesmas, found[i].Programme = r.PuskesmasID, r.Programme
		}
		return found, nil
	})
}

// monthsBack is the month n months before the present one.
func monthsBack(now time.Time, n int) (string, error) {
	first, _, err := clock.MonthBounds(clock.Month(now))
	if err != nil {
		return "", err
	}
	for range n {
		if first, _, err = clock.MonthBounds(clock.Month(first.Add(-time.Hour))); err != nil {
			return "", err
		}
	}
	return clock.Month(first), nil
}

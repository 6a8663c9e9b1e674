package dashboard

import (
	"context"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Recompute brings the roll-up of a month up to date, and of every later month that has
// one: a change in a month also changes the number of cases in care after it.
func Recompute(ctx context.Context, db *pg.DB, puskesmasID int16, programme, month string) error {
	if _, _, err := clock.MonthBounds(month); err != nil {
		return err
	}
	_, err := pg.SystemFor(ctx, db, "roll-up", puskesmasID, func(tx pg.Tx) ([]Difference, error) {
		// Locked before the months are read: another call may be filling one.
		if err := lockRollups(tx, puskesmasID, programme); err != nil {
			return nil, err
		}
		months, err := pg.Scalar[[]string](tx, `select array(select distinct month from rollup_month
			where puskesmas_id = $1 and programme_code = $2 and month > $3
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

// Covers reports whether recomputing for the waiting event also serves the other one: a
// month brings the later ones of its programme along, in the roll-ups and in the deltas
// of reports. It is for job.New.
func Covers(waiting, told job.Event) bool {
	return waiting.Body["programme"] == told.Body["programme"] && waiting.Body["month"] <= told.Body["month"]
}

package followup

import (
	"cmp"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// history is the SQL of the acts on task f as JSON, oldest first.
var history = `coalesce((select json_agg(json_build_object('act', a.act, 'happened_on', a.happened_on, 'performed_by',
	a.performed_by, 'recorded_by', a.recorded_by,
		'recorded_at', ` + pg.UTC("a.recorded_at") + `, 'note', a.note) order by a.recorded_at, a.id)
	from follow_up_act a where a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id), '[]')`

// Act is the business day (YYYY-MM-DD) of an act and the account that performed it.
type Act struct {
	Day, By string
	// cause is the case whose death caused the act, undoes the act that it reverses; ""
	// for none.
	cause, undoes string
}

// ActIn reads the day and performer of an act from the request: by default today and
// the caller. opened is the first possible day; "" for none. Error: fault.ErrInvalid (a
// day in the future, before the task, or a performer who was not on the staff on that
// day).
func ActIn(tx pg.Tx, told homecare.FollowUpDay, opened string) (Act, error) {
	me := tx.Recorder()
	on := Act{Day: cmp.Or(told.HappenedOn, tx.Today()), By: cmp.Or(told.PerformedBy, me)}
	if on.Day > tx.Today() {
		var check fault.Check
		check.Add("/happened_on", "future", "Tanggal ini belum terjadi.", "That day is yet to come.")
		return on, check.Err()
	}
	if on.Day < opened {
		return on, fault.ErrInvalid.At(fault.Field{Pointer: "/happened_on", Code: "before_opened",
			Args: map[string]any{"first": opened}, Text: fault.Text{
				ID: "Ini baru dimulai pada {first}. Isi hari itu atau sesudahnya.",
				EN: "This began on {first}. Give that day or a later one."}})
	}
	if on.By == me {
		return on, nil
	}
	return on, staff.PerformedIn(tx, on.By, on.Day)
}

// opened is the day on which a task was opened.
func opened(f homecare.FollowUp) string {
	for _, a := range f.Acts {
		if a.Act == "opened" {
			return a.HappenedOn
		}
	}
	return ""
}

// queue writes the act.
func (on Act) queue(tx pg.Tx, b *pgx.Batch, id, act, note string) {
	b.Queue(`insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by,
		note, cause_case_id, undoes_id)
		values ($1, $2, $3, $4, $5::text::date, $6, $7, $8, $9, $10, $11)`,
		tx.Principal().PuskesmasID, pg.NewID(""), id, act, on.Day, tx.Now(), on.By, tx.Recorder(), note,
		pg.Null(on.cause), pg.Null(on.undoes))
}

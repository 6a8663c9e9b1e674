package followup

import (
	"errors"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrTaskCancelled: an act after the task's cancellation contradicts the
// cancellation.
var ErrTaskCancelled = fault.Define(fault.Conflict, "follow_up.cancelled",
	"Tindak lanjut ini dibatalkan pada {day}. Bila hal ini dilakukan pada atau sebelum tanggal itu, isi tanggal pelaksanaannya.",
	"This follow-up was cancelled on {day}. Where this was done on or before that day, give the day on which it was done.").
	Hint("happened_on is the day on which it was done")

// droppedTask is the cancellation of a task that an earlier act reverses. The
// zero value means none.
type droppedTask struct {
	ID, HappenedOn string
	Last           string // the act before it, which tells the state of the task then
}

// dropped is the cancellation in force of a task.
func dropped(tx pg.Tx, f homecare.FollowUp) (droppedTask, error) {
	if State(f.State) != Dropped {
		return droppedTask{}, nil
	}
	d, err := pg.Row[droppedTask](tx, `select a.id, a.happened_on::text as happened_on,
		coalesce((select o.act from follow_up_act o
			where o.follow_up_id = a.follow_up_id and o.act <> 'cancelled'
			and not (o.undoes_id is not null and `+redated+`)
			order by o.recorded_at desc, o.id desc limit 1), 'opened') as last
		from follow_up_act a where a.follow_up_id = $1 and a.act = 'cancelled'
		and not `+undone+` order by a.recorded_at desc limit 1`, f.ID)
	if errors.Is(err, fault.ErrNotFound) {
		return droppedTask{}, nil
	}
	return d, err
}

// redated says whether act o reversed a cancellation only to move it to another
// day.
const redated = `exists (select from follow_up_act n where n.follow_up_id = o.follow_up_id and n.act = 'cancelled'
	and n.at = o.at
	and n.recorded_at >= o.recorded_at)`

// before are the conditions that hold for an act before the cancellation.
func (d droppedTask) before() []string {
	switch {
	case d.ID == "":
		return nil
	case d.Last == "opened" || d.Last == "taken_back":
		return []string{beforeCancelled, openBeforeCancelled}
	}
	return []string{beforeCancelled}
}

// after returns the next state after an act on a given day, and the cancellation that
// the act reverses; "" for none. Errors: ErrTaskCancelled, fault.ErrState.
func (d droppedTask) after(tx pg.Tx, s State, do Action, told string) (next State, undoes string, err error) {
	if next, err = Machine.After(s, do); err == nil {
		return next, "", nil
	}
	next, err = Machine.After(s, do, d.before()...)
	switch {
	case err != nil:
		return "", "", access.Narrow(tx, "/v1/follow-ups/{id}", err)
	case told == "" || told > d.HappenedOn:
		return "", "", ErrTaskCancelled.With("day", d.HappenedOn)
	}
	return next, d.ID, nil
}

// undone says whether another act reversed this one.
const undone = `exists (select from follow_up_act u where u.puskesmas_id = a.puskesmas_id and u.undoes_id = a.id)`

// cancelledTask is a task and the act that cancelled it.
type cancelledTask struct{ ID, Act string }

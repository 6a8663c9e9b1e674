package episode

import (
	"cmp"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// deed is one act on a case: what, by whom, on which business day (YYYY-MM-DD),
// and why. The recorder is the caller, and the time of recording is the
// transaction's time.
type deed struct {
	action, by, on, reason string
	since                  time.Time // the time from which a team has the case; zero for other acts
}

// byCaller is a deed of the caller, today.
func byCaller(tx pg.Tx, action, reason string) deed {
	return deed{action: action, by: tx.Principal().UserID, on: clock.Day(tx.Now()), reason: reason}
}

// performed sets who performed the act and on which day; "" keeps what the deed
// says. The performer must have been on the staff on that day. Error:
// fault.ErrInvalid.
func (d *deed) performed(tx pg.Tx, by, on string) error {
	asked := by != "" || on != "" && on != d.on // a caller who acts today has just been checked
	if by != "" {
		d.by = by
	}
	if on != "" {
		d.on = on
	}
	if !asked {
		return nil
	}
	return staff.PerformedIn(tx, d.by, d.on)
}

// retracted is performed for an act that reverses another of the day since (""
// for none): it is neither before that day nor in the future. Error:
// fault.ErrInvalid.
func (d *deed) retracted(tx pg.Tx, in homecare.Retraction, since *string) error {
	var check fault.Check
	on := cmp.Or(in.RetractedOn, d.on)
	check.That(on <= d.on, "/retracted_on", "future", "Tanggal tidak boleh di masa depan.",
		"The date must not be in the future.")
	check.That(since == nil || on >= *since, "/retracted_on", "before_end",
		"Tanggal tidak boleh sebelum kasus diakhiri.", "The date must not be before the case was ended.")
	if err := check.Err(); err != nil {
		return err
	}
	return d.performed(tx, in.PerformedBy, on)
}

// note writes one step of a case's history.
func note(tx pg.Tx, r row, d deed, before, after string) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into case_transition (puskesmas_id, id, case_id, action, from_state, to_state, at, by_id,
		by_name, by_role, reason,
			performed_by, performed_by_name, happened_on)
		select $1, $2, $3, $4, $5, $6, $7, $8, max(name) filter (where account_id = $8), $9, $10,
			$11, coalesce(max(name) filter (where account_id = $11), ''), $12::text::date from staff_of_puskesmas()`,
		p.PuskesmasID, newID(), r.ID, d.action, before, after, tx.Now(), p.UserID, string(p.Role), d.reason, d.by, d.on)
	return err
}

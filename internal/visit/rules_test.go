package visit

import (
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestVisitStates is the state machine of a visit as a reader of the SOP knows it.
func TestVisitStates(t *testing.T) {
	t.Parallel()
	arrived := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	open := map[Action]State{DoCheckIn: InProgress, DoMiss: Missed, DoCancel: Cancelled, DoReschedule: Rescheduled}
	for _, c := range []struct {
		state   State
		arrived bool
		want    map[Action]State
	}{
		{Planned, false, open},
		{InProgress, true, map[Action]State{DoRecord: InProgress, DoComplete: Completed, DoMiss: Missed,
			DoCancel: Cancelled, DoReschedule: Rescheduled}},
		{Completed, true, map[Action]State{DoAmend: Completed}},
		{Missed, false, map[Action]State{DoCheckIn: InProgress}},
		{Cancelled, false, map[Action]State{DoCheckIn: InProgress}},
		{Cancelled, true, map[Action]State{DoCheckIn: InProgress, DoComplete: Completed}},
		{Rescheduled, true, map[Action]State{DoCheckIn: InProgress, DoComplete: Completed}},
	} {
		v := homecare.Visit{State: string(c.state)}
		if c.arrived {
			v.ArrivedAt = &arrived
		}
		for _, a := range []Action{DoCheckIn, DoRecord, DoComplete, DoMiss, DoCancel, DoReschedule, DoAmend} {
			got, err := after(v, a, act{})
			if next, ok := c.want[a]; ok {
				if err != nil || got != next {
					t.Errorf("%s %s: %q %v, want %q", c.state, a, got, err, next)
				}
				continue
			}
			e := fault.From(err)
			if e == nil || e.Code != "record.state" || e.Extra["current_state"] != string(c.state) ||
				len(e.Extra["allowed"].([]string)) != len(c.want) {
				t.Errorf("%s %s: %v, want the state fault with what is allowed", c.state, a, err)
			}
		}
	}
}

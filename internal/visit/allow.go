package visit

import (
	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// AllowIn says whether an act is allowed on the record of a visit in its current state.
// Hazards may also be reported for a missed visit: a dog at the gate may be the reason.
// Error: fault.ErrState. For record.Service.Allow.
func AllowIn(tx pg.Tx, v homecare.Visit, do record.Deed) error {
	if do == record.ReportHazards {
		switch State(v.State) {
		case Planned, InProgress, Missed:
			return nil
		}
		return fault.State(v.State)
	}
	if _, err := after(v, Action(do), act{}); err != nil {
		return refused(tx, v, err)
	}
	return nil
}

// refused is err (of State.After) with only those actions that the caller may
// do on the visit now.
func refused(tx pg.Tx, v homecare.Visit, err error) error {
	if record.MayAmend(tx, v) != nil {
		return access.Narrow(tx, "/v1/visits/{id}", err, string(DoAmend))
	}
	return access.Narrow(tx, "/v1/visits/{id}", err)
}

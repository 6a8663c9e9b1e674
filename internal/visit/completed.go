package visit

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// CompletedIn locks a visit and returns it whole, for documents about it.
// Errors: fault.ErrNotFound when the caller may not see it, fault.ErrState
// while it is not completed.
func CompletedIn(tx pg.Tx, id string) (homecare.Visit, error) {
	v, _, err := record.LockIn(tx, id)
	if err == nil && v.State != string(Completed) {
		err = refused(tx, v, fault.State(v.State, Machine.Allowed(State(v.State), holds(v)...)...))
	}
	return v, err
}

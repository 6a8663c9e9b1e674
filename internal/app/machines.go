package app

import (
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/internal/visit"
)

// Machines are the state machines of the product, in the order of
// docs/states.md, which is generated from them.
func Machines() []state.Table {
	return []state.Table{
		visit.AlertMachine.Plain(),
	}
}

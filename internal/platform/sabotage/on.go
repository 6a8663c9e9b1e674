//go:build sabotage

// Package sabotage breaks the product on purpose, so that each promise can
// show that its measure turns red. Only the binary of the promises is built
// with this file (-tags=sabotage); the fault is picked at run time.
package sabotage

import (
	"os"
	"sync/atomic"
)

var fault atomic.Value

func init() { fault.Store(os.Getenv("HOMECARE_SABOTAGE")) }

// On says whether the fault is switched on.
func On(name string) bool { return fault.Load() == name }

// Set switches one fault on, or with "" all off.
func Set(name string) { fault.Store(name) }

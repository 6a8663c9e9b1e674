// Package sabotage breaks the product on purpose, so that each promise can show
// that its measure fails. The product knows nothing of it: each fault is a
// patch in this folder, all patches together are one build overlay (package
// overlay), and the fault is chosen at run time.
package sabotage

import (
	"os"
	"slices"
	"sync/atomic"
)

// variable gives a process its fault from the start.
const variable = "HOMECARE_SABOTAGE"

var fault atomic.Value

func init() { Set(os.Getenv(variable)) }

// Built says whether this binary was built with the overlay.
func Built() bool { return len(faults) > 0 }

// On says whether the fault is switched on.
func On(name string) bool { return fault.Load() == name }

// Set switches one fault on, or all off with "". It panics if this binary does
// not have it: a control must not measure a product without the fault.
func Set(name string) {
	if name != "" && !slices.Contains(faults, name) {
		panic("this binary has no fault " + name + ": there is no such patch, or it was not built by withpg -faults")
	}
	fault.Store(name)
}

// Env is the setting that gives a child process the fault that is on here.
func Env() string { return variable + "=" + fault.Load().(string) }

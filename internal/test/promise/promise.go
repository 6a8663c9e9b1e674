//go:build sabotage

// Package promise measures the product's promises (the table of
// docs/promises.md). Each promise has a folder, a measure, and a negative
// control: the same measure on a product with a fault must fail. All of them
// are in one binary, built by withpg -faults. The fault is chosen at run time,
// so no fault needs its own build.
package promise

import (
	"fmt"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/sabotage"
)

// Result is the result of a measure.
type Result struct {
	Measured string // in figures, such as "0 of 12,000 requests"
	Kept     bool
}

// Promise is one row of the table.
type Promise struct {
	ID       string // "ISO-1"
	Promised string // the figure, in words
	// Measure measures on its own product. It fails t only if it could not
	// measure; a broken promise is a Result.
	Measure func(t *testing.T) Result
	// Control breaks the product and measures again. Break is called with the
	// fault switched on before and off after.
	Control Control
	// Short is the same within twelve seconds, for a change that waits for it (go
	// test -short); nil where Measure is short enough or has no short form.
	Short *Promise
}

// Control is how the product is broken for the negative control.
type Control struct {
	Fault string // a patch of package sabotage; "" when Measure breaks the product itself
	// Measure replaces the promise's measure where the fault is SQL on the cloned
	// database or another route table, or where a shorter measure is enough.
	Measure func(t *testing.T) Result
}

// Test measures p and its control and prints their line:
// ID, measured, promised, ok or SHORT, control red or GREEN.
func Test(t *testing.T, p Promise) {
	t.Helper()
	if !sabotage.Built() {
		t.Fatal("this binary has no faults, so no control can turn red: build it by withpg -faults (docs/promises.md)")
	}
	if testing.Short() && p.Short != nil {
		p = *p.Short
	}
	start := time.Now()
	found := p.Measure(t)
	control := p.Control.Measure
	if control == nil {
		control = p.Measure
	}
	if p.Control.Fault != "" {
		sabotage.Set(p.Control.Fault)
		defer sabotage.Set("")
	}
	broken := control(t)
	sabotage.Set("")
	verdict, red := "ok", "red"
	if !found.Kept {
		verdict = "SHORT"
	}
	if broken.Kept {
		red = "GREEN"
	}
	fmt.Printf("%-6s measured: %s | promised: %s | %s | control %s (%s) | %.1fs\n", p.ID, found.Measured, p.Promised,
		verdict, red, broken.Measured, time.Since(start).Seconds())
	if verdict != "ok" || red != "red" {
		t.Errorf("%s: %s, control %s", p.ID, verdict, red)
	}
}

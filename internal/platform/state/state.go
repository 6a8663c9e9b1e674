// Package state is a state machine as one table: which act is allowed in which
// state, and the next state. It draws itself for the documents.
package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Step is one line of the table: an act, its state, and the next state.
type Step[S, A ~string] struct {
	From S
	Do   A
	To   S
	// When is a condition besides the state; "" for none. Several steps of one
	// state may have the same act under different conditions.
	When string
	// By is who does it, if not a caller of a route: System.
	By string
}

// System is the actor of steps that follow from another act.
const System = "system"

// Machine is a state machine. Every state is the start or the target of a step.
// A state without a step to another state is final.
type Machine[S, A ~string] struct {
	Name  string
	Start []S
	Steps []Step[S, A]
}

// After returns the next state of the act under the conditions that hold.
// Error: fault.ErrState with the allowed acts.
func (m Machine[S, A]) After(s S, do A, holds ...string) (S, error) {
	for _, t := range m.Steps {
		if t.From == s && t.Do == do && t.met(holds) {
			return t.To, nil
		}
	}
	return "", fault.State(string(s), m.Allowed(s, holds...)...)
}

// Allowed lists the acts that a person may do in a state, sorted.
func (m Machine[S, A]) Allowed(s S, holds ...string) []string {
	out := []string{}
	for _, t := range m.Steps {
		if t.From == s && t.By == "" && t.met(holds) {
			out = append(out, string(t.Do))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t Step[S, A]) met(holds []string) bool { return t.When == "" || slices.Contains(holds, t.When) }

// States lists every state, in the order of the table.
func (m Machine[S, A]) States() []string {
	var out []string
	add := func(s S) {
		if !slices.Contains(out, string(s)) {
			out = append(out, string(s))
		}
	}
	for _, s := range m.Start {
		add(s)
	}
	for _, t := range m.Steps {
		add(t.From)
		add(t.To)
	}
	return out
}

// Acts lists every act of a person, sorted.
func (m Machine[S, A]) Acts() []string {
	var out []string
	for _, t := range m.Steps {
		if t.By == "" {
			out = append(out, string(t.Do))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Final lists the states without a step to another state.
func (m Machine[S, A]) Final() []string {
	return slices.DeleteFunc(m.States(), func(s string) bool {
		return slices.ContainsFunc(m.Steps, func(t Step[S, A]) bool { return string(t.From) == s && t.To != t.From })
	})
}

// Diagram draws the machine in Mermaid's language.
func (m Machine[S, A]) Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.Start {
		fmt.Fprintf(&b, "  [*] --> %s\n", s)
	}
	for _, t := range m.Steps {
		label := string(t.Do)
		if t.When != "" {
			label += " (" + strings.ReplaceAll(t.When, "_", " ") + ")"
		}
		fmt.Fprintf(&b, "  %s --> %s: %s\n", t.From, t.To, label)
	}
	for _, s := range m.Final() {
		fmt.Fprintf(&b, "  %s --> [*]\n", s)
	}
	return b.String()
}

// Table is a machine with any types of states and acts.
type Table struct {
	Name  string
	Start []string
	Steps []Step[string, string]
}

// Plain returns the machine as a Table.
func (m Machine[S, A]) Plain() Table {
	t := Table{Name: m.Name}
	for _, s := range m.Start {
		t.Start = append(t.Start, string(s))
	}
	for _, x := range m.Steps {
		t.Steps = append(t.Steps, Step[string, string]{From: string(x.From), Do: string(x.Do), To: string(x.To),
			When: x.When, By: x.By})
	}
	return t
}

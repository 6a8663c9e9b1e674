//go:build sabotage

// Package state_exits measures: every state that is not final has an act by which
// somebody can record what really happened. It does every step of every state machine
// over HTTP, tries every act that a state does not have, and compares the machines
// with the facts that may have to be recorded (truths).
package state_exits

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is REC-5.
var Promise = promise.Promise{ID: "REC-5",
	Promised: "every state that is not final is left by an act that tells the truth; 0 differences from the tables",
	Measure:  func(t *testing.T) promise.Result { return newWorld(t).measure(machines) },
	Control:  promise.Control{Measure: control}}

type taskStep = state.Step[followup.State, followup.Action]

var machines = []machine{cases(), visits(), parkedActs(), followUps(), alerts(), reports()}

func (w *world) measure(machines []machine) promise.Result {
	var all []*walker
	var walks sync.WaitGroup
	for _, x := range app.Machines() {
		k := &walker{world: w.own(), table: table(x), left: map[string]bool{}}
		at := slices.IndexFunc(machines, func(m machine) bool { return m.name == x.Name })
		if at < 0 {
			continue
		}
		k.machine = machines[at]
		all = append(all, k)
		walks.Go(func() {
			start := time.Now()
			k.walk()
			w.Logf("%s: %d steps, %d refusals, %v", k.name, k.steps, k.tries, time.Since(start).Round(time.Millisecond))
		})
	}
	walks.Wait()
	steps, tries, wrong := 0, 0, 0
	if len(machines) > 1 {
		lines := unlisted(w, all)
		for _, line := range lines {
			w.Log(line)
		}
		wrong = len(lines) + len(app.Machines()) - len(all) // a machine that the measure does not know
	}
	for _, k := range all {
		steps, tries, wrong = steps+k.steps, tries+k.tries, wrong+len(k.wrong)
		for _, line := range k.wrong {
			w.Log(line)
		}
	}
	return promise.Result{Measured: fmt.Sprintf("%d differences in %d steps and %d refusals of %d machines", wrong,
		steps, tries, len(all)),
		Kept: wrong == 0 && len(all) == len(machines)}
}

// breaks remove an exit, add a state without one, and make an act answer
// without effect.
var breaks = []struct {
	name, sql string
	steps     func([]taskStep) []taskStep
}{
	{name: "a lost step", steps: func(all []taskStep) []taskStep {
		return slices.DeleteFunc(all, func(s taskStep) bool {
			return s.From == followup.HandedOver &&
				s.Do == followup.DoTakeBack
		})
	}},
	{name: "a state without exit", steps: func(all []taskStep) []taskStep {
		return append(all, taskStep{From: followup.Open, Do: "suspend", To: "suspended"})
	}},
	{name: "an act that does nothing", sql: `create function nothing() returns trigger language plpgsql as $$ begin
		return null; end $$;
		create trigger nothing before update on follow_up for each row when (old.state = 'handed_over'
		and new.state = 'open') execute function nothing()`},
}

func control(t *testing.T) promise.Result {
	var said []string
	unnoticed := false
	whole := followup.Machine.Steps
	w := newWorld(t)
	for _, b := range breaks {
		if b.steps != nil {
			followup.Machine.Steps = b.steps(slices.Clone(whole))
		}
		if b.sql != "" {
			w.database.Exec(t, b.sql)
		}
		found := w.measure([]machine{followUps()})
		followup.Machine.Steps = whole
		said = append(said, b.name+": "+found.Measured)
		unnoticed = unnoticed || found.Kept
	}
	return promise.Result{Measured: strings.Join(said, "; "), Kept: unnoticed}
}

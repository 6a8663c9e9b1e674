package state_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/state"
)

type (
	place string
	act   string
)

var door = state.Machine[place, act]{Name: "door", Start: []place{"shut"}, Steps: []state.Step[place, act]{
	{From: "shut", Do: "open", To: "open", When: "unlocked"},
	{From: "shut", Do: "break", To: "broken"},
	{From: "open", Do: "shut", To: "shut"},
	{From: "open", Do: "blow", To: "shut", By: "system"},
}}

// TestMachine: a condition allows a step, acts of the system are not offered,
// and a refusal lists the allowed acts.
func TestMachine(t *testing.T) {
	t.Parallel()
	if to, err := door.After("shut", "open", "unlocked"); to != "open" || err != nil {
		t.Errorf("unlocked: %s, %v", to, err)
	}
	_, err := door.After("shut", "open")
	if !errors.Is(err, fault.ErrState) || !reflect.DeepEqual(fault.From(err).Extra["allowed"], []string{"break"}) {
		t.Errorf("locked: %v", err)
	}
	if got := door.Allowed("open"); !reflect.DeepEqual(got, []string{"shut"}) {
		t.Errorf("offered %v", got)
	}
	if got := door.Final(); !reflect.DeepEqual(got, []string{"broken"}) {
		t.Errorf("final %v", got)
	}
	if got := door.States(); !reflect.DeepEqual(got, []string{"shut", "open", "broken"}) {
		t.Errorf("states %v", got)
	}
	if got := door.Acts(); !reflect.DeepEqual(got, []string{"break", "open", "shut"}) {
		t.Errorf("acts %v", got)
	}
	if d := door.Diagram(); !strings.Contains(d, "shut --> open: open (unlocked)") ||
		!strings.Contains(d, "broken --> [*]") {
		t.Errorf("diagram:\n%s", d)
	}
}

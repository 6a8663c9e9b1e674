package spec_test

import (
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/internal/tool/spec"
)

// TestStatesAreDrawn: the page shows every state and step of every machine of
// the product, with actor and condition.
func TestStatesAreDrawn(t *testing.T) {
	t.Parallel()
	door := state.Table{Name: "door", Start: []string{"shut"}, Steps: []state.Step[string, string]{
		{From: "shut", Do: "open", To: "open", When: "not_locked"}, {From: "open", Do: "blow", To: "gone",
			By: "system"}}}
	page := string(spec.States([]state.Table{door}))
	for _, want := range []string{"## door", "```mermaid\nstateDiagram-v2",
		"| `shut` | `open` | not locked | staff | `open` |", "| `open` | `blow` |  | system | `gone` |",
		"| `gone` | none |"} {
		if !strings.Contains(page, want) {
			t.Errorf("missing %q:\n%s", want, page)
		}
	}
	if empty := string(spec.States(nil)); strings.Contains(empty, "##") {
		t.Errorf("no machine, but %s", empty)
	}
	names := map[string]bool{}
	for _, m := range app.Machines() {
		if names[m.Name] || m.Name == "" || len(m.Start) == 0 || len(m.Steps) == 0 {
			t.Errorf("machine %q has no name or steps of its own", m.Name)
		}
		names[m.Name] = true
		if !strings.Contains(string(spec.States(app.Machines())), "## "+m.Name+"\n") {
			t.Errorf("%s is not drawn", m.Name)
		}
	}
	if !names["alert"] {
		t.Error("the alert's machine is missing")
	}
}

package episode_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestMachineIsPublished: the published states are those of the table, on the
// record and in the filter of the list.
func TestMachineIsPublished(t *testing.T) {
	t.Parallel()
	states := episode.Machine.States()
	slices.Sort(states)
	sorted := func(l []string) []string { slices.Sort(l); return l }
	field, _ := reflect.TypeFor[homecare.Case]().FieldByName("State")
	if got := sorted(strings.Split(field.Tag.Get("enums"), ",")); !slices.Equal(got, states) {
		t.Errorf("the SDK's states are %v, the table's %v", got, states)
	}
	data, err := os.ReadFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	words := func(all []any) (out []string) {
		for _, v := range all {
			out = append(out, v.(string))
		}
		return sorted(out)
	}
	if got := words(doc.Components.Schemas["Case"].Value.Properties["state"].Value.Enum); !slices.Equal(got, states) {
		t.Errorf("the document's states of a case are %v, the table's %v", got, states)
	}
	filter := doc.Paths.Find("/v1/cases").Get.Parameters.GetByInAndName("query", "state")
	if got := words(filter.Schema.Value.Items.Value.Enum); !slices.Equal(got, states) {
		t.Errorf("the list filters by %v, the table's states are %v", got, states)
	}
}

// TestEveryOpenStateHasAWayOut: death and entered in error are possible in each
// open state, and each act leads to a state in the table.
func TestEveryOpenStateHasAWayOut(t *testing.T) {
	t.Parallel()
	for _, s := range episode.Machine.States() {
		if slices.Contains([]string{episode.Terminated, episode.Rejected, episode.Withdrawn}, s) {
			continue
		}
		for _, kind := range []string{episode.Death, episode.EnteredInError} {
			if to, err := episode.Machine.After(s, "end", kind); err != nil || to != episode.Terminated {
				t.Errorf("%s does not end by %s: %s, %v", s, kind, to, err)
			}
		}
	}
	if to, err := episode.Machine.After(episode.Approved, "review", "has_team"); err != nil || to != episode.Active {
		t.Errorf("the last that a programme demands leads to %s, %v", to, err)
	}
	if got := episode.Machine.Final(); !slices.Equal(got, []string{episode.Rejected, episode.Withdrawn}) {
		t.Errorf("final states %v", got)
	}
}

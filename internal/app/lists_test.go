package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestMachinesAreListed: the states and acts of each state machine are those of
// its two reference lists, no more and no fewer.
func TestMachinesAreListed(t *testing.T) {
	t.Parallel()
	lists := map[string]string{"parked act": "parked", "monthly_report": "report"}
	for _, table := range app.Machines() {
		m := state.Machine[string, string](table)
		list, renamed := lists[m.Name]
		if !renamed {
			list = m.Name
		}
		for name, of := range map[string][]string{list + "_state": m.States(), list + "_act": m.Acts()} {
			listed := homecare.ListedCodes(name)
			slices.Sort(of)
			slices.Sort(listed)
			if !slices.Equal(of, listed) {
				t.Errorf("the list %s has %s, the machine %s has %s", name, strings.Join(listed, " "), m.Name,
					strings.Join(of, " "))
			}
		}
	}
}

package bench_test

import (
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/bench"
)

// TestWithin: a cost over its budget is an error, one within it or without a budget is not.
func TestWithin(t *testing.T) {
	t.Parallel()
	row := bench.Row{Cost: bench.Cost{Server: 20, Database: 40, Rows: 3, WAL: 90, Allocs: 300},
		FloorCost: bench.Cost{Server: 10, Database: 10}}
	for _, c := range []struct {
		budget bench.Budget
		over   string // what the error says; empty: none
	}{
		{bench.Budget{}, ""},
		{bench.Budget{Rows: 3, WAL: 90, Allocs: 300, CPU: 3}, ""},
		{bench.Budget{Rows: 2.9}, "3 rows written, budget 2.9"},
		{bench.Budget{WAL: 89}, "90 bytes of WAL, budget 89"},
		{bench.Budget{Allocs: 299}, "300 allocations, budget 299"},
		{bench.Budget{CPU: 2.9}, "3 times the floor's processor time, budget 2.9"},
	} {
		row.Budget = c.budget
		err := (bench.Result{Rows: []bench.Row{row}}).Within()
		if c.over == "" && err != nil || c.over != "" && (err == nil || !strings.Contains(err.Error(), c.over)) {
			t.Errorf("budget %+v: error %v, want %q", c.budget, err, c.over)
		}
	}
}

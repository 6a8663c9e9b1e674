package bench_test

import (
	"testing"

	"github.com/balangan/homecare/internal/test/bench"
)

// TestWithin: a cost over its budget is an error, one without a budget is not.
func TestWithin(t *testing.T) {
	t.Parallel()
	row := bench.Row{Cost: bench.Cost{WAL: 90, Allocs: 300}, Budget: bench.Cost{Allocs: 300}}
	if err := (bench.Result{Rows: []bench.Row{row}}).Within(); err != nil {
		t.Errorf("within the budget: %v", err)
	}
	for _, budget := range []bench.Cost{{Allocs: 299}, {WAL: 89}} {
		row.Budget = budget
		if (bench.Result{Rows: []bench.Row{row}}).Within() == nil {
			t.Errorf("nothing is said of %+v", budget)
		}
	}
}

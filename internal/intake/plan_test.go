package intake_test

import (
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestPlansOfEmptyTables: a plan made while the tables were empty, which a
// connection keeps, still reads the rows of the puskesmas once, not for each hash. An
// earlier query did: 84 s for 10,000 rows.
func TestPlansOfEmptyTables(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	plan := s.Database.Plan(t, `explain (costs off) execute old ('{}')`, `set role homecare_app`,
		`set app.puskesmas_id = '1'`,
		`set plan_cache_mode = force_generic_plan`, `prepare old (bytea[]) as `+intake.RepeatsQuery)
	for _, want := range []string{"CTE r\n", "using import_row_hash_ix on import_row"} {
		if !strings.Contains(plan, want) {
			t.Errorf("no %q in the plan", want)
		}
	}
	if strings.Count(plan, "on import_row") != 1 || strings.Contains(plan, "Seq Scan on patient") || t.Failed() {
		t.Errorf("%s", plan)
	}
}

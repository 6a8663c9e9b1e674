package access_test

import (
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestPredicateIsInlined: PostgreSQL inlines the expression of may_see_case and
// evaluates the caller once, in sub-plans before the rows. A call per row
// multiplies the cost of a list (ADR 21).
func TestPredicateIsInlined(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	plan := s.Database.Plan(t, `explain (verbose) select c.id from care_case c where `+access.Case("c"))
	if strings.Contains(plan, "may_see_case") || strings.Count(plan, "InitPlan") != 3 ||
		!strings.Contains(plan, "team_id = ANY") {
		t.Errorf("the predicate is called for every row:\n%s", plan)
	}
}

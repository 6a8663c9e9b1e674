package access_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/apitest"
	"github.com/balangan/homecare/internal/platform/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestPredicateIsInlined: PostgreSQL puts the expression of may_see_case into
// the statement and asks for the caller once, in sub-plans before the rows. A
// call per row costs a list many times as much (ADR 21).
func TestPredicateIsInlined(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, err := pgx.Connect(t.Context(), s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	rows, err := c.Query(t.Context(), `explain (verbose) select c.id from care_case c where `+access.Case("c"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	plan := strings.Join(lines, "\n")
	if strings.Contains(plan, "may_see_case") || strings.Count(plan, "InitPlan") != 3 || !strings.Contains(plan, "team_id = ANY") {
		t.Errorf("the predicate is called for every row:\n%s", plan)
	}
}

package sqltest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/sqltest"
)

// sorted are the lists that are sorted after reading, by file, with the reason.
// A list that an index gives in order must not be listed.
var sorted = map[string]string{
	"internal/audit/who_saw.go":          "who saw a person: of all records that were merged into one",
	"internal/patient/timeline.go":       "what is known of one person, from four tables",
	"internal/privacy/breach_persons.go": "whom a credential touched: each person once, of all accesses and acts",
}

// TestListsAreReadInOrder reads the plan of every list in each role that runs it,
// of the first page and of the next one, without a filter and with each filter:
// an index gives the order and starts at the cursor's position.
func TestListsAreReadInOrder(t *testing.T) {
	t.Parallel()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	roles := connections(t)
	lists, plans, used := map[string]bool{}, 0, map[string]bool{}
	for _, s := range found.statements {
		if s.List == nil || !s.List.Only {
			continue
		}
		file, _, _ := strings.Cut(s.Place, ":")
		lists[s.Place] = true
		for _, r := range s.Roles {
			p, err := sqltest.PlanOf(t.Context(), roles[r], s)
			if denied(err) && len(s.Roles) > 1 {
				continue // another branch of the place is of this role (TestEveryStatementIsPrepared)
			}
			if err != nil {
				t.Errorf("%s as %s: %v", s.Place, r, err)
				continue
			}
			plans++
			wrong := ""
			if len(p.Sorts) > 0 {
				wrong = fmt.Sprintf("sorts (%s)", strings.Join(p.Sorts, ", "))
			} else if s.List.After && p.Index == "" {
				wrong = "reads from the beginning to the place of the cursor"
			}
			if wrong == "" {
				continue
			}
			if sorted[file] != "" {
				used[file] = true
				continue
			}
			t.Errorf("%s as %s %s: %s", s.Place, r, wrong, s.SQL)
		}
	}
	for file := range sorted {
		if !used[file] {
			t.Errorf("an index gives the list of %s in order: it must not be listed", file)
		}
	}
	t.Logf("%d lists, %d plans", len(lists), plans)
	if len(lists) < 27 {
		t.Errorf("only %d lists: the collection looks in the wrong place", len(lists))
	}
}

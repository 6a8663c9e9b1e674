package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/pkg/homecare"
)

// unlisted are the checks on columns whose values are no reference list: no
// person reads them.
var unlisted = []string{"account_link_purpose_known", "audit_unsealed_source_known", "change_kind_known",
	"fact_code_many_known", "fact_origin_part_known"}

// TestChecksAreLists: a check of the form `column in (…)` allows codes of one
// reference list, so a code cannot be known to the API and unknown to the table, or
// the other way round.
func TestChecksAreLists(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	rows, err := c.Query(t.Context(), `select conname, pg_get_constraintdef(oid) from pg_constraint
		where contype = 'c' and conname like '%\_known' and connamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`'([^']*)'::text`)
	n, name, check := 0, "", ""
	_, err = pgx.ForEachRow(rows, []any{&name, &check}, func() error {
		var codes []string
		for _, m := range quoted.FindAllStringSubmatch(check, -1) {
			codes = append(codes, m[1])
		}
		n++
		known := slices.Contains(unlisted, name)
		if !known && !slices.ContainsFunc(homecare.CodeLists(), func(l homecare.CodeList) bool {
			listed := homecare.ListedCodes(l.Name)
			return !slices.ContainsFunc(codes, func(c string) bool { return !slices.Contains(listed, c) })
		}) {
			t.Errorf("%s: no reference list has all of %s", name, strings.Join(codes, " "))
		}
		return nil
	})
	if err != nil || n < 40 {
		t.Fatalf("only %d checks: %v", n, err)
	}
}

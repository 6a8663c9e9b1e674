package schema_test

import "testing"

// replanned are the functions in SQL that PostgreSQL plans again in every statement that
// calls them: those with a query inside that it cannot put into the statement. A function
// of one scalar is never put in with a query, one of rows not with definer rights.
const replanned = `select coalesce(array_agg(p.proname::text order by 1), '{}') from pg_proc p
	join pg_language l on l.oid = p.prolang
	where l.lanname = 'sql' and p.prokind = 'f' and p.pronamespace = 'public'::regnamespace
	and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
	and pg_get_functiondef(p.oid) ~* '\mfrom\s+[a-z_.]+[ (]' and (not p.proretset or p.prosecdef)
	and p.proname <> all ($1)`

// rare are called by few statements, none of which is of a visit's record or of a list.
var rare = []string{"account_is_ours", "account_may_join", "attachment_proves", "case_before_end",
	"draft_withdrawn_after", "is_destroyer", "last_contact", "plain_name", "same_person", "source_label",
	"staff_of_puskesmas"}

// TestFunctionsArePlannedOnce: to plan a function anew costs more than most of them take.
func TestFunctionsArePlannedOnce(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	var names []string
	if err := c.QueryRow(t.Context(), replanned, rare).Scan(&names); err != nil {
		t.Fatal(err)
	}
	if len(names) > 0 {
		t.Errorf("planned in every calling statement; write them in PL/pgSQL: %q", names)
	}
}

package patient_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

// names asks the database for a column of names, as the superuser.
func names(t *testing.T, db pgtest.Database, sql string, args ...any) []string {
	t.Helper()
	c, err := pgx.Connect(t.Context(), db.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	rows, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestHoldingsKnowEveryTable: a table that refers to a person, or to a record
// by a subject's id, is in the catalogue.
func TestHoldingsKnowEveryTable(t *testing.T) {
	t.Parallel()
	db := apitest.New(t).Database
	held := patient.HoldingTables()
	reaching := names(t, db, patient.Reaching)
	if len(reaching) < 30 {
		t.Fatalf("only %v reach a person", reaching)
	}
	for _, table := range reaching {
		if !slices.Contains(held, table) && patient.NotHeld[table] == "" {
			t.Errorf("table %s holds something of a person and is not in patient.Holdings", table)
		}
	}
	db.Exec(t, `create table note_of_test (puskesmas_id smallint, patient_id uuid)`)
	if n := len(names(t, db, patient.Reaching)); n != len(reaching)+1 {
		t.Errorf("a new table with a person goes unnoticed: %d, were %d", n, len(reaching))
	}
}

// TestUndoingKnowsWhatFollowsACase: an undone merge gives the rows with a person and
// a case to the person of the case, in every such table.
func TestUndoingKnowsWhatFollowsACase(t *testing.T) {
	t.Parallel()
	both := names(t, apitest.New(t).Database, `select relname::text from pg_class r where relkind = 'r'
		and relnamespace = 'public'::regnamespace
		and 2 = (select count(*) from pg_attribute a where a.attrelid = r.oid and attname in ('case_id', 'patient_id')
		and not attisdropped) and relname <> 'current_fact'`)
	slices.Sort(both)
	if want := slices.Sorted(slices.Values(patient.OfCaseAndPerson)); !slices.Equal(both, want) {
		t.Errorf("%v name a case and a person, the undoing of a merge knows %v", both, want)
	}
}

// destroyStatements are the lines of the database's function destroy_record for
// the rows of every holding. The newest migration that replaces the function
// contains exactly these.
func destroyStatements() string {
	var b strings.Builder
	for _, h := range patient.Holdings {
		d := h.Destroy
		where := d.Where
		if where == "" {
			where = h.Of
		}
		where = strings.ReplaceAll(strings.ReplaceAll(where, "$1::uuid[]", "persons"), "$1", "persons")
		switch {
		case d.Delete:
			b.WriteString("  delete from " + h.Table + " t where t.puskesmas_id = mine and " + where + ";\n")
		case d.Set != "":
			b.WriteString("  update " + h.Table + " t set " + d.Set + "\n    where t.puskesmas_id = mine and " + where +
				";\n")
		}
	}
	return b.String()
}

// TestHoldingsHoldTheDatabase: the database does what the catalogue says about
// a relation.
func TestHoldingsHoldTheDatabase(t *testing.T) {
	t.Parallel()
	db := apitest.New(t).Database
	source := names(t, db, `select prosrc from pg_proc where proname = 'destroy_record'`)[0]
	_, part, _ := strings.Cut(source, "-- begin of the catalogue\n")
	part, _, found := strings.Cut(part, "  -- end of the catalogue")
	want := destroyStatements()
	if !found || !slices.Equal(strings.Fields(part), strings.Fields(want)) { // lines may break elsewhere
		t.Errorf("destroy_record is not what the catalogue says; a new migration replaces it with\n%s", want)
	}
	noted := names(t, db, `select tgrelid::regclass::text from pg_trigger where tgname like '%\_merge\_noted'`)
	refused := names(t, db, `select tgrelid::regclass::text from pg_trigger t join pg_proc f on f.oid = t.tgfoid
		where f.proname = 'person_is_served'`)
	destroyed := names(t, db, `select tablename::text from pg_policies where policyname = 'destroyed_rows'`)
	updated := regexp.MustCompile(`^update (\w+)`)
	for _, h := range patient.Holdings {
		for _, move := range h.Merge {
			if m := updated.FindStringSubmatch(move); m == nil || !slices.Contains(noted, m[1]) {
				t.Errorf("a merge changes %s, and no trigger keeps what was", h.Table)
			}
		}
		if h.Refused != slices.Contains(refused, h.Table) {
			t.Errorf("%s: refused %t, the trigger says otherwise", h.Table, h.Refused)
		}
		if ends := h.Destroy.Delete || h.Destroy.Set != ""; ends && !slices.Contains(destroyed, h.Table) {
			t.Errorf("destroy_record may not reach %s", h.Table)
		} else if !ends && h.Destroy.Keep == "" {
			t.Errorf("%s: nothing says what its destruction does", h.Table)
		}
		if len(h.Merge) == 0 && h.Why == "" && !strings.Contains(h.Of, "case_id") &&
			!strings.Contains(h.Of, "visit_id") && h.Table != "evaluation" {
			t.Errorf("%s: nothing says what a merge does", h.Table)
		}
	}
}

// TestOnlyDestroyerDestroys: the application cannot say that a record is
// destroyed.
func TestOnlyDestroyerDestroys(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	id := s.AddPatient(t, "uren", apitest.Person{Name: "Aluh"})
	c, err := pgx.Connect(t.Context(), s.Database.DSN("homecare_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	for _, sql := range []string{
		`select set_config('app.puskesmas_id', (select id::text from puskesmas where slug = 'uren'), false)`,
		`select set_config('app.destroying', 'on', false)`,
	} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	tag, err := c.Exec(t.Context(), `update patient set destroyed_at = now() where id = $1`, id)
	if err == nil || !strings.Contains(err.Error(), "destroy_record") {
		t.Errorf("%v, %v", tag, err)
	}
	if _, err := c.Exec(t.Context(), `update patient set voided_reason = '(dimusnahkan)' where id = $1`,
		id); err != nil {
		t.Errorf("a reason is a free text: %v", err)
	}
}

package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/sqltest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// connections are one per database role, to a database of the newest schema.
func connections(t *testing.T) map[string]*pgx.Conn {
	t.Helper()
	db := pgtest.New(t, "sql_"+pgtest.Version(), postgres.Roles, func(ctx context.Context, dsn string) error {
		_, err := schema.Migrate(ctx, dsn)
		return err
	})
	out := map[string]*pgx.Conn{}
	for _, r := range []string{"app", "report", "district", "system", "owner"} {
		c, err := pgx.Connect(t.Context(), db.DSN("homecare_"+r))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close(context.Background()) })
		out[r] = c
	}
	return out
}

// product are the statements of the product; it is read once.
var product = sync.OnceValues(func() (found struct {
	statements []sqltest.Statement
	unresolved []sqltest.Unresolved
}, err error) {
	found.statements, found.unresolved, err = sqltest.Collect(sqltest.Product)
	return found, err
})

// asOwner are the files whose statements run outside the scopes of package pg,
// before the product serves.
var asOwner = []string{"internal/reference/seed.go:", "internal/reference/fact_code.go:"}

// refusals prepares a statement in each of its roles. Where several roles reach a
// place, the branch of each is not known: one of them must have the right, and
// all must know every name.
func refusals(ctx context.Context, roles map[string]*pgx.Conn, s sqltest.Statement) []string {
	as := s.Roles
	if len(as) == 0 {
		if !slices.ContainsFunc(asOwner, func(f string) bool { return strings.HasPrefix(s.Place, f) }) {
			return []string{s.Place + ": no role is known for " + s.SQL}
		}
		as = []string{"owner"}
	}
	var refused, out []string
	for _, r := range as {
		err := sqltest.Prepare(ctx, roles[r], s.SQL)
		if err == nil {
			continue
		}
		says := fmt.Sprintf("%s as %s: %v\n%s", s.Place, r, err, s.SQL)
		if denied(err) {
			refused = append(refused, says)
		} else {
			out = append(out, says)
		}
	}
	if len(refused) == len(as) {
		out = append(out, refused...)
	}
	return out
}

// denied says that the role lacks a right.
func denied(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pe.Code == "42501"
}

// TestEveryStatementIsPrepared: a misspelt column, a wrong type and a missing
// right are found without a separate test.
func TestEveryStatementIsPrepared(t *testing.T) {
	t.Parallel()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range found.unresolved {
		t.Errorf("%s: its SQL text cannot be found: %s", u.Place, u.Why)
	}
	roles := connections(t)
	byRole, places, built := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, s := range found.statements {
		for _, r := range refusals(t.Context(), roles, s) {
			t.Error(r)
		}
		places[s.Place] = true
		if s.Built {
			built[s.Place] = true
		}
		for _, r := range s.Roles {
			byRole[r]++
		}
	}
	t.Logf("%d texts at %d places prepared, %v; %d places put theirs together: %s", len(found.statements), len(places),
		byRole,
		len(built), strings.Join(slices.Sorted(maps.Keys(built)), " "))
	if len(places) < 400 {
		t.Errorf("only %d places run a statement: the collection looks in the wrong place", len(places))
	}
}

// TestPrepareRefuses: each kind of mistake fails the test.
func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	roles := connections(t)
	for sql, as := range map[string]string{
		`select p.nmae from patient p`:                                                "app",
		`select id from patients`:                                                     "app",
		`select id from patient where id = 7`:                                         "app",
		`select id from`:                                                              "app",
		`insert into patient_fact (puskesmas_id, cod) values ($1, $2)`:                "app",
		`update visit set stat = $1`:                                                  "app",
		`delete from patient where id = $1`:                                           "app",
		`select id from patient where id = $1`:                                        "report",
		`update care_case set state = $1`:                                             "district",
		`insert into visit (puskesmas_id, id) values ($1, $2)`:                        "system",
		`select may_see('case')`:                                                      "app",
		`select id from patient where id = $1 and now() > $2 + interval '1 fortnite'`: "app",
	} {
		if len(refusals(t.Context(), roles, sqltest.Statement{SQL: sql, Roles: []string{as}})) == 0 {
			t.Errorf("as %s this is prepared: %s", as, sql)
		}
	}
	if len(refusals(t.Context(), roles, sqltest.Statement{SQL: `select 1`, Place: "internal/visit/store.go:1"})) == 0 {
		t.Error("a statement of which no role is known passes")
	}
}

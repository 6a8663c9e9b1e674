//go:build sabotage

// Package wall_mutants measures: every mutant of the isolation is found. Each
// table's policy is opened or its row-level security removed, and each route's
// permission is removed.
package wall_mutants

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

// Promise is ISO-2.
var Promise = promise.Promise{ID: "ISO-2", Promised: "100 % of mutants killed",
	Measure: func(t *testing.T) promise.Result { return measure(t, true) },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, false) }}}

// measure counts the mutants found. With planted false nothing is broken and
// nothing may be found.
func measure(t *testing.T, planted bool) promise.Result {
	w := probe.NewWorld(t)
	tables := tableMutants(t, w, planted)
	routes := routeMutants(t, w, planted)
	escaped := append(tables.escaped, routes.escaped...)
	said := fmt.Sprintf(
		"%d of %d mutants killed (%d of tables: %d named by the guard, %d of %d seen by a query as the application role; %d of routes: %d by their answer, %d refused by the wall behind)",
		tables.killed+routes.killed, tables.total+routes.total, tables.total, tables.named, tables.seen, tables.visible,
		routes.total, routes.killed-routes.behind, routes.behind)
	if len(escaped) > 0 {
		said += "; escaped: " + strings.Join(escaped[:min(5, len(escaped))], ", ")
	}
	return promise.Result{Measured: said, Kept: len(escaped) == 0 && tables.total > 100 && routes.total > 100 &&
		tables.seen == tables.visible && tables.visible > 30}
}

type tally struct {
	total, killed int
	named         int // by the guard
	visible, seen int // tables with another tenant's rows; those seen by a query
	behind        int // routes that the database still refuses
	escaped       []string
}

// ways to open a table.
var ways = []struct{ name, sql string }{
	{"using true", `alter policy tenant_rows on %[1]s using (true)`},
	{"check true", `alter policy tenant_rows on %[1]s with check (true)`},
	{"off", `alter table %[1]s disable row level security`},
	{"not forced", `alter table %[1]s no force row level security`},
}

func tableMutants(t *testing.T, w *probe.World, planted bool) tally {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	type table struct {
		Name     string
		Readable bool
	}
	var sum tally
	for _, tb := range probe.Query[table](t, w, `select c.relname::text as name,
		has_table_privilege('homecare_app', c.oid, 'select') as readable from pg_class c
		join pg_policy p on p.polrelid = c.oid and p.polname = 'tenant_rows'
		where c.relnamespace = 'public'::regnamespace order by 1`) {
		for _, way := range ways {
			sum.total++
			if _, err := c.Exec(ctx, "begin"); err != nil {
				t.Fatal(err)
			}
			if planted {
				if _, err := c.Exec(ctx, fmt.Sprintf(way.sql, tb.Name)); err != nil {
					t.Fatal(err)
				}
			}
			found, err := schema.Findings(ctx, c, patient.HoldingTables())
			if err != nil {
				t.Fatal(err)
			}
			named := slices.ContainsFunc(found, func(f string) bool { return strings.HasSuffix(f, ": "+tb.Name) })
			if named {
				sum.named++
				sum.killed++
			} else {
				sum.escaped = append(sum.escaped, way.name+" "+tb.Name)
			}
			if opens := way.name == "using true" || way.name == "off"; opens && tb.Readable &&
				foreign(t, c, tb.Name, false) > 0 {
				sum.visible++
				if foreign(t, c, tb.Name, true) > 0 {
					sum.seen++
				}
			}
			if _, err := c.Exec(ctx, "rollback"); err != nil {
				t.Fatal(err)
			}
		}
	}
	return sum
}

// foreign counts another tenant's rows, as the superuser or in the application
// role of puskesmas Uren.
func foreign(t *testing.T, c *pgx.Conn, table string, asApplication bool) int {
	t.Helper()
	ctx := context.Background()
	if asApplication {
		if _, err := c.Exec(ctx, `select set_config('app.puskesmas_id', (select id::text from puskesmas where slug = '`+
			probe.Own+`'), true); set local role homecare_app`); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := c.QueryRow(ctx, `select count(*) from `+table+` where puskesmas_id <> (select id from puskesmas
		where slug = '`+probe.Own+`')`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if asApplication {
		if _, err := c.Exec(ctx, "reset role"); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// routeMutants serves the route table without permissions and calls each route
// in every role that the published document does not list. A mutant is killed
// by an answer other than 403. Where the database still refuses, the answer
// stays 403 and the document's list of roles no longer matches the table.
func routeMutants(t *testing.T, w *probe.World, planted bool) tally {
	routes := w.App.Routes()
	if planted {
		for i := range routes {
			if len(routes[i].By) > 0 {
				routes[i].By = access.Roles
			}
		}
	}
	broken := httptest.NewServer(w.App.Mount(routes))
	defer broken.Close()
	whole := w.URL
	w.URL = broken.URL
	defer func() { w.URL = whole }()
	var sum tally
	for _, o := range w.Operations {
		documented := roles(o)
		if len(o.Route.By) == 0 || len(documented) == len(access.Roles) {
			continue // open to everybody: there is no permission to remove
		}
		sum.total++
		noticed, refused := 0, 0
		for role, username := range probe.Accounts {
			if slices.Contains(documented, string(role)) {
				continue
			}
			a := w.Send(t, probe.Request{Op: o, As: username, ID: uuid.Must(uuid.NewV7()).String(), Body: example(o)})
			if a.Status == http.StatusUnauthorized {
				w.Forget(username)
			}
			if a.Status == http.StatusForbidden {
				refused++
			} else {
				noticed++
			}
		}
		i := slices.IndexFunc(routes, func(r rest.Route) bool { return r.Permission() == o.Route.Permission() })
		switch {
		case noticed > 0:
			sum.killed++
		case len(routes[i].By) != len(documented): // the document no longer fits
			sum.killed++
			sum.behind++
		default:
			sum.escaped = append(sum.escaped, fmt.Sprintf("%s (%d answers 403)", o.ID, refused))
		}
	}
	return sum
}

// roles are the roles in the published document.
func roles(o probe.Operation) []string {
	all, _ := o.Op.Extensions["x-roles"].([]any)
	var out []string
	for _, r := range all {
		if s, ok := r.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func example(o probe.Operation) []byte {
	if e := o.Example(); e != nil {
		return probe.Encode(e)
	}
	return nil
}

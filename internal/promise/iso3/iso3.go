//go:build sabotage

// Package iso3 measures: the schema keeps the tenant wall. Its control breaks
// the wall in SQL, one way at a time, and wants every one found.
package iso3

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/apitest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/schema"
)

// Promise is ISO-3.
var Promise = promise.Promise{ID: "ISO-3", Promised: "0 findings of the schema guard", Measure: measure, Control: promise.Control{Measure: control}}

func connect(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), apitest.New(t).Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func measure(t *testing.T) promise.Result {
	c := connect(t)
	found, err := schema.Findings(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var tables int
	if err := c.QueryRow(t.Context(), `select count(*) from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relrowsecurity`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	measured := fmt.Sprintf("%d findings over %d tables with row-level security", len(found), tables)
	if len(found) > 0 {
		measured += ": " + strings.Join(found[:min(3, len(found))], "; ")
	}
	return promise.Result{Measured: measured, Kept: len(found) == 0 && tables > 0}
}

// mutants break the wall; says is how the guard must name the break.
var mutants = []struct{ sql, says string }{
	{`alter table patient no force row level security`, "not enabled and forced: patient"},
	{`alter table visit disable row level security`, "not enabled and forced: visit"},
	{`alter policy tenant_rows on patient using (true)`, "not an equality with the tenant setting: patient"},
	{`alter policy tenant_rows on patient with check (true)`, "not an equality with the tenant setting: patient"},
	{`drop policy tenant_rows on care_case`, "not an equality with the tenant setting: care_case"},
	{`create policy more on patient to homecare_app using (true)`, "second permissive policy: patient.more"},
	{`create policy more on patient using (true)`, "second permissive policy: patient.more"},
	{`alter table patient add constraint patient_alone_uq unique (id)`, "does not lead with the tenant: patient_alone_uq"},
	{`create unique index patient_alone_ix on patient (nik_index)`, "unique index does not lead with the tenant: patient_alone_ix"},
	{`alter table patient add constraint p_uq unique (id); alter table visit add constraint visit_loose_fk foreign key (patient_id) references patient (id)`, "does not carry the tenant: visit_loose_fk"},
	{`create view everyone as select * from patient`, "not security_invoker: everyone"},
	{`create materialized view everyone as select * from patient`, "materialised view is within reach: everyone"},
	{`create function peek() returns bigint language sql security definer as 'select count(*) from patient'`, "not on the list: peek"},
	{`alter function enter(uuid, uuid, uuid, text, smallint) reset search_path`, "no fixed search_path: enter"},
	{`alter table patient owner to homecare_app`, "owns something: patient"},
	{`alter role homecare_app bypassrls`, "bypasses row-level security, or may create: homecare_app"},
	{`alter role homecare_report superuser`, "bypasses row-level security, or may create: homecare_report"},
	{`grant truncate on patient to homecare_app`, "truncate, refer to, or put triggers on a table: patient by homecare_app"},
	{`grant delete on patient to homecare_app`, "may delete a record: patient"},
	{`create sequence visit_no; grant usage on visit_no to homecare_app`, "sequence shows another tenant's volume: visit_no"},
	{`grant select on patient to homecare_report`, "reading role reaches a table that holds a person: patient"},
	{`grant select on visit to homecare_district`, "writing role reaches a table that holds a person: visit"},
	{`create table loose (puskesmas_id smallint, id uuid)`, "not enabled and forced: loose"},
}

// control is not kept when the guard names every mutant.
func control(t *testing.T) promise.Result {
	c := connect(t)
	var escaped []string
	for _, m := range mutants {
		if !killed(t, c, m.sql, m.says) {
			escaped = append(escaped, m.sql)
		}
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d mutants named %s", len(mutants)-len(escaped), len(mutants), strings.Join(escaped, "; ")),
		Kept:     len(escaped) > 0,
	}
}

// killed breaks the wall in a transaction, asks the guard, and takes it back.
func killed(t *testing.T, c *pgx.Conn, sql, says string) bool {
	t.Helper()
	if _, err := c.Exec(t.Context(), "begin; "+sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	found, err := schema.Findings(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	return strings.Contains(strings.Join(found, "\n"), says)
}

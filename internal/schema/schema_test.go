package schema_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/deployments/postgres"
	"github.com/balangan/homecare/internal/platform/pgtest"
	"github.com/balangan/homecare/internal/schema"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func migrated(t *testing.T) (pgtest.Database, *pgx.Conn) {
	t.Helper()
	db := pgtest.New(t, "schema_"+pgtest.Version(), postgres.Roles, func(ctx context.Context, dsn string) error {
		_, err := schema.Migrate(ctx, dsn)
		return err
	})
	c, err := pgx.Connect(t.Context(), db.Admin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return db, c
}

func TestWallHolds(t *testing.T) {
	t.Parallel()
	_, c := migrated(t)
	found, err := schema.Findings(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// TestWallBreaks breaks the wall in every way the guard knows and wants to be
// told each time.
func TestWallBreaks(t *testing.T) {
	t.Parallel()
	for _, b := range []struct{ sql, says string }{
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
		{`grant truncate on patient to homecare_app`, "truncate, refer to, or put triggers on a table: patient by homecare_app"},
		{`grant delete on patient to homecare_app`, "may delete a record: patient"},
		{`create sequence visit_no; grant usage on visit_no to homecare_app`, "sequence shows another tenant's volume: visit_no"},
		{`grant select on patient to homecare_report`, "reading role reaches a table that holds a person: patient"},
		{`grant select on visit to homecare_district`, "writing role reaches a table that holds a person: visit"},
		{`create table loose (puskesmas_id smallint, id uuid)`, "not enabled and forced: loose"},
		{`create table loose (id uuid primary key)`, "no comment: loose"},
		{`create table loose (id uuid primary key)`, "made-up name: loose_pkey"},
	} {
		t.Run(b.says, func(t *testing.T) {
			t.Parallel()
			_, c := migrated(t)
			if _, err := c.Exec(t.Context(), b.sql); err != nil {
				t.Fatal(err)
			}
			found, err := schema.Findings(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(found, "\n"); !strings.Contains(all, b.says) {
				t.Errorf("after %q the guard says only:\n%s", b.sql, all)
			}
		})
	}
}

// TestDownAndUp takes the newest schema down to nothing and up again.
func TestDownAndUp(t *testing.T) {
	t.Parallel()
	db, c := migrated(t)
	if err := schema.Down(t.Context(), db.Owner()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := c.QueryRow(t.Context(), `select count(*) from pg_class where relkind in ('r', 'p', 'v') and relnamespace = 'public'::regnamespace and relname <> 'schema_version'`).Scan(&left); err != nil || left != 0 {
		t.Fatalf("%d tables left after down, %v", left, err)
	}
	if n, err := schema.Migrate(t.Context(), db.Owner()); err != nil || n == 0 {
		t.Fatalf("up again: %d, %v", n, err)
	}
}

// Package mutant breaks the schema in SQL, in every way that the guard of
// package schema knows. It is for tests only.
package mutant

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/schema"
)

// Mutant is one break. Says is the name that the guard must give it.
type Mutant struct{ SQL, Says string }

// All are the mutants.
var All = []Mutant{
	{`alter table patient no force row level security`, "not enabled and forced: patient"},
	{`alter table visit disable row level security`, "not enabled and forced: visit"},
	{`alter policy tenant_rows on patient using (true)`, "not an equality with the tenant setting: patient"},
	{`alter policy tenant_rows on patient with check (true)`, "not an equality with the tenant setting: patient"},
	{`drop policy tenant_rows on care_case`, "not an equality with the tenant setting: care_case"},
	{`create policy more on patient to homecare_app using (true)`, "second permissive policy: patient.more"},
	{`create policy more on patient using (true)`, "second permissive policy: patient.more"},
	{`alter table document add constraint document_alone_uq unique (code)`,
		"does not lead with the tenant: document_alone_uq"},
	{`alter table patient add constraint patient_alone_uq unique (id)`,
		"does not lead with the tenant: patient_alone_uq"},
	{`create unique index patient_alone_ix on patient (nik_index)`,
		"unique index does not lead with the tenant: patient_alone_ix"},
	{`alter table patient add constraint p_uq unique (id); alter table visit add constraint visit_loose_fk foreign key
		(patient_id) references patient (id)`, "does not carry the tenant: visit_loose_fk"},
	{`create view everyone as select * from patient`, "not security_invoker: everyone"},
	{`create materialized view everyone as select * from patient`, "materialised view is within reach: everyone"},
	{`create function peek() returns bigint language sql security definer as 'select count(*) from patient'`,
		"not on the list: peek"},
	{`alter function enter(uuid, uuid, uuid, text, smallint, text, boolean) reset search_path`,
		"no fixed search_path: enter"},
	{`alter table patient owner to homecare_app`, "owns something: patient"},
	{`alter role homecare_app bypassrls`, "bypasses row-level security, or may create: homecare_app"},
	{`alter role homecare_report superuser`, "bypasses row-level security, or may create: homecare_report"},
	{`grant truncate on patient to homecare_app`,
		"truncate, refer to, or put triggers on a table: patient by homecare_app"},
	{`grant delete on patient to homecare_app`, "may delete a record: patient"},
	{`create sequence visit_no; grant usage on visit_no to homecare_app`,
		"sequence shows another tenant's volume: visit_no"},
	{`grant select on patient to homecare_report`, "reading role reaches a table that holds a person: patient"},
	{`grant select on visit to homecare_district`, "writing role reaches a table that holds a person: visit"},
	{`create table loose (puskesmas_id smallint, id uuid)`, "not enabled and forced: loose"},
	{`create table loose (id uuid primary key)`, "no comment: loose"},
	{`create table loose (id uuid primary key)`, "made-up name: loose_pkey"},
}

// Undistributed are violations of the needs of a distributed engine (SCL-1).
var Undistributed = []Mutant{
	{`alter policy tenant_rows on patient using (puskesmas_id = (select current_setting('app.puskesmas_id')::smallint))`,
		"a policy holds a sub-select: patient.tenant_rows"},
	{`create policy more on account for insert to homecare_app with check (exists (select from membership))`,
		"a policy holds a sub-select: account.more"},
	{`create function mine() returns smallint language sql stable as 'select 1::smallint';
		create policy more on visit to homecare_system using (puskesmas_id = mine())`,
		"calls a function of the schema: visit.more"},
	{`create table loose (puskesmas_id integer not null)`, "not a smallint that is never null: loose"},
	{`create table loose (puskesmas_id smallint)`, "not a smallint that is never null: loose"},
	{`create table loose (puskesmas_id smallint not null)`, "no primary key: loose"},
	{`create table loose (tenant smallint, patient_id uuid, constraint loose_patient_fk
		foreign key (tenant, patient_id) references patient (puskesmas_id, id))`,
		"from a table of no tenant to a tenant's: loose_patient_fk"},
	{`alter table patient_fact add constraint fact_loose_fk foreign key (puskesmas_id, patient_id)
		references patient (puskesmas_id, id) on delete set null`, "changes the tenant of a row: fact_loose_fk"},
	{`alter table patient_fact add constraint fact_loose_fk foreign key (puskesmas_id, patient_id)
		references patient (puskesmas_id, id) on update cascade`, "changes the tenant of a row: fact_loose_fk"},
	{`alter table visit add number bigserial`, "counts across tenants: visit.number"},
	{`alter table visit add number bigint generated always as identity`, "counts across tenants: visit.number"},
	{`create rule quiet as on delete to visit do instead nothing`, "a table has a rule: visit.quiet"},
	{`create table loose () inherits (patient)`, "a table inherits: loose"},
}

// Named breaks the schema in a transaction, checks that the guard reports that
// break, and rolls back. Run it as a superuser.
func (m Mutant) Named(ctx context.Context, c *pgx.Conn) (bool, error) {
	if _, err := c.Exec(ctx, "begin; "+m.SQL); err != nil {
		return false, fmt.Errorf("%s: %w", m.SQL, err)
	}
	found, err := schema.Findings(ctx, c, patient.HoldingTables())
	if err != nil {
		return false, err
	}
	more, err := schema.Undistributed(ctx, c)
	if err != nil {
		return false, err
	}
	found = append(found, more...)
	_, err = c.Exec(ctx, "rollback")
	return strings.Contains(strings.Join(found, "\n"), m.Says), err
}

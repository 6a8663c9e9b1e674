package schema

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// definers are the only SECURITY DEFINER functions; each has an isolation test.
var definers = []string{"enter", "staff_of_puskesmas", "staff_at", "account_is_ours", "account_may_join",
	"end_sessions", "destroy_record", "machine_account", "machine_session",
	"break_glass_open", "break_glass_record", "analyze_registry", "draft_withdrawn_after", "tell_change"}

// shared are the tables with a puskesmas_id that are reference data and not a
// tenant's: everybody reads them, and they contain no person.
var shared = []string{"puskesmas_key", "puskesmas_village", "puskesmas_programme", "membership"}

// Findings lists the violations of tenant isolation in the schema, empty when
// there are none. held are the tables with data about a person
// (patient.HoldingTables). Run it as the owner or a superuser (promise ISO-3).
func Findings(ctx context.Context, c *pgx.Conn, held []string) ([]string, error) {
	return found(ctx, c, checks, pgx.NamedArgs{"shared": shared, "definers": definers, "held": held})
}

// check lists the names of the objects that break a rule. says is the message.
type check struct{ says, sql string }

func found(ctx context.Context, c *pgx.Conn, checks []check, args pgx.NamedArgs) ([]string, error) {
	var out []string
	for _, check := range checks {
		rows, err := c.Query(ctx, check.sql, args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", check.says, err)
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", check.says, err)
		}
		for _, n := range names {
			out = append(out, check.says+": "+n)
		}
	}
	return out, nil
}

const tenantTables = `with tenant as (select c.oid, c.relname, a.attnum from pg_class c
	join pg_attribute a on a.attrelid = c.oid and a.attname = 'puskesmas_id' and not a.attisdropped
	where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> all (@shared)) `

var checks = []check{
	{"row-level security is not enabled and forced", tenantTables + `select relname::text from tenant
		join pg_class using (oid, relname) where not (relrowsecurity and relforcerowsecurity)`},
	{"the application role's policy is missing or is not an equality with the tenant setting", tenantTables +
		`select t.relname::text from tenant t where not exists (
		select from pg_policy p where p.polrelid = t.oid and p.polroles @> array['homecare_app'::regrole::oid]
		and p.polcmd = '*' and p.polpermissive
		and replace(pg_get_expr(p.polqual, p.polrelid), ' ', '') =
		'(puskesmas_id=(current_setting(''app.puskesmas_id''::text))::smallint)'
		and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid))
		and (has_table_privilege('homecare_app', t.oid, 'select, insert, update, delete')
		or exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant_rows'))`},
	{"the application role has a second permissive policy", tenantTables + `select t.relname || '.' || p.polname
		from tenant t join pg_policy p on p.polrelid = t.oid
		where p.polpermissive and (p.polroles @> array['homecare_app'::regrole::oid] or p.polroles = '{0}')
		and p.polname <> 'tenant_rows'`},
	{"a primary key or unique constraint does not lead with the tenant", tenantTables + `select con.conname::text
		from pg_constraint con join tenant t on t.oid = con.conrelid
		where con.contype in ('p', 'u') and con.conkey[1] <> t.attnum`},
	{"a unique index does not lead with the tenant", tenantTables + `select i.indexrelid::regclass::text from pg_index i
		join tenant t on t.oid = i.indrelid where i.indisunique and i.indkey[0] <> t.attnum`},
	{"a foreign key to a tenant's table does not carry the tenant", tenantTables + `select con.conname::text
		from pg_constraint con join tenant t on t.oid = con.confrelid
		where con.contype = 'f' and not exists (select from pg_attribute a where a.attrelid = con.conrelid
		and a.attnum = con.conkey[1] and a.attname = 'puskesmas_id' and con.confkey[1] = t.attnum)`},
	{"an exclusion constraint does not lead with the tenant", tenantTables + `select con.conname::text
		from pg_constraint con join tenant t on t.oid = con.conrelid where con.contype = 'x'
		and con.conkey[1] <> t.attnum`},
	{"a view is not security_invoker", `select relname::text from pg_class where relkind = 'v'
		and relnamespace = 'public'::regnamespace and not coalesce('security_invoker=true' = any (reloptions), false)`},
	{"a materialised view is within reach", `select relname::text from pg_class where relkind = 'm'
		and relnamespace = 'public'::regnamespace`},
	{"a SECURITY DEFINER function is not on the list", `select proname::text from pg_proc where prosecdef
		and pronamespace = 'public'::regnamespace and proname <> all (@definers)`},
	{"a SECURITY DEFINER function has no fixed search_path", `select proname::text from pg_proc where prosecdef
		and pronamespace = 'public'::regnamespace and not exists (select from unnest(proconfig) s
		where s like 'search_path=%')`},
	{"a serving role is superuser, bypasses row-level security, or may create", `select rolname::text from pg_roles
		where rolname in ('homecare_app', 'homecare_report', 'homecare_district', 'homecare_system')
		and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`},
	{"a serving role owns something", `select relname::text from pg_class where relowner in (select oid from pg_roles
		where rolname in ('homecare_app', 'homecare_report', 'homecare_district', 'homecare_system'))`},
	{"a serving role may truncate, refer to, or put triggers on a table", `select c.relname || ' by ' || r.rolname
		from pg_class c cross join pg_roles r where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
		and r.rolname in ('homecare_app', 'homecare_report', 'homecare_district', 'homecare_system')
		and has_table_privilege(r.oid, c.oid, 'truncate, references, trigger')`},
	{"the application role may delete a record", tenantTables + `select relname::text from tenant
		where has_table_privilege('homecare_app', oid, 'delete')
		and relname !~ '^(visit_|patient_key$|patient_score$|withheld_permission$)'`},
	{"a sequence shows another tenant's volume", `select relname::text from pg_class where case when relkind = 'S'
		and relnamespace = 'public'::regnamespace
		then has_sequence_privilege('homecare_app', oid, 'usage, select') else false end`},
	{"Dinkes's reading role reaches a table that holds a person", `select relname::text from pg_class
		where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
		and relname = any (@held::text[] || array['account', 'session'])
		and has_table_privilege('homecare_report', oid, 'select')`},
	{"Dinkes's writing role reaches a table that holds a person", `select relname::text from pg_class
		where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
		and relname = any (@held)
		and has_table_privilege('homecare_district', oid, 'select')`},
	{"a table has no comment", `select relname::text from pg_class where relkind in ('r', 'p')
		and relnamespace = 'public'::regnamespace and relname <> 'schema_version' and obj_description(oid, 'pg_class')
		is null`},
	{"a constraint has a made-up name", `select conname::text from pg_constraint
		where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid <> 'schema_version'::regclass
		and conname ~ '_(pkey|key|fkey|check|excl)[0-9]*$' and contype in ('p', 'u', 'f', 'c', 'x')`},
	{"a foreign key has no index that starts with its columns", `select con.conname::text from pg_constraint con
		where con.contype = 'f' and con.connamespace = 'public'::regnamespace
		and not exists (select from pg_index i where i.indrelid = con.conrelid
		and (i.indkey::int2[])[0:cardinality(con.conkey) - 1] @> con.conkey)
		and cardinality(con.conkey) > 1`},
}

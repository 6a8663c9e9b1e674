package schema

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Undistributed lists the parts of the schema that do not fit an engine which
// distributes the tenants' tables by puskesmas_id and copies all others to
// every node. It is empty when the schema fits (promise SCL-1, ADR 26). Run it
// as the owner or a superuser.
func Undistributed(ctx context.Context, c *pgx.Conn) ([]string, error) {
	return found(ctx, c, distributed, pgx.NamedArgs{"shared": shared})
}

// TenantTables are the names of the tenants' tables, sorted. Run it as the
// owner or a superuser.
func TenantTables(ctx context.Context, c *pgx.Conn) ([]string, error) {
	rows, err := c.Query(ctx, tenantTables+`select relname::text from tenant order by 1`,
		pgx.NamedArgs{"shared": shared})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// distributed are the rules of docs/adr/0026-a-distributed-engine.md. Rules that
// tenant isolation needs too are in Findings: keys, unique indexes, exclusions
// and foreign keys lead with the tenant.
var distributed = []check{
	{"a policy holds a sub-select", `select c.relname || '.' || p.polname from pg_policy p
		join pg_class c on c.oid = p.polrelid where c.relnamespace = 'public'::regnamespace
		and (p.polqual::text ~ '{SUBLINK' or p.polwithcheck::text ~ '{SUBLINK')`},
	{"a policy of a tenant's table calls a function of the schema", tenantTables + `select distinct t.relname || '.' ||
		p.polname
		from tenant t join pg_policy p on p.polrelid = t.oid
		join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
		and d.refclassid = 'pg_proc'::regclass`},
	{"the tenant's column is not a smallint that is never null", tenantTables + `select t.relname::text
		from tenant t join pg_attribute a on a.attrelid = t.oid and a.attnum = t.attnum
		where a.atttypid <> 'smallint'::regtype or not a.attnotnull`},
	{"a tenant's table has no primary key", tenantTables + `select t.relname::text from tenant t
		where not exists (select from pg_constraint con where con.conrelid = t.oid and con.contype = 'p')`},
	{"a foreign key leads from a table of no tenant to a tenant's", tenantTables + `select con.conname::text
		from pg_constraint con join tenant t on t.oid = con.confrelid
		where con.contype = 'f' and con.conrelid not in (select oid from tenant)`},
	{"a foreign key changes the tenant of a row", tenantTables + `select con.conname::text
		from pg_constraint con join tenant t on t.oid = con.conrelid
		where con.contype = 'f' and t.attnum = any (con.conkey)
		and (con.confdeltype in ('n', 'd') or con.confupdtype in ('n', 'd', 'c'))`},
	{"a tenant's column counts across tenants", tenantTables + `select t.relname || '.' || a.attname
		from tenant t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
		left join pg_attrdef f on f.adrelid = t.oid and f.adnum = a.attnum
		where a.attidentity <> '' or exists (select from pg_depend d join pg_class s on s.oid = d.refobjid
		and s.relkind = 'S'
			where d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_class'::regclass)`},
	{"a table has a rule", `select r.tablename || '.' || r.rulename from pg_rules r where r.schemaname = 'public'`},
	{"a table inherits", `select i.inhrelid::regclass::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition`},
}

package bench

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// loaded are the tables that a load fills.
const loaded = `array['patient', 'patient_source', 'patient_key', 'team', 'team_member', 'account', 'membership',
	'care_case', 'stop', 'visit', 'visit_vital', 'visit_service']::regclass[]`

// withoutIndexes drops the indexes of the tables to load and returns the statements that
// make them again: to build an index at once takes a fraction of the time. The keys that
// others refer to stay.
func withoutIndexes(ctx context.Context, conn *pgx.Conn) (again string, err error) {
	var drop string
	err = conn.QueryRow(ctx, `
		with i as (select x.indrelid::regclass as at, x.indexrelid as index, c.conname, c.oid as con
			from pg_index x left join pg_constraint c on c.conindid = x.indexrelid and c.contype in ('p', 'u', 'x')
			where x.indrelid = any (`+loaded+`)
				and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = x.indexrelid))
		select string_agg(case when con is null then format('drop index %s;', index::regclass)
				else format('alter table %s drop constraint %I;', at, conname) end, ''),
			string_agg(case when con is null then pg_get_indexdef(index) || ';'
				else format('alter table %s add constraint %I %s;', at, conname, pg_get_constraintdef(con)) end, '')
		from i`).Scan(&drop, &again)
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, drop)
	return again, err
}

// foreignKeys fails for a row whose foreign key leads nowhere. The load writes its rows
// unchecked: to check each by itself would take most of its time.
const foreignKeys = `do $$
declare f record; bad boolean;
begin
	for f in select conname, conrelid::regclass as child, confrelid::regclass as parent,
			string_agg(format('c.%I = p.%I', a.attname, b.attname), ' and ') as same,
			string_agg(format('c.%I is not null', a.attname), ' and ') as given
		from pg_constraint, unnest(conkey, confkey) as k(x, y), pg_attribute a, pg_attribute b
		where contype = 'f' and conrelid = any (` + loaded + `)
			and a.attrelid = conrelid and a.attnum = x and b.attrelid = confrelid and b.attnum = y
		group by 1, 2, 3
	loop
		execute format('select exists (select from %s c where %s and not exists (select from %s p where %s))',
			f.child, f.given, f.parent, f.same) into bad;
		if bad then
			raise exception 'rows of % without the row they name (%)', f.child, f.conname;
		end if;
	end loop;
end $$`

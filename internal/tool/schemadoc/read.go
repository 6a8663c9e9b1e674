package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

type table struct {
	Name, Comment string
	Wall          string // row-level security: "forced", "enabled" or empty
	Columns       []column
	Constraints   []constraint
	Policies      []policy
}

type column struct{ Name, Type, Default, Comment string }

type constraint struct{ Name, Definition string }

type policy struct{ Name, Command, Roles, Using, Check string }

// The queue's tables are in a separate schema and belong to River.
const ours = ` c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_version' `

const (
	tablesSQL = `select c.relname::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
			case when c.relforcerowsecurity then 'forced' when c.relrowsecurity then 'enabled' else '' end
		from pg_class c where` + ours + `order by c.relname collate "C"`
	columnsSQL = `select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then '' else ', null' end,
			coalesce(pg_get_expr(d.adbin, d.adrelid), ''), coalesce(col_description(c.oid, a.attnum), '')
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
		where` + ours + `order by c.relname collate "C", a.attnum`
	constraintsSQL = `select c.relname::text, k.conname::text, pg_get_constraintdef(k.oid)
		from pg_class c join pg_constraint k on k.conrelid = c.oid
		where` + ours + `and k.contype in ('p', 'u', 'f', 'c', 'x')
		order by c.relname collate "C", position(k.contype::text in 'puxfc'), k.conname collate "C"`
	policiesSQL = `select c.relname::text, p.polname::text,
			case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
				else 'delete' end,
			(select string_agg(r::regrole::text, ', ' order by r::regrole::text collate "C") from unnest(p.polroles) r),
			coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
		from pg_class c join pg_policy p on p.polrelid = c.oid
		where` + ours + `order by c.relname collate "C", p.polname collate "C"`
)

// read returns the tables by name.
func read(ctx context.Context, c *pgx.Conn) ([]table, error) {
	var out []table
	var t table
	err := each(ctx, c, tablesSQL, []any{&t.Name, &t.Comment, &t.Wall}, func() { out = append(out, t) })
	if err != nil {
		return nil, err
	}
	at := map[string]*table{}
	for i := range out {
		at[out[i].Name] = &out[i]
	}
	var name string
	var col column
	if err := each(ctx, c, columnsSQL, []any{&name, &col.Name, &col.Type, &col.Default, &col.Comment},
		func() { at[name].Columns = append(at[name].Columns, col) }); err != nil {
		return nil, err
	}
	var con constraint
	if err := each(ctx, c, constraintsSQL, []any{&name, &con.Name, &con.Definition},
		func() { at[name].Constraints = append(at[name].Constraints, con) }); err != nil {
		return nil, err
	}
	var pol policy
	err = each(ctx, c, policiesSQL, []any{&name, &pol.Name, &pol.Command, &pol.Roles, &pol.Using, &pol.Check},
		func() { at[name].Policies = append(at[name].Policies, pol) })
	return out, err
}

func each(ctx context.Context, c *pgx.Conn, sql string, into []any, row func()) error {
	rows, err := c.Query(ctx, sql)
	if err != nil {
		return err
	}
	n := 0
	_, err = pgx.ForEachRow(rows, into, func() error { row(); n++; return nil })
	if err == nil && n == 0 {
		return fmt.Errorf("no rows from: %s", sql)
	}
	return err
}

package sqltest

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// settings are the values that an opening statement sets, for policies and
// functions.
const settings = `select set_config('app.puskesmas_id', '1', true),
	set_config('app.user_id', '00000000-0000-0000-0000-000000000001', true),
	set_config('app.role', 'koordinator', true),
	set_config('app.teams', '{}', true),
	set_config('app.merging', '00000000-0000-0000-0000-000000000002', true),
	set_config('plan_cache_mode', 'force_generic_plan', true)`

// Prepare prepares one text in the connection's role and lets PostgreSQL plan
// it, because the planner checks the rights. It returns PostgreSQL's error.
func Prepare(ctx context.Context, c *pgx.Conn, sql string) error {
	d, end, err := prepared(ctx, c, sql)
	defer end()
	if err != nil {
		return err
	}
	explain := "explain execute asked"
	if n := len(d.ParamOIDs); n > 0 {
		explain += "(" + strings.Repeat("null, ", n-1) + "null)"
	}
	_, err = c.Exec(ctx, explain, pgx.QueryExecModeSimpleProtocol)
	// A plan without values may fail because they are missing; only errors about
	// names and rights matter. Only queries can be explained.
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && (!strings.HasPrefix(pe.Code, "42") || pe.Code == "42809") {
		return nil
	}
	return err
}

// Columns are the names of the columns that a text returns.
func Columns(ctx context.Context, c *pgx.Conn, sql string) ([]string, error) {
	d, end, err := prepared(ctx, c, sql)
	defer end()
	if err != nil {
		return nil, err
	}
	out := make([]string, len(d.Fields))
	for i, f := range d.Fields {
		out[i] = f.Name
	}
	return out, nil
}

// prepared prepares a text as "asked" in a transaction. end rolls it back.
func prepared(ctx context.Context, c *pgx.Conn, sql string) (d *pgconn.StatementDescription, end func(), err error) {
	end = func() {
		_, _ = c.Exec(ctx, "rollback")
		_ = c.Deallocate(ctx, "asked")
	}
	if _, err := c.Exec(ctx, "begin"); err != nil {
		return nil, end, err
	}
	if _, err := c.Exec(ctx, settings); err != nil {
		return nil, end, err
	}
	d, err = c.Prepare(ctx, "asked", sql)
	return d, end, err
}

package pg

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// RoleError says what is wrong with the login of an address.
type RoleError struct {
	Setting string   // the setting of the address: HOMECARE_DB_APP_URL
	Login   string   // the login according to PostgreSQL
	Wrong   []string // each a predicate: "is a superuser"
}

// Error implements error. It contains no address.
func (e *RoleError) Error() string {
	return fmt.Sprintf(
		"%s: the database login %s %s: row-level security would not hold; use the role made by deployments/postgres/roles.sql",
		e.Setting, e.Login, strings.Join(e.Wrong, "; "))
}

// roleFindings finds rights of a login beyond those of a serving role:
// PostgreSQL applies no policy to a superuser, to BYPASSRLS and to a table's
// owner, and a member of another role can become it. It checks @login with
// every role it can become. pg_shdepend lists the owners of all kinds of
// objects.
const roleFindings = `
with login as (select * from pg_roles where rolname = @login)
select 'is a superuser' from login where rolsuper
union all select 'bypasses row-level security' from login where rolbypassrls
union all select 'may create roles' from login where rolcreaterole
union all select 'may create databases' from login where rolcreatedb
union all select 'may replicate the whole cluster' from login where rolreplication
union all select 'is a member of ' || r.rolname from login, pg_roles r
	where not login.rolsuper and r.oid <> login.oid and pg_has_role(login.oid, r.oid, 'member')
union all (select 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) from login
	join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = login.oid and d.deptype = 'o'
		and d.dbid in (0, (select oid from pg_database where datname = current_database()))
	where not exists (select from pg_class c where d.classid = 'pg_class'::regclass and c.oid = d.objid
		and c.relpersistence = 't')
	order by d.objid limit 3)`

// askRole returns a *RoleError unless c is logged in as role, and role is not a
// superuser, an owner or a member of another role. With SET ROLE (development
// only) the login may differ.
func askRole(ctx context.Context, c *pgx.Conn, setting, role string, bySetRole bool) error {
	var login, current string
	if err := c.QueryRow(ctx, `select session_user::text, current_user::text`).Scan(&login, &current); err != nil {
		return err
	}
	if bySetRole {
		login = current
	}
	rows, err := c.Query(ctx, roleFindings, pgx.NamedArgs{"login": login})
	if err != nil {
		return err
	}
	wrong, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if login != role || current != role {
		wrong = append([]string{"is not " + role}, wrong...)
	}
	if len(wrong) > 0 {
		return &RoleError{setting, login, wrong}
	}
	return nil
}

// AskRoles asks PostgreSQL for the login of each address. It returns a
// *RoleError for each login that is not the expected role or has more rights
// than a serving role may have. A standby that does not answer is checked at
// its first connection.
func (db *DB) AskRoles(ctx context.Context) error {
	var errs []error
	for _, r := range db.roles() {
		errs = append(errs, r.pool.use(ctx, func(c *pgx.Conn) error {
			return askRole(ctx, c, setting(r.name), "homecare_"+r.name, db.bySetRole)
		}))
	}
	if db.replica != nil { // the pool checks each connection
		err := db.replica.pool.use(ctx, func(*pgx.Conn) error { return nil })
		if _, wrong := errors.AsType[*RoleError](err); wrong {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

type role struct {
	name string
	pool *pool
}

// roles are the pools of the primary.
func (db *DB) roles() []role {
	return []role{{"app", db.app}, {"report", db.report}, {"district", db.district}, {"system", db.system}}
}

// use runs f on a connection of the pool. It waits for one no longer than a
// request does.
func (p *pool) use(ctx context.Context, f func(*pgx.Conn) error) error {
	waiting, cancel := p.patience(ctx)
	defer cancel()
	c, err := p.pgx.Acquire(waiting)
	if err != nil {
		return waited(waiting, err)
	}
	defer c.Release()
	return translate(f(c.Conn()), true)
}

func setting(name string) string { return "HOMECARE_DB_" + strings.ToUpper(name) + "_URL" }

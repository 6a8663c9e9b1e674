package pg

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
)

// The questions of Ready. Each is one DO block, so one round trip and one
// transaction: it runs PL/pgSQL and the extensions, looks at the role, and
// calls what the role's requests call first. The refusal it expects is caught
// in the block, so it leaves no error in the database's log. {enter} is a
// caller whose session nobody has.
const (
	readyHead = `do $$ begin
		if similarity('homecare', 'homecare') <> 1 or int4_dist(1, 3) <> 2 then raise exception 'extensions'; end if;
		if (select rolsuper or rolbypassrls from pg_roles
			where rolname = current_user) then raise exception 'role'; end if;`
	readyEnter = readyHead + `
		perform enter('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
			'00000000-0000-0000-0000-000000000000', {caller}, 'GET /readyz', false);
		raise exception 'a caller without a session came in';
	exception when sqlstate 'HC401' then null; end $$`
	readySystem = readyHead + `
		perform begin_attempt('00000000-0000-0000-0000-000000000000', '{}', '{}', '1 minute');
	end $$`
)

var readyAsks = map[string]string{
	"app":      strings.ReplaceAll(readyEnter, "{caller}", "'petugas', 1::smallint"),
	"report":   strings.ReplaceAll(readyEnter, "{caller}", "'dinkes_analyst', null"),
	"district": strings.ReplaceAll(readyEnter, "{caller}", "'dinkes_admin', null"),
	"system":   readySystem,
}

// Ready asks the database, as each role, whether a request would be served: the
// check of sessions runs and refuses a caller without one. A pool other than
// the application's whose connections are all at work is not asked: they work.
// Error: fault.ErrUnavailable.
func (db *DB) Ready(ctx context.Context) error {
	for _, r := range db.roles() {
		if s := r.pool.pgx.Stat(); r.name != "app" && s.AcquiredConns() >= s.MaxConns() {
			continue
		}
		err := r.pool.use(ctx, func(c *pgx.Conn) error {
			_, err := c.Exec(ctx, readyAsks[r.name], pgx.QueryExecModeSimpleProtocol)
			return err
		})
		if err != nil {
			return fault.ErrUnavailable.Because(err)
		}
	}
	return nil
}

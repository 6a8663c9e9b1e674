package pg

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
)

// The statements of Ready. Each is one DO block, so one round trip and one
// transaction: it runs PL/pgSQL and the extensions, checks the role, and calls
// what the role's requests call first. The block catches the expected refusal,
// so the database's log gets no error. {enter} is a caller with an unknown
// session.
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
		perform from account a join membership m on m.account_id = a.id join session s on s.membership_id = m.id
			where a.username = '';
		if not has_table_privilege('session', 'insert') then raise exception 'session'; end if;
		perform begin_attempt('00000000-0000-0000-0000-000000000000', '{}', '{}', '1 minute');
	end $$`
)

var readyAsks = map[string]string{
	"app":      strings.ReplaceAll(readyEnter, "{caller}", "'', 1::smallint"),
	"report":   strings.ReplaceAll(readyEnter, "{caller}", "'', null"),
	"district": strings.ReplaceAll(readyEnter, "{caller}", "'', null"),
	"system":   readySystem,
}

// Bounds of readiness.
const (
	readyFor    = time.Second     // an answer is reused for this long
	readyWithin = 5 * time.Second // a database that answers later counts as unavailable
)

// readiness is the last answer of Ready.
type readiness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// Ready says whether a request would be served. The answer is at most a second
// old. Error: fault.ErrUnavailable.
func (db *DB) Ready(ctx context.Context) error {
	r := &db.readiness
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) >= readyFor {
		// The answer is shared, so it must not depend on the first caller's
		// context.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
		defer cancel()
		r.err, r.at = db.askReady(ctx), time.Now()
	}
	return r.err
}

// askReady asks the database in each role: the check of sessions runs and
// refuses a caller without one, and the service reads and calls what a sign-in
// does. A pool other than the application's is skipped when all its connections
// are in use, which shows that they work.
func (db *DB) askReady(ctx context.Context) error {
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

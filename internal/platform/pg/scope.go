package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrNoPrincipal is returned without a caller, or for the wrong kind of caller.
var ErrNoPrincipal = fault.Define(fault.Unauthenticated, "auth.required",
	"Anda belum masuk. Masuk dulu.",
	"You are not signed in. Sign in first.").Hint("POST /v1/auth/login")

// ErrSessionEnded is returned when the session, account or membership of a
// token is no longer valid. The database checks it on every request.
var ErrSessionEnded = fault.Define(fault.Unauthenticated, "auth.session_ended",
	"Sesi Anda sudah berakhir atau hak akses Anda berubah. Masuk lagi.",
	"Your session has ended or your rights have changed. Sign in again.")

// ErrForbidden is returned when the caller's role does not have this right.
var ErrForbidden = fault.Define(fault.Forbidden, "auth.forbidden",
	"Peran Anda tidak berwenang melakukan ini.",
	"Your role may not do this.")

// ErrStepUp is returned when an act needs a recent proof of identity.
var ErrStepUp = fault.Define(fault.Forbidden, "auth.step_up",
	"Pastikan dulu identitas Anda: kirim kata sandi atau kode autentikator, lalu ulangi.",
	"Confirm your identity to do this: send your password or authenticator code, then try again.").
	Hint("POST /v1/auth/step-up")

// ErrSecondFactor is returned to a session that still owes a second factor.
var ErrSecondFactor = fault.Define(fault.Forbidden, "auth.second_factor",
	"Lengkapi masuk dulu: kirim kode autentikator, atau daftarkan autentikator bila belum ada.",
	"Complete the sign-in first: send an authenticator code, or enrol an authenticator if you have none.").
	Hint("POST /v1/auth/second-factor, POST /v1/me/totp")

// ErrWithheld is returned when a tenant withholds from a role what the route
// table allows.
var ErrWithheld = fault.Define(fault.Forbidden, "auth.withheld",
	"Hak ini dibatasi untuk peran Anda di puskesmas ini.",
	"This right is withheld from your role in this puskesmas.")

// Demand is what a route requires of its caller besides the role. The database
// checks it in the opening round trip.
type Demand struct {
	Permission string // method and path in OpenAPI's form, "POST /v1/things/{id}/approve"
	StepUp     bool   // needs a proof of identity of the last ten minutes
}

type demandKey struct{}

// WithDemand returns ctx with the route's demand.
func WithDemand(ctx context.Context, d Demand) context.Context {
	return context.WithValue(ctx, demandKey{}, d)
}

// DemandOf returns the demand of the route in ctx.
func DemandOf(ctx context.Context) Demand { d, _ := ctx.Value(demandKey{}).(Demand); return d }

const (
	enterTenant   = `select enter($1::uuid, $2::uuid, $3::uuid, $4, $5::smallint, $6, $7)`
	enterDistrict = `select enter($1::uuid, $2::uuid, $3::uuid, $4, null, $5, $6)`
	enterSystem   = `select set_config('app.puskesmas_id', $1, true), set_config('app.system_reason', $2, true)`
	enterSelf     = `select set_config('app.puskesmas_id', $1, true), set_config('app.system_reason', $2, true),
		set_config('app.user_id', $3, true)`
)

type scope struct {
	pool    *pool
	begin   string
	enter   string
	args    []any
	who     auth.Principal
	claims  bool // uses the Idempotency-Key
	retries int
	fresh   func(lsn int64) bool // on a standby: whether that position is recent enough
	may     func(Tx) error       // whether the caller may do it, where entering does not decide that
}

// Tenant runs f in a transaction that sees only the caller's tenant. The
// opening round trip begins, checks session and membership, sets the tenant and
// claims the Idempotency-Key. The closing one writes audit, outbox and the
// stored answer, and commits. f may run again after a deadlock.
func Tenant[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		var none T
		return none, wrongCaller(ok)
	}
	if outer, inside := ctx.Value(insideKey{}).(Tx); inside {
		return nested(ctx, outer, f)
	}
	return transact(ctx, db, scope{pool: db.app, begin: "begin", enter: enterTenant, args: tenantArgs(ctx, p), who: p,
		claims: true, retries: 3}, f)
}

// Snapshot is Tenant with a consistent view: every statement of f sees the
// records of one moment (repeatable read), so that the sections of a report
// count the same records. f runs again if another writer changed them
// meanwhile.
func Snapshot[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		var none T
		return none, wrongCaller(ok)
	}
	return transact(ctx, db, scope{pool: db.app, begin: "begin isolation level repeatable read", enter: enterTenant,
		args: tenantArgs(ctx, p), who: p,
		claims: true, retries: 10}, f)
}

// District runs f read-only over what the district may see: roll-ups, reports and reference
// tables, but no table with persons. It is only for callers of the district. It reads from the
// standby (Config.Replica) if that is fresh.
func District[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || !p.District() {
		var none T
		return none, wrongCaller(ok)
	}
	sc := scope{pool: db.report, begin: "begin read only", enter: enterDistrict, args: districtArgs(ctx, p), who: p}
	if out, done, err := fromReplica(ctx, db, sc, f); done {
		return out, err
	}
	return transact(ctx, db, sc, f)
}

// DistrictWrite runs f over the tables that the district may change. Each is
// granted to its database role by name. It is only for Config.DistrictWriter.
func DistrictWrite[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || !p.District() || p.Role != db.districtWriter {
		var none T
		return none, wrongCaller(ok)
	}
	defer db.replica.written(p.UserID)
	return transact(ctx, db, scope{pool: db.district, begin: "begin", enter: enterDistrict, args: districtArgs(ctx, p),
		who: p, claims: true, retries: 3}, f)
}

// Reference runs f read-only over the reference tables for any signed-in user: as
// a tenant in one snapshot, or as the district.
func Reference[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	if p, ok := auth.From(ctx); ok && p.District() {
		return District(ctx, db, f)
	}
	return Snapshot(ctx, db, f)
}

// System runs f as the service itself, over the tables granted to its role:
// sign-in, verification, the calendar, workers. why is the purpose, shown in
// the session settings of pg_stat_activity. It never depends on input.
func System[T any](ctx context.Context, db *DB, why string, f func(Tx) (T, error)) (T, error) {
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem, args: []any{"0", why}}, f)
}

// SystemFor is System inside one tenant, for workers that compute from its
// records.
func SystemFor[T any](ctx context.Context, db *DB, why string, puskesmasID int16, f func(Tx) (T, error)) (T, error) {
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem,
		args: []any{fmt.Sprint(puskesmasID), why},
		who:  auth.Principal{PuskesmasID: puskesmasID}}, f)
}

func wrongCaller(signedIn bool) error {
	if signedIn {
		return ErrForbidden
	}
	return ErrNoPrincipal
}

func tenantArgs(ctx context.Context, p auth.Principal) []any {
	d := DemandOf(ctx)
	return []any{p.SessionID, p.UserID, p.MembershipID, string(p.Role), p.PuskesmasID, d.Permission, d.StepUp}
}

func districtArgs(ctx context.Context, p auth.Principal) []any {
	d := DemandOf(ctx)
	return []any{p.SessionID, p.UserID, p.MembershipID, string(p.Role), d.Permission, d.StepUp}
}

func transact[T any](ctx context.Context, db *DB, sc scope, f func(Tx) (T, error)) (T, error) {
	for try := 0; ; try++ {
		out, err := once(ctx, db, sc, f)
		pe, ok := errors.AsType[*pgconn.PgError](err)
		// 40P01 is a deadlock, 40001 a serialization failure: nothing was done,
		// so a retry is safe.
		if ok && (pe.Code == "40P01" || pe.Code == "40001") && try < sc.retries {
			continue
		}
		return out, err
	}
}

func once[T any](ctx context.Context, db *DB, sc scope, f func(Tx) (T, error)) (out T, err error) {
	var none T
	c, release, err := sc.pool.take(ctx, sc.who.PuskesmasID)
	if err != nil {
		return none, err
	}
	defer release()
	st := &state{ctx: ctx, db: db, sql: c, principal: sc.who, dry: call.Of(ctx).Dry}
	if err := c.Raw(func(d any) error { st.pgx = d.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return none, translate(err, true)
	}
	open := false
	var cl *Claim
	if sc.claims {
		cl = claimOf(ctx)
	}
	defer func() { // after a panic too, or the pool gets an open transaction back
		if !open {
			return
		}
		rollback(st.pgx)
		if cl != nil {
			cl.used = false // the rollback removed the claim; a retry claims again
		}
	}()
	open = true
	replay, err := begin(st, sc, cl)
	if err != nil {
		return none, translate(err, st.pgx.IsClosed())
	}
	if sc.may != nil {
		if err := sc.may(Tx{st}); err != nil {
			return none, translate(err, st.pgx.IsClosed())
		}
	}
	if replay != nil {
		if err := replay.may(Tx{st}); err != nil {
			return none, translate(err, st.pgx.IsClosed())
		}
		return none, replay
	}
	if out, err = f(Tx{st}); err != nil {
		return none, translate(err, st.pgx.IsClosed())
	}
	if st.dry && sc.claims {
		rollback(st.pgx)
		return out, keepDry(st, sc)
	}
	if cl != nil {
		if err := cl.store(Tx{st}, out); err != nil {
			return none, err
		}
	}
	if err := commit(st, false); err != nil {
		return none, outcome(st, err)
	}
	open = false
	return out, nil
}

// begin opens the transaction in one round trip. A non-nil *Replayed means that
// this request was answered before.
func begin(st *state, sc scope, cl *Claim) (*Replayed, error) {
	var b pgx.Batch
	b.Queue(sc.begin)
	b.Queue(sc.enter, sc.args...)
	if sc.fresh != nil {
		b.Queue(standbyAt)
	}
	if cl != nil && !st.dry {
		cl.queue(&b)
	}
	res := st.pgx.SendBatch(st.ctx, &b)
	replay, err := func() (*Replayed, error) {
		if _, err := res.Exec(); err != nil {
			return nil, err
		}
		if err := enter(st, sc, res); err != nil {
			return nil, err
		}
		if sc.fresh != nil {
			var lsn int64
			if err := res.QueryRow().Scan(&lsn); err != nil {
				return nil, err
			}
			if !sc.fresh(lsn) {
				return nil, errBehind
			}
		}
		if cl != nil && !st.dry {
			return cl.read(Tx{st}, res)
		}
		return nil, nil
	}()
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	return replay, err
}

// enter reads the answer of the entering statement: for a signed-in caller, the
// permissions withheld from the role.
func enter(st *state, sc scope, res pgx.BatchResults) error {
	if sc.enter == enterSystem || sc.enter == enterSelf {
		_, err := res.Exec()
		return err
	}
	return res.QueryRow().Scan(&st.withheld)
}

// errRolledBack is a COMMIT that PostgreSQL turned into a ROLLBACK, because an
// earlier error was ignored.
var errRolledBack = errors.New("pg: the transaction had failed and was rolled back at commit")

// commitWithin limits COMMIT and ROLLBACK, which outlive their request: a
// silent connection would occupy the pool for hours. The Idempotency-Key shows
// whether a COMMIT without an answer took place.
const commitWithin = 10 * time.Second

// commit sends the queued statements and COMMIT in one round trip.
func commit(st *state, onlyEvenDry bool) error {
	var b pgx.Batch
	for _, s := range st.atCommit {
		if s.evenDry || !onlyEvenDry {
			b.Queue(s.sql, s.args...)
		}
	}
	n := b.Len()
	b.Queue("commit")
	// The commit must not depend on whether the client is still connected: once
	// the work is done, COMMIT is sent. Nor may a database that does not answer
	// hold the request indefinitely.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(st.ctx), commitWithin)
	defer cancel()
	res := st.pgx.SendBatch(ctx, &b)
	err := func() error {
		for range n {
			if _, err := res.Exec(); err != nil {
				return err
			}
		}
		tag, err := res.Exec()
		if err == nil && tag.String() != "COMMIT" {
			err = errRolledBack
		}
		return err
	}()
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	return err
}

// keepDry records the dry run in a separate transaction.
func keepDry(st *state, sc scope) error {
	if _, err := begin(st, sc, nil); err != nil {
		rollback(st.pgx)
		return translate(err, st.pgx.IsClosed())
	}
	if err := commit(st, true); err != nil {
		rollback(st.pgx)
		return translate(err, st.pgx.IsClosed())
	}
	return nil
}

// rollback ends an open transaction. If that fails, it closes the connection,
// and the pool drops it.
func rollback(c *pgx.Conn) {
	if c == nil || c.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitWithin)
	defer cancel()
	if c.PgConn().TxStatus() == 'I' {
		return
	}
	if _, err := c.Exec(ctx, "rollback"); err != nil {
		_ = c.Close(ctx)
	}
}

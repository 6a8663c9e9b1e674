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

// ErrNoPrincipal is answered when nobody, or the wrong kind of caller, asks.
var ErrNoPrincipal = fault.Define(fault.Unauthenticated, "auth.required",
	"Anda belum masuk. Masuk dulu.",
	"You are not signed in. Sign in first.").Hint("POST /v1/auth/login")

// ErrSessionEnded is answered when the session, account or membership behind
// a token is no longer good; the database says so on every request.
var ErrSessionEnded = fault.Define(fault.Unauthenticated, "auth.session_ended",
	"Sesi Anda sudah berakhir atau hak akses Anda berubah. Masuk lagi.",
	"Your session has ended or your rights have changed. Sign in again.")

// ErrForbidden is answered when the caller's role does not have this right.
var ErrForbidden = fault.Define(fault.Forbidden, "auth.forbidden",
	"Peran Anda tidak berwenang melakukan ini.",
	"Your role may not do this.")

// ErrStepUp is answered when an act wants a recent proof of who is calling.
var ErrStepUp = fault.Define(fault.Forbidden, "auth.step_up",
	"Pastikan dulu identitas Anda: kirim kata sandi atau kode autentikator, lalu ulangi.",
	"Confirm your identity to do this: send your password or authenticator code, then try again.").
	Hint("POST /v1/auth/step-up")

// ErrSecondFactor is answered to a session whose second factor is still owed.
var ErrSecondFactor = fault.Define(fault.Forbidden, "auth.second_factor",
	"Lengkapi masuk dulu: kirim kode autentikator, atau daftarkan autentikator bila belum ada.",
	"Complete the sign-in first: send an authenticator code, or enrol an authenticator if you have none.").
	Hint("POST /v1/auth/second-factor, POST /v1/me/totp")

// ErrWithheld is answered when a tenant withholds from a role
// what the route table would allow it.
var ErrWithheld = fault.Define(fault.Forbidden, "auth.withheld",
	"Hak ini dibatasi untuk peran Anda di puskesmas ini.",
	"This right is withheld from your role in this puskesmas.")

// Demand is what a route asks of its caller beyond the role; the database
// checks it in the opening round trip.
type Demand struct {
	Permission string // method and path in OpenAPI's form, "POST /v1/things/{id}/approve"
	StepUp     bool   // wants a proof of identity of the last ten minutes
}

type demandKey struct{}

// WithDemand returns ctx carrying what the route asks.
func WithDemand(ctx context.Context, d Demand) context.Context {
	return context.WithValue(ctx, demandKey{}, d)
}

// DemandOf returns what the route of ctx asks.
func DemandOf(ctx context.Context) Demand { d, _ := ctx.Value(demandKey{}).(Demand); return d }

const (
	enterTenant   = `select enter($1::uuid, $2::uuid, $3::uuid, $4, $5::smallint, $6, $7)`
	enterDistrict = `select enter($1::uuid, $2::uuid, $3::uuid, $4, null, $5, $6)`
	enterSystem   = `select set_config('app.puskesmas_id', $1, true), set_config('app.system_reason', $2, true)`
	enterSelf     = `select set_config('app.puskesmas_id', $1, true), set_config('app.system_reason', $2, true), set_config('app.user_id', $3, true)`
)

type scope struct {
	pool    *pool
	begin   string
	enter   string
	args    []any
	who     auth.Principal
	claims  bool // takes part in Idempotency-Key
	retries int
	fresh   func(lsn int64) bool // on a standby: whether that position will do
	may     func(Tx) error       // whether the caller may ask, where entering does not tell
}

// Tenant runs f in a transaction that sees only the caller's puskesmas. The
// opening round trip begins, checks session and membership, sets the tenant
// and claims the Idempotency-Key; the closing one carries audit, outbox, the
// stored answer and COMMIT. f may run again after a deadlock.
func Tenant[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		var none T
		return none, wrongCaller(ok)
	}
	if outer, inside := ctx.Value(insideKey{}).(Tx); inside {
		return nested(ctx, outer, f)
	}
	return transact(ctx, db, scope{pool: db.app, begin: "begin", enter: enterTenant, args: tenantArgs(ctx, p), who: p, claims: true, retries: 3}, f)
}

// Snapshot is Tenant for what must agree with itself: every statement of f sees
// the records as of one moment (repeatable read), so that the sections of a
// report count the same records. What another writer changed meanwhile makes f
// run again.
func Snapshot[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		var none T
		return none, wrongCaller(ok)
	}
	return transact(ctx, db, scope{pool: db.app, begin: "begin isolation level repeatable read", enter: enterTenant, args: tenantArgs(ctx, p), who: p,
		claims: true, retries: 10}, f)
}

// District runs f read-only over what the district may see: roll-ups, reports
// and reference tables, and no table that holds a person. Only for callers of the district. It
// reads from the standby (Config.Replica) when there is one that is fresh.
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

// DistrictWrite runs f over the tables that the district may change, each
// granted to its database role by name. Only for Config.DistrictWriter.
func DistrictWrite[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	p, ok := auth.From(ctx)
	if !ok || !p.District() || p.Role != db.districtWriter {
		var none T
		return none, wrongCaller(ok)
	}
	defer db.replica.written(p.UserID)
	return transact(ctx, db, scope{pool: db.district, begin: "begin", enter: enterDistrict, args: districtArgs(ctx, p), who: p, claims: true, retries: 3}, f)
}

// Reference runs f read-only over the reference tables, for any user who is signed
// in: as a tenant in one snapshot, or as the district.
func Reference[T any](ctx context.Context, db *DB, f func(Tx) (T, error)) (T, error) {
	if p, ok := auth.From(ctx); ok && p.District() {
		return District(ctx, db, f)
	}
	return Snapshot(ctx, db, f)
}

// System runs f as the service itself, over the tables listed for its role:
// sign-in, verification, the calendar, workers. why says what for, and shows
// in pg_stat_activity's session settings; it never depends on input.
func System[T any](ctx context.Context, db *DB, why string, f func(Tx) (T, error)) (T, error) {
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem, args: []any{"0", why}}, f)
}

// SystemFor is System inside one puskesmas: for workers that compute from its
// records.
func SystemFor[T any](ctx context.Context, db *DB, why string, puskesmasID int16, f func(Tx) (T, error)) (T, error) {
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem, args: []any{fmt.Sprint(puskesmasID), why},
		who: auth.Principal{PuskesmasID: puskesmasID}}, f)
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
		// 40P01 deadlock, 40001 serialization: nothing was done, so doing it
		// again is safe.
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
	defer func() { // on a panic too, else the pool gets an open transaction back
		if !open {
			return
		}
		rollback(st.pgx)
		if cl != nil {
			cl.used = false // what claimed it is undone; a second try claims again
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

// begin opens the transaction in one round trip. A non-nil *Replayed says that
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

// enter reads what the entering statement answers: of a signed-in caller, the
// permissions withheld from the role.
func enter(st *state, sc scope, res pgx.BatchResults) error {
	if sc.enter == enterSystem || sc.enter == enterSelf {
		_, err := res.Exec()
		return err
	}
	return res.QueryRow().Scan(&st.withheld)
}

// errRolledBack is a COMMIT that PostgreSQL turned into a ROLLBACK: an error
// was swallowed on the way.
var errRolledBack = errors.New("pg: the transaction had failed and was rolled back at commit")

// commitWithin bounds COMMIT and ROLLBACK, which outlive their request: a line
// that is open and silent would keep a connection of the pool for hours.
// Whether a COMMIT without an answer took place, the Idempotency-Key tells.
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
	// An answer given to the client must not depend on whether the client is
	// still there: once everything is done, COMMIT is sent regardless. A database
	// that has fallen silent must not hold the request without end either.
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

// keepDry records the dry run in a transaction of its own.
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

// rollback ends an open transaction; a connection on which that fails is
// closed, so that the pool drops it.
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

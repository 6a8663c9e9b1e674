package pg

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/platform/auth"
)

// SystemAs is SystemFor for acts of one person on their own account and
// session. The audit trail then names the person and the session. The database
// does not check p here: f does, or p comes from the database.
func SystemAs[T any](ctx context.Context, db *DB, why string, p auth.Principal, f func(Tx) (T, error)) (T, error) {
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem,
		args: []any{fmt.Sprint(p.PuskesmasID), why}, who: p}, f)
}

// SystemOnce is SystemAs for an act whose answer is stored under its
// Idempotency-Key. may says whether the caller may do it; it runs before f and
// before a stored answer is shown.
func SystemOnce[T any](ctx context.Context, db *DB, why string, p auth.Principal, may func(Tx) error,
	f func(Tx) (T, error)) (T, error) {
	tenant := "" // the district has none
	if p.PuskesmasID != 0 {
		tenant = fmt.Sprint(p.PuskesmasID)
	}
	return transact(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSelf,
		args: []any{tenant, why, p.UserID}, who: p, claims: true, may: may}, f)
}

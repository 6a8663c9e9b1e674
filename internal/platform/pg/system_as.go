package pg

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/platform/auth"
)

// SystemAs is SystemFor for the acts of one person on the own account and
// session: the trail then names who, and by which session. The database does
// not check p here; f does, or p comes from the database.
func SystemAs[T any](ctx context.Context, db *DB, why string, p auth.Principal, f func(Tx) (T, error)) (T, error) {
	return run(ctx, db, scope{pool: db.system, begin: "begin", enter: enterSystem,
		args: []any{fmt.Sprint(p.PuskesmasID), why}, who: p}, f)
}

package pg

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/auth"
)

// Read runs one query in the caller's tenant in a single round trip: session
// check, tenant and query are sent as one pipelined batch. It is for the hot
// reads.
func Read[T any](ctx context.Context, db *DB, query string, args []any, collect func(pgx.Rows) (T, error)) (T, error) {
	var none T
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		return none, wrongCaller(ok)
	}
	var b pgx.Batch
	b.Queue(enterTenant, tenantArgs(ctx, p)...)
	b.Queue(query, args...)
	waiting, cancel := db.app.patience(ctx)
	defer cancel()
	leave, err := db.app.fair.sit(waiting, p.PuskesmasID)
	if err != nil {
		return none, waited(waiting, err)
	}
	defer leave()
	c, err := db.app.pgx.Acquire(waiting)
	if err != nil {
		return none, waited(waiting, err)
	}
	defer c.Release()
	res := c.SendBatch(ctx, &b)
	out, err := func() (T, error) {
		if _, err := res.Exec(); err != nil {
			return none, err
		}
		rows, err := res.Query()
		if err != nil {
			return none, err
		}
		return collect(rows)
	}()
	// Close reads the end of the implicit transaction, which is complete only
	// then.
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return none, translate(err, true)
	}
	return out, nil
}

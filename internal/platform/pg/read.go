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
	p, ok := auth.From(ctx)
	if !ok || p.PuskesmasID == 0 {
		var none T
		return none, wrongCaller(ok)
	}
	return read(ctx, scope{pool: db.app, enter: enterTenant, args: tenantArgs(ctx, p), who: p}, query, args, collect)
}

// DistrictRead is Read over the tables of DistrictWrite, for the same caller.
func DistrictRead[T any](ctx context.Context, db *DB, query string, args []any, collect func(pgx.Rows) (T, error)) (T,
	error) {
	p, ok := auth.From(ctx)
	if !ok || !p.District() || p.Role != db.districtWriter {
		var none T
		return none, wrongCaller(ok)
	}
	return read(ctx, scope{pool: db.district, enter: enterDistrict, args: districtArgs(ctx, p), who: p}, query, args,
		collect)
}

func read[T any](ctx context.Context, sc scope, query string, args []any, collect func(pgx.Rows) (T, error)) (T,
	error) {
	var none T
	var b pgx.Batch
	b.Queue(sc.enter, sc.args...)
	b.Queue(query, args...)
	waiting, cancel := sc.pool.patience(ctx)
	defer cancel()
	leave, err := sc.pool.fair.sit(waiting, sc.who.PuskesmasID)
	if err != nil {
		return none, waited(waiting, err)
	}
	defer leave()
	c, err := sc.pool.pgx.Acquire(waiting)
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

package pg

import "context"

type insideKey struct{}

// Inside returns ctx for a use case that runs inside tx: its Tenant calls join
// this transaction and are rolled back with it.
func (tx Tx) Inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, insideKey{}, tx)
}

// nested runs f in the open transaction, for the request of ctx.
func nested[T any](ctx context.Context, outer Tx, f func(Tx) (T, error)) (T, error) {
	st := *outer.s
	st.ctx = ctx
	out, err := f(Tx{&st})
	outer.s.atCommit = st.atCommit
	return out, translate(err, st.pgx.IsClosed())
}

// Attempt runs f. If f fails, it rolls back f's statements and drops what f queued
// for COMMIT, while the transaction continues. The error is told as that of Tenant is, so
// that the caller can decide by it.
func (tx Tx) Attempt(f func() error) error {
	queued := len(tx.s.atCommit)
	if _, err := tx.Exec(`savepoint attempt`); err != nil {
		return err
	}
	err := f()
	end := `release savepoint attempt`
	if err != nil {
		tx.s.atCommit = tx.s.atCommit[:queued]
		end = `rollback to savepoint attempt`
	}
	if _, failed := tx.Exec(end); failed != nil {
		return failed
	}
	return translate(err, tx.s.pgx.IsClosed())
}

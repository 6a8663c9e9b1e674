package pg

import "context"

type insideKey struct{}

// Inside returns ctx for a use case that is done inside tx: what it does through
// Tenant joins this transaction, and is undone with it.
func (tx Tx) Inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, insideKey{}, tx)
}

// nested runs f in the transaction that is open, for the request of ctx.
func nested[T any](ctx context.Context, outer Tx, f func(Tx) (T, error)) (T, error) {
	st := *outer.s
	st.ctx = ctx
	out, err := f(Tx{&st})
	outer.s.atCommit = st.atCommit
	return out, translate(err, st.pgx.IsClosed())
}

// Attempt runs f and undoes what it did where it fails, while the transaction goes
// on: its statements, and what it had queued for COMMIT.
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
	return err
}

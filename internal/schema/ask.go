package schema

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrAddress is returned for a database address that cannot be read; its cause
// would repeat the password.
var ErrAddress = errors.New("the database address cannot be read")

// Ask connects to dsn and returns what Check says: for health checks of
// processes that have no connections of their own.
func Ask(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return ErrAddress
	}
	defer pool.Close()
	return Check(ctx, pool)
}

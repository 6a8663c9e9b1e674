package schema

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrAddress is returned for an unreadable database address. Its cause would
// contain the password.
var ErrAddress = errors.New("the database address cannot be read")

// Ask connects to dsn and returns the result of Check, for health checks of
// processes without their own connections.
func Ask(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return ErrAddress
	}
	defer pool.Close()
	return Check(ctx, pool)
}

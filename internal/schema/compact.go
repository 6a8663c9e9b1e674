package schema

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Compact rewrites tables without the remains of removed rows, as the owner
// role. PostgreSQL keeps the bytes of a removed row in its page until the space
// is reused. Each table is locked while it is rewritten: for seconds, the audit
// trail longer.
func Compact(ctx context.Context, ownerDSN string, tables []string) error {
	c, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for _, t := range tables {
		if _, err := c.Exec(ctx, `vacuum (full, analyze) `+pgx.Identifier{t}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

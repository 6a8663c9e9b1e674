package schema

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// ErrNotRotated is returned where an old master key would be the only one left.
var ErrNotRotated = errors.New(
	"the current master key does not wrap the root key yet: run homecare keys rotate --master without --finish first")

// ShutOut removes the wrapped root keys of every master key except the named
// one, as the owner role: no serving role may remove one. It returns how many
// it removed. Error: ErrNotRotated.
func ShutOut(ctx context.Context, ownerDSN, but string) (int, error) {
	c, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	tag, err := c.Exec(ctx, `delete from root_key where master_id <> $1
		and exists (select from root_key where master_id = $1)`, but)
	if err != nil {
		return 0, err
	}
	var mine bool
	if err := c.QueryRow(ctx, `select exists (select from root_key where master_id = $1)`, but).
		Scan(&mine); err != nil {
		return 0, err
	}
	if !mine {
		return 0, ErrNotRotated
	}
	return int(tag.RowsAffected()), nil
}

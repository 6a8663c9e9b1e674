package schema

import (
	"context"
	"database/sql"
)

// Down takes every migration back.
func Down(ctx context.Context, ownerDSN string) error {
	db, err := sql.Open("pgx", ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	p, err := provider(db)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, 0)
	return err
}

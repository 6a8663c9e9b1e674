package schema

import (
	"context"
	"database/sql"
)

// Go takes the database up or down to one migration, 0 for none.
func Go(ctx context.Context, ownerDSN string, to int64) error {
	db, err := sql.Open("pgx", ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	p, err := provider(db)
	if err != nil {
		return err
	}
	at, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if to < at {
		_, err = p.DownTo(ctx, to)
	} else {
		_, err = p.UpTo(ctx, to)
	}
	return err
}

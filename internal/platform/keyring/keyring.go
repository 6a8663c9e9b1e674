// Package keyring keeps the wrapped keys in the database: it opens them at
// start, creates missing ones, loads new versions while the process serves, and
// rotates them (promise PRI-7, ADR 18).
package keyring

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// lockKeys lets one process change keys at a time.
const lockKeys = `select pg_advisory_xact_lock(hashtext('homecare keys'))`

type slot struct {
	MasterID  string
	Wrapped   []byte
	CreatedAt time.Time
}

// Open opens the root key and every tenant's keys and changes nothing. It is
// for a restored copy. Error: crypt.ErrMaster.
func Open(ctx context.Context, db *pg.DB) error {
	_, err := pg.System(ctx, db, "keys", func(tx pg.Tx) (struct{}, error) {
		if err := openRoot(tx, db.Master()); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, loadTenants(tx, db)
	})
	return err
}

// Load creates missing keys (the root key of a new database, the keys of a new
// tenant) and then does the same as Open.
func Load(ctx context.Context, db *pg.DB) error {
	_, err := pg.System(ctx, db, "keys", func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		if _, err := tx.Exec(lockKeys); err != nil {
			return none, err
		}
		n, err := pg.Scalar[int](tx, `select count(*) from root_key`)
		if err != nil {
			return none, err
		}
		m := db.Master()
		if n == 0 {
			if _, err := tx.Exec(`insert into root_key (master_id, wrapped) values ($1, $2)`, m.ID(),
				m.NewRoot()); err != nil {
				return none, err
			}
		} else if err := openRoot(tx, m); err != nil {
			return none, err
		}
		type missing struct{ ID, Version int16 }
		all, err := pg.Rows[missing](tx, `select p.id, v.version::smallint from puskesmas p cross join (values (0), (1))
			as v(version)
			where not exists (select from puskesmas_key k where k.puskesmas_id = p.id
			and (v.version = 1) = (k.version > 0))`)
		if err != nil {
			return none, err
		}
		for _, k := range all {
			if _, err := tx.Exec(`insert into puskesmas_key (puskesmas_id, version, wrapped) values ($1, $2, $3)`, k.ID,
				k.Version, db.Keys().NewWrapped(k.ID, k.Version)); err != nil {
				return none, err
			}
		}
		return none, loadTenants(tx, db)
	})
	return err
}

func openRoot(tx pg.Tx, m *crypt.Master) error {
	slots, err := pg.Rows[slot](tx, `select master_id, wrapped, created_at from root_key`)
	if err != nil {
		return err
	}
	wrapped := map[string][]byte{}
	for _, s := range slots {
		wrapped[s.MasterID] = s.Wrapped
	}
	if err := m.OpenRoot(wrapped); err != nil {
		return fmt.Errorf("%w (HOMECARE_MASTER_KEY is %s)", err, m.ID())
	}
	return nil
}

// loadTenants loads every version. A key created in this transaction is active
// from its start, which is now.
func loadTenants(tx pg.Tx, db *pg.DB) error {
	all, err := pg.Rows[crypt.Wrapped](tx, `select puskesmas_id, version, wrapped, active_from from puskesmas_key`)
	if err != nil {
		return err
	}
	return db.Keys().Load(all...)
}

// Poll is how often a serving process looks for new versions. Lead is how long
// a new version is in the database before it seals: four polls of every
// process.
const (
	Poll = 5 * time.Second
	Lead = 20 * time.Second
)

// Watch loads new versions of the tenants' keys until ctx ends.
func Watch(ctx context.Context, db *pg.DB, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := pg.System(ctx, db, "keys", func(tx pg.Tx) (struct{}, error) {
			return struct{}{},
				loadTenants(tx, db)
		})
		if err != nil && ctx.Err() == nil {
			log.Warn("keys: new versions cannot be read", "err", err.Error())
		}
	}
}

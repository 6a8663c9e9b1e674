package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Record writes the act to the audit trail, inside its transaction.
type Record func(tx pg.Tx, action string, after any) error

// Slot is a wrapped copy of the root key.
type Slot struct {
	MasterID  string
	CreatedAt time.Time
	Current   bool // wrapped by HOMECARE_MASTER_KEY of this process
}

// Version is a version of a tenant's key.
type Version struct {
	Slug       string
	Version    int16
	CreatedAt  time.Time
	ActiveFrom time.Time
	RetiredAt  *time.Time
}

// List returns the wrapped copies of the root key and the versions of every
// tenant's key, newest first.
func List(ctx context.Context, db *pg.DB) ([]Slot, []Version, error) {
	var versions []Version
	slots, err := pg.System(ctx, db, "keys", func(tx pg.Tx) ([]Slot, error) {
		slots, err := pg.Rows[Slot](tx, `select master_id, created_at, master_id = $1 as current from root_key
			order by created_at desc`, db.Master().ID())
		if err != nil {
			return nil, err
		}
		versions, err = pg.Rows[Version](tx, `select p.slug, k.version, k.created_at, k.active_from, k.retired_at
			from puskesmas_key k join puskesmas p on p.id = k.puskesmas_id where k.version > 0 order by p.slug,
			k.version desc`)
		return slots, err
	})
	return slots, versions, err
}

// RotateMaster wraps the root key by the current master key too; the old one
// stays valid. It returns false when there is nothing to do.
func RotateMaster(ctx context.Context, db *pg.DB, record Record) (bool, error) {
	m := db.Master()
	return pg.System(ctx, db, "keys", func(tx pg.Tx) (bool, error) {
		if _, err := tx.Exec(lockKeys); err != nil {
			return false, err
		}
		tag, err := tx.Exec(`insert into root_key (master_id, wrapped) values ($1, $2) on conflict do nothing`, m.ID(),
			m.WrapRoot())
		if err != nil || tag.RowsAffected() == 0 {
			return false, err
		}
		return true, record(tx, "key.rotate_master", map[string]string{"master_id": m.ID()})
	})
}

// RotateTenant creates the next version of a tenant's key, which seals after
// lead: each process must load it first.
func RotateTenant(ctx context.Context, db *pg.DB, puskesmas int16, lead time.Duration, record Record) (Version, error) {
	v, err := pg.System(ctx, db, "keys", func(tx pg.Tx) (Version, error) {
		if _, err := tx.Exec(lockKeys); err != nil {
			return Version{}, err
		}
		next, err := pg.Scalar[int16](tx, `select (max(version) + 1)::smallint from puskesmas_key
			where puskesmas_id = $1`, puskesmas)
		if err != nil {
			return Version{}, err
		}
		if next > crypt.LastVersion {
			return Version{}, fmt.Errorf("puskesmas %d has used all %d versions of its key", puskesmas,
				crypt.LastVersion)
		}
		v, err := pg.Row[Version](tx, `insert into puskesmas_key (puskesmas_id, version, wrapped, active_from)
			values ($1, $2, $3, clock_timestamp() + $4)
			returning version, created_at, active_from`, puskesmas, next, db.Keys().NewWrapped(puskesmas, next), lead)
		if err != nil {
			return v, err
		}
		return v, record(tx, "key.rotate_tenant", map[string]int16{"puskesmas_id": puskesmas, "version": next})
	})
	if err != nil {
		return v, err
	}
	return v, Open(ctx, db)
}

// ErrTooSoon is returned while a transaction that sealed under the old version
// may still be open.
var ErrTooSoon = errors.New("the new version seals since too short a time: something under the old one may still be on its way; try again later")

// Finish reseals everything of a tenant under the newest version of its key and
// removes older ones. A version used by the append-only audit trail is retired:
// it only opens the trail. grace is how long the newest version must have been
// active, longer than any request. Error: ErrTooSoon.
func Finish(ctx context.Context, db *pg.DB, puskesmas int16, columns []Column, blobs Blobs, grace time.Duration,
	record Record) (removed, retired int, err error) {
	if err := Open(ctx, db); err != nil {
		return 0, 0, err
	}
	newest, err := pg.System(ctx, db, "keys", func(tx pg.Tx) (Version, error) {
		return pg.Row[Version](tx, `select version, active_from from puskesmas_key where puskesmas_id = $1
			order by version desc limit 1`, puskesmas)
	})
	if err != nil {
		return 0, 0, err
	}
	if time.Since(newest.ActiveFrom) < grace {
		return 0, 0, ErrTooSoon
	}
	if _, err := Reseal(ctx, db, puskesmas, columns, blobs); err != nil {
		return 0, 0, err
	}
	_, err = pg.SystemFor(ctx, db, "keys", puskesmas, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		for _, c := range columns {
			left, err := pg.Scalar[int](tx, `select count(*) from `+c.Table+` where puskesmas_id = $1
				and length(`+c.Name+`) > 0 and get_byte(`+c.Name+`, 0) <> $2`, puskesmas, newest.Version)
			if err != nil {
				return none, err
			}
			if left > 0 {
				return none, fmt.Errorf("%d of %s.%s: %w", left, c.Table, c.Name, ErrTooSoon)
			}
		}
		const inTrail = `exists (select from audit_event e where e.puskesmas_id = k.puskesmas_id
			and length(e.change) > 0 and get_byte(e.change, 0) = k.version)`
		tag, err := tx.Exec(`delete from puskesmas_key k where puskesmas_id = $1 and version between 1 and $2 - 1
			and not `+inTrail, puskesmas, newest.Version)
		if err != nil {
			return none, err
		}
		removed = int(tag.RowsAffected())
		tag, err = tx.Exec(`update puskesmas_key k set retired_at = now() where puskesmas_id = $1 and version between 1
			and $2 - 1 and retired_at is null`, puskesmas, newest.Version)
		if err != nil {
			return none, err
		}
		retired = int(tag.RowsAffected())
		if removed+retired == 0 {
			return none, nil
		}
		return none, record(tx, "key.finish_tenant", map[string]int{"version": int(newest.Version), "removed": removed,
			"retired": retired})
	})
	return removed, retired, err
}

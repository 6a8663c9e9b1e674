package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/schema"
)

// recordKeys writes acts on keys to the audit trail: of the puskesmas where the
// transaction has one, otherwise of Dinkes.
func (a *App) recordKeys(tx pg.Tx, action string, after any) error {
	return a.Trail.Record(tx, audit.Event{Action: action, SubjectKind: "key", After: after})
}

// Keys lists the wrapped copies of the root key and the versions of the
// tenants' keys.
func (a *App) Keys(ctx context.Context) ([]keyring.Slot, []keyring.Version, error) {
	return keyring.List(ctx, a.DB)
}

// RotateMaster lets HOMECARE_MASTER_KEY open the database beside the old key.
// It returns false when it does already.
func (a *App) RotateMaster(ctx context.Context) (bool, error) {
	return keyring.RotateMaster(ctx, a.DB, a.recordKeys)
}

// FinishMaster removes every master key except HOMECARE_MASTER_KEY, as the
// owner role. Error: schema.ErrNotRotated.
func (a *App) FinishMaster(ctx context.Context) (int, error) {
	dbs, err := a.Config.Databases()
	if err != nil {
		return 0, err
	}
	if dbs.Owner == "" {
		return 0, errors.New("HOMECARE_DB_OWNER_URL is not set: only the owner role may shut a master key out")
	}
	n, err := schema.ShutOut(ctx, dbs.Owner, a.Master.ID())
	if err != nil || n == 0 {
		return n, err
	}
	_, err = pg.System(ctx, a.DB, "keys", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, a.recordKeys(tx, "key.finish_master", map[string]string{"master_id": a.Master.ID()})
	})
	return n, err
}

// RotateTenant makes a new version of a puskesmas's key, waits until it seals
// (lead), and reseals everything while the service runs. It returns the version
// and the number of resealed values.
func (a *App) RotateTenant(ctx context.Context, slug string, lead time.Duration) (int16, int, error) {
	id, err := a.tenant(ctx, slug)
	if err != nil {
		return 0, 0, err
	}
	v, err := keyring.RotateTenant(ctx, a.DB, id, lead, a.recordKeys)
	if err != nil {
		return 0, 0, err
	}
	select {
	case <-ctx.Done():
		return v.Version, 0, ctx.Err()
	case <-time.After(time.Until(v.ActiveFrom)):
	}
	n, err := keyring.Reseal(ctx, a.DB, id, SealedColumns(), a.blobs())
	return v.Version, n, err
}

// KeyGrace is how long a version must have sealed before older versions may be
// removed: longer than the longest request and import.
const KeyGrace = 15 * time.Minute

// FinishTenant reseals the rest under the newest version and removes the older
// versions. Versions that the audit trail uses are retired instead. Error:
// keyring.ErrTooSoon.
func (a *App) FinishTenant(ctx context.Context, slug string, grace time.Duration) (removed, retired int, err error) {
	id, err := a.tenant(ctx, slug)
	if err != nil {
		return 0, 0, err
	}
	return keyring.Finish(ctx, a.DB, id, SealedColumns(), a.blobs(), grace, a.recordKeys)
}

// SealedColumns are the columns sealed under a tenant's key, from the catalogue
// of data about persons. A test compares the catalogue with the schema.
func SealedColumns() []keyring.Column {
	var out []keyring.Column
	for _, h := range patient.Holdings {
		for _, c := range h.Sealed {
			out = append(out, keyring.Column{Table: h.Table, Name: c.Column, Place: c.Place})
		}
	}
	return out
}

func (a *App) blobs() blob.Store { return blob.NewLocal(a.Config.BlobDir) }

func (a *App) tenant(ctx context.Context, slug string) (int16, error) {
	ids, err := audit.Chains(ctx, a.DB, slug)
	if err != nil {
		return 0, fmt.Errorf("puskesmas %q: %w", slug, err)
	}
	if slug == "" || len(ids) != 1 {
		return 0, errors.New("which puskesmas? Name one, such as uren")
	}
	return ids[0], nil
}

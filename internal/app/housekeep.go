package app

import (
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/machine"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// KeepKeys is how many days an Idempotency-Key is kept. A phone can be offline
// for weeks; the API promises 45 days.
const KeepKeys = 60

// keepSessions is how many days an ended session stays readable.
const keepSessions = 90

// Housekeep removes expired data: Idempotency-Keys, long ended sessions, old
// sign-in attempts, devices not seen for long, files without a row. It also
// recounts the figures of the dashboards. It reads the wall clock and may run at
// any time.
func (a *App) Housekeep(ctx context.Context) error {
	tenants, err := pg.System(ctx, a.DB, "housekeeping", func(tx pg.Tx) ([]int16, error) {
		if _, err := tx.Exec(
			`delete from idempotency_key_district where created_at < now() - make_interval(days => $1)`,
			KeepKeys); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(`delete from session where coalesce(ended_at, expires_at) < now() -
			make_interval(days => $1)`, keepSessions); err != nil {
			return nil, err
		}
		if err := errors.Join(signin.Housekeep(tx), machine.HousekeepClients(tx)); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(`delete from account_link where expires_at < now() - make_interval(days => $1)`,
			keepSessions); err != nil {
			return nil, err
		}
		type tenant struct{ ID int16 }
		all, err := pg.Rows[tenant](tx, `select id from puskesmas order by id`)
		ids := make([]int16, len(all))
		for i, t := range all {
			ids[i] = t.ID
		}
		return ids, err
	})
	if err != nil {
		return err
	}
	for _, id := range tenants {
		if _, err := pg.SystemFor(ctx, a.DB, "housekeeping", id, func(tx pg.Tx) (struct{}, error) {
			_, err := tx.Exec(`delete from idempotency_key where puskesmas_id = $1
				and created_at < now() - make_interval(days => $2)`, id, KeepKeys)
			return struct{}{}, err
		}); err != nil {
			return err
		}
	}
	return errors.Join(a.checkFigures(ctx), a.sweep(ctx, tenants))
}

// checkFigures recounts the figures of the dashboards. A difference means that
// a change was not reported to the roll-up.
func (a *App) checkFigures(ctx context.Context) error {
	found, err := dashboard.Check(ctx, a.DB, clock.Now(ctx))
	a.untold.Store(int64(len(found)))
	for _, d := range found {
		a.Log.WarnContext(ctx, "a figure was stored otherwise than it counts, and is mended", "puskesmas", d.Puskesmas,
			"programme", d.Programme,
			"month", d.Month, "figure", d.Figure, "stored", d.Stored, "counted", d.Counted)
	}
	return err
}

// sweep removes files without a row.
func (a *App) sweep(ctx context.Context, tenants []int16) error {
	swept, err := attachment.Sweep(ctx, a.DB, a.blobs(), tenants, time.Now())
	if swept.Doubtful > 0 {
		a.Log.WarnContext(ctx,
			"most files belong to no attachment: nothing was removed; does HOMECARE_BLOB_DIR belong to this database?",
			"files", swept.Looked, "unknown", swept.Doubtful)
	}
	if swept.Removed > 0 {
		a.Log.InfoContext(ctx, "files without an attachment were removed", "files", swept.Looked, "removed",
			swept.Removed)
	}
	return err
}

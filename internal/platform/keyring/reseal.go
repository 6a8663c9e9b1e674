package keyring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Column is a column with seals of the tenant's key and the place to which each
// is bound, as SQL over the row. audit_event.change is excluded: the audit
// trail is append-only.
type Column struct{ Table, Name, Place string }

// attachmentPlace is the place to which the bytes of a file are bound.
func attachmentPlace(id string) string { return "attachment/" + id }

// Blobs are the sealed files.
type Blobs interface {
	Get(ctx context.Context, name string) ([]byte, error)
	// Replace replaces the bytes of a name atomically: a reader gets the old or
	// the new ones. A missing name is an error.
	Replace(ctx context.Context, name string, data []byte) error
}

// atOnce is the number of rows that one transaction reseals. It holds its locks
// for a few milliseconds.
const atOnce = 500

// Reseal reseals values of older versions of a tenant's key with the newest
// active one, in small transactions while the service runs, and returns the
// number of new seals.
func Reseal(ctx context.Context, db *pg.DB, puskesmas int16, columns []Column, blobs Blobs) (int, error) {
	total := 0
	for _, c := range columns {
		for {
			n, left, err := resealRows(ctx, db, puskesmas, c.Table, c.Name, c.Place)
			pe, ok := errors.AsType[*pgconn.PgError](err)
			switch {
			case ok && (pe.Code == "40P01" || pe.Code == "40001"): // another writer was first; nothing has changed
			case err != nil:
				return total, fmt.Errorf("reseal %s.%s: %w", c.Table, c.Name, err)
			}
			total += n
			if err == nil && !left {
				break
			}
			if n == 0 { // the remaining rows are locked by requests
				if err := pause(ctx, 50*time.Millisecond); err != nil {
					return total, err
				}
			}
		}
	}
	n, err := resealFiles(ctx, db, puskesmas, blobs)
	return total + n, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// resealRows reseals the rows of one transaction and says whether more remain.
func resealRows(ctx context.Context, db *pg.DB, puskesmas int16, table, column, place string) (n int, left bool,
	err error) {
	_, err = pg.SystemFor(ctx, db, "keys", puskesmas, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		keys, err := tx.Keys()
		if err != nil {
			return none, err
		}
		old := `puskesmas_id = $1 and length(` + column + `) > 0 and get_byte(` + column + `, 0) <> $2`
		type row struct {
			Place  string
			Sealed []byte
		}
		rows, err := pg.Rows[row](tx, `select `+place+` as place, `+column+` as sealed from `+table+` where `+old+
			` limit $3 for update skip locked`,
			puskesmas, keys.Version(), atOnce)
		if err != nil {
			return none, err
		}
		places, resealed := make([]string, len(rows)), make([][]byte, len(rows))
		for i, r := range rows {
			places[i] = r.Place
			if resealed[i], err = keys.Reseal(r.Place, r.Sealed); err != nil {
				return none, err
			}
		}
		if len(rows) > 0 {
			if _, err := tx.Exec(`update `+table+` t set `+column+` = u.sealed from unnest($2::text[], $3::bytea[]) as u
				(place, sealed)
				where t.puskesmas_id = $1 and `+place+` = u.place`, puskesmas, places, resealed); err != nil {
				return none, err
			}
		}
		n = len(rows)
		left, err = pg.Scalar[bool](tx, `select exists (select from `+table+` where `+old+`)`, puskesmas,
			keys.Version())
		return none, err
	})
	return n, left, err
}

func resealFiles(ctx context.Context, db *pg.DB, puskesmas int16, blobs Blobs) (int, error) {
	keys, err := db.Keys().For(puskesmas)
	if err != nil {
		return 0, err
	}
	total, after := 0, "00000000-0000-0000-0000-000000000000"
	for {
		type file struct{ ID string }
		files, err := pg.SystemFor(ctx, db, "keys", puskesmas, func(tx pg.Tx) ([]file, error) {
			return pg.Rows[file](tx, `select id from attachment where puskesmas_id = $1 and id > $2
				and shredded_at is null order by id limit $3`, puskesmas, after, atOnce)
		})
		if err != nil || len(files) == 0 {
			return total, err
		}
		for _, f := range files {
			after = f.ID
			done, err := resealFile(ctx, db, puskesmas, blobs, keys, f.ID)
			if err != nil {
				return total, fmt.Errorf("attachment %s: %w", f.ID, err)
			}
			if done {
				total++
			}
		}
	}
}

// resealFile reseals one file under the lock of its row. The shredder holds
// that lock while it removes the file, so a removed file is not written back.
func resealFile(ctx context.Context, db *pg.DB, puskesmas int16, blobs Blobs, keys crypt.Tenant, id string) (bool,
	error) {
	return pg.SystemFor(ctx, db, "keys", puskesmas, func(tx pg.Tx) (bool, error) {
		name, err := pg.Scalar[string](tx, `select blob from attachment where puskesmas_id = $1 and id = $2
			and shredded_at is null for update`, puskesmas, id)
		if errors.Is(err, fault.ErrNotFound) {
			return false, nil // shredded meanwhile
		}
		if err != nil {
			return false, err
		}
		was, err := blobs.Get(ctx, name)
		if err != nil {
			return false, err
		}
		resealed, err := keys.Reseal(attachmentPlace(id), was)
		if err != nil || bytes.Equal(resealed, was) {
			return false, err
		}
		return true, blobs.Replace(ctx, name, resealed)
	})
}

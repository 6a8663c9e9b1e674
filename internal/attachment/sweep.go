package attachment

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Bounds of a sweep.
const (
	sweepAge   = 24 * time.Hour // younger files may belong to an upload whose COMMIT is on its way
	sweepMost  = 1000           // files removed in one run
	sweepBatch = 500            // names in one query
	sweepDoubt = 20             // fewest unknown files whose share is judged
)

// Swept says what a sweep did, in files.
type Swept struct {
	Looked, Removed int
	// Doubtful counts the files without an attachment when they were more than half of
	// all. Nothing is removed then: store and database may not belong together (another
	// folder, an incomplete restore).
	Doubtful int
}

// Sweep removes the files of the store that no attachment of any puskesmas holds and that
// are older than a day: those of failed COMMITs. now is the time of the wall clock.
func Sweep(ctx context.Context, db *pg.DB, blobs blob.Store, puskesmas []int16, now time.Time) (Swept, error) {
	var s Swept
	var batch, orphans []string
	ask := func() error {
		left, err := unheld(ctx, db, puskesmas, batch)
		orphans, batch = append(orphans, left...), nil
		return err
	}
	err := blobs.List(ctx, func(name string, written time.Time) error {
		s.Looked++
		if now.Sub(written) < sweepAge {
			return nil
		}
		if batch = append(batch, name); len(batch) < sweepBatch {
			return nil
		}
		return ask()
	})
	if err == nil {
		err = ask()
	}
	if err != nil {
		return s, err
	}
	if n := len(orphans); n >= sweepDoubt && n > s.Looked/2 {
		s.Doubtful = n
		return s, nil
	}
	for _, name := range orphans[:min(len(orphans), sweepMost)] {
		if err := blobs.Delete(ctx, name); err != nil {
			return s, err
		}
		s.Removed++
	}
	return s, nil
}

// unheld returns the names that no attachment holds. An attachment whose file was shredded
// does not hold its name.
func unheld(ctx context.Context, db *pg.DB, puskesmas []int16, names []string) ([]string, error) {
	for _, id := range puskesmas {
		if len(names) == 0 {
			break
		}
		type file struct{ Name string }
		left, err := pg.SystemFor(ctx, db, "sweep files", id, func(tx pg.Tx) ([]file, error) {
			return pg.Rows[file](tx, `select n as name from unnest($2::text[]) n
				where not exists (select from attachment a where a.puskesmas_id = $1 and a.blob = n
					and a.shredded_at is null)`, id, names)
		})
		if err != nil {
			return nil, err
		}
		names = names[:0]
		for _, f := range left {
			names = append(names, f.Name)
		}
	}
	return names, nil
}

package retention_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/retention"
)

// hooked is a blob store that does something after a read.
type hooked struct {
	blob.Store
	read func()
}

func (h hooked) Get(ctx context.Context, name string) ([]byte, error) {
	b, err := h.Store.Get(ctx, name)
	h.read()
	return b, err
}

// TestRotationWritesNoShreddedFileBack: the record's file is shredded after a
// rotation of keys has read it and before it writes it. The file is gone after
// both.
func TestRotationWritesNoShreddedFileBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.age(t, time.Hour)
	_, err := w.koordinator.ProposeDestruction(ctx, w.patient.ID, w.version(t), why)
	if err == nil {
		_, err = w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t), why)
	}
	if err != nil {
		t.Fatal(err)
	}
	tenant := w.PuskesmasID(t, "uren")
	if _, err := keyring.RotateTenant(ctx, w.App.DB, tenant, 0, func(pg.Tx, string, any) error {
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var name string
	w.Database.Row(t, `select blob from attachment where subject_id = $1`, []any{w.patient.ID}, &name)
	store := blob.NewLocal(w.App.Config.BlobDir)
	if _, err := store.Get(ctx, name); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	shredded := make(chan error, 1)
	reading := hooked{store, func() {
		once.Do(func() {
			go func() {
				shredded <- retention.Handler(w.App.DB, store)(ctx,
					job.Event{PuskesmasID: tenant, SubjectID: w.patient.ID})
			}()
			// It is done, or it waits for the rotation's lock.
			waits(t, func() bool { return len(shredded) > 0 || locked(t, w) })
		})
	}}
	if n, err := keyring.Reseal(ctx, w.App.DB, tenant, app.SealedColumns(), reading); err != nil || n == 0 {
		t.Fatalf("%d seals, %v", n, err)
	}
	select {
	case err := <-shredded:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the file was not read, or the shredder hangs")
	}
	if _, err := store.Get(ctx, name); !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("the shredded file is there again: %v", err)
	}
	var left int
	w.Database.Row(t, `select count(*) from attachment where blob = $1 and shredded_at is null`, []any{name}, &left)
	if left != 0 {
		t.Error("the row says that the file is there")
	}
}

// locked says whether a transaction waits for a lock in the test's database.
func locked(t *testing.T, w *world) bool {
	var n int
	w.Database.Row(t, `select count(*) from pg_stat_activity where datname = current_database()
		and wait_event_type = 'Lock'`, nil, &n)
	return n > 0
}

func waits(t *testing.T, until func() bool) {
	t.Helper()
	for range 400 {
		if until() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Error("nothing happened in ten seconds")
}

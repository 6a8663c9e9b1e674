//go:build sabotage

// Package missed_changes measures: a reader that follows the changes of a puskesmas by their
// numbers misses none and sees none twice, while many writers commit slowly. Its control
// numbers a change when it is written, as a sequence does.
package missed_changes

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/change"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
)

const (
	writers = 12
	tenant  = 5
)

// Promise is SYN-1.
var Promise = promise.Promise{ID: "SYN-1", Promised: "12 writers with slow commits, one reader: 0 missed, 0 doubled",
	Measure: func(t *testing.T) promise.Result { return measure(t, 250, "") },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 60, early) }},
	Short: &promise.Promise{ID: "SYN-1", Promised: "12 writers with slow commits, one reader: 0 missed, 0 doubled",
		Measure: func(t *testing.T) promise.Result { return measure(t, 40, "") },
		Control: promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 40, early) }}}}

// early takes the number with the write and without a lock.
const early = `drop trigger patient_change on patient;
	create sequence early_n;
	alter table change_counter rename to change_counter_of_before;
	create view change_counter as select id as puskesmas_id, (select last_value from early_n) as n from puskesmas;
	grant select on change_counter, early_n to homecare_system;
	create function tell_early() returns trigger language plpgsql security definer as $$
	begin
		insert into public.change values (new.puskesmas_id, 'patient', new.id, new.id, nextval('public.early_n'));
		return null;
	end $$;
	create trigger patient_early after insert on patient for each row execute function tell_early()`

func measure(t *testing.T, each int, fault string) promise.Result {
	s := apitest.New(t)
	if fault != "" {
		s.Database.Exec(t, fault)
	}
	// The first reading is of everything, and the writers begin after it.
	first := change.Reader{Name: "test", Read: func(pg.Tx, []string) error { return nil }}
	if _, err := first.Follow(t.Context(), s.App.DB); err != nil {
		t.Fatal(err)
	}
	var committed sync.Map
	var count, rolledBack atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			c, err := pgx.Connect(t.Context(), s.Database.Admin())
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = c.Close(context.Background()) }()
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for range each {
				ids, err := write(t.Context(), c, r)
				if err != nil {
					t.Error(err)
					return
				}
				if len(ids) == 0 {
					rolledBack.Add(1)
				}
				for _, id := range ids {
					committed.Store(id, true)
					count.Add(1)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen := read(t, s, done)
	missed, doubled := 0, 0
	committed.Range(func(id, _ any) bool {
		switch n := seen[id.(string)]; {
		case n == 0:
			missed++
		case n > 1:
			doubled++
		}
		return true
	})
	return promise.Result{Measured: fmt.Sprintf("%d missed, %d doubled of %d records, %d transactions rolled back",
		missed, doubled, count.Load(), rolledBack.Load()),
		Kept: missed == 0 && doubled == 0 && count.Load() > int64(each)*writers/2 && rolledBack.Load() > 0}
}

// write registers one to three persons in a transaction that takes its time, and sometimes
// rolls back. It returns what was committed.
func write(ctx context.Context, c *pgx.Conn, r *rand.Rand) ([]string, error) {
	tx, err := c.Begin(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for range 1 + r.IntN(3) {
		id := uuid.NewString()
		ids = append(ids, id)
		if _, err := tx.Exec(ctx, `insert into patient (puskesmas_id, id, name, sex, key_wrapped, identity_sealed)
			values ($1, $2, 'Uji', 'female', '', '')`, tenant, id); err != nil {
			return nil, err
		}
		time.Sleep(time.Duration(r.IntN(4)) * time.Millisecond)
	}
	if r.IntN(20) == 0 {
		time.Sleep(60 * time.Millisecond)
	}
	if r.IntN(10) == 0 {
		return nil, tx.Rollback(ctx)
	}
	return ids, tx.Commit(ctx)
}

// read follows the changes until the writers are done, and counts how often it saw each.
func read(t *testing.T, s *apitest.Server, done <-chan struct{}) map[string]int {
	seen := map[string]int{}
	reader := change.Reader{Name: "test", Read: func(_ pg.Tx, persons []string) error {
		for _, id := range persons {
			seen[id]++
		}
		return nil
	}}
	for ended := false; ; {
		n, err := reader.Follow(t.Context(), s.App.DB)
		switch {
		case err != nil:
			t.Fatal(err)
		case n > 0:
			continue
		case ended:
			return seen
		}
		select {
		case <-done:
			ended = true
		case <-time.After(time.Millisecond):
		}
	}
}

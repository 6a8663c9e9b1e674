package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestOutbox: committed events are handled, even if the first attempt fails.
// Rolled-back events never are.
func TestOutbox(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	p, err := s.App.Tokens.Verify(t.Context(), s.As(t, "petugas1.uren").Tokens().AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	ctx := auth.With(t.Context(), p)
	boom := errors.New("boom")
	emit := func(kind string, fail error) {
		_, err := pg.Tenant(ctx, s.App.DB, func(tx pg.Tx) (int, error) {
			if err := outbox.Emit(tx, outbox.Event{Kind: kind, Body: map[string]string{"month": "2026-11"}}); err !=
				nil {
				return 0, err
			}
			return 0, fail
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
	}
	var tries, never atomic.Int64
	done := make(chan job.Event, 10)
	r, err := job.New(s.App.DB.SystemPool(), map[string]job.Handler{
		"test.kept": func(_ context.Context, e job.Event) error {
			if tries.Add(1) == 1 {
				return boom // River tries again
			}
			done <- e
			return nil
		},
		"test.rolled_back": func(context.Context, job.Event) error { never.Add(1); return nil },
	}, nil, func(context.Context) error { return nil }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	emit("test.kept", nil)
	emit("test.rolled_back", boom)
	emit("test.nobody_listens", nil)
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Stop(context.Background()) })
	select {
	case e := <-done:
		if e.PuskesmasID != 12 || e.Body["month"] != "2026-11" || tries.Load() != 2 || never.Load() != 0 {
			t.Fatalf("%+v after %d tries, %d that never should", e, tries.Load(), never.Load())
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the event was not worked off")
	}
	var left int
	s.Database.Row(t, `select count(*) from outbox where kind like 'test.%'`, nil, &left)
	if left != 0 {
		t.Fatalf("%d rows left in the outbox", left)
	}
}

// TestCovered: an event covered by a waiting job makes no second job. A running
// job may have read already and covers nothing.
func TestCovered(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	never := func(context.Context, job.Event) error { return nil }
	r, err := job.New(s.App.DB.SystemPool(), map[string]job.Handler{"test.month": never, "test.mail": never},
		map[string]job.Covers{"test.month": func(waiting, told job.Event) bool {
			return waiting.Body["month"] <= told.Body["month"]
		}},
		func(context.Context) error { return nil }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	tell := func(user, kind string, months ...string) {
		t.Helper()
		p, err := s.App.Tokens.Verify(t.Context(), s.As(t, user).Tokens().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range months {
			if _, err := pg.Tenant(auth.With(t.Context(), p), s.App.DB, func(tx pg.Tx) (int, error) {
				return 0, outbox.Emit(tx, outbox.Event{Kind: kind, Body: map[string]string{"month": m}})
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	jobs := func(what, want string) {
		t.Helper()
		if _, err := r.Move(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got string
		s.Database.Row(t, `select coalesce(string_agg(x, ', ' order by x collate "C"), '')
			from (select concat_ws(' ', args ->> 'puskesmas_id',
			args ->> 'kind', args -> 'body' ->> 'month') x from river.river_job where args ->> 'kind' like 'test.%')
			j`, nil, &got)
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	tell("petugas1.uren", "test.month", "2026-03", "2026-02", "2026-05")
	tell("petugas1.uren", "test.mail", "2026-03", "2026-03")
	tell("petugas1.juai", "test.month", "2026-04")
	jobs("told at once", "12 test.mail 2026-03, 12 test.mail 2026-03, 12 test.month 2026-02, 8 test.month 2026-04")
	tell("petugas1.uren", "test.month", "2026-06")
	jobs("one waits", "12 test.mail 2026-03, 12 test.mail 2026-03, 12 test.month 2026-02, 8 test.month 2026-04")
	tell("petugas1.uren", "test.month", "2026-01")
	jobs("an earlier one",
		"12 test.mail 2026-03, 12 test.mail 2026-03, 12 test.month 2026-01, 12 test.month 2026-02, 8 test.month 2026-04")
	s.Database.Exec(t, `update river.river_job set state = 'running', attempted_at = now()`)
	tell("petugas1.uren", "test.month", "2026-06")
	jobs("they run",
		"12 test.mail 2026-03, 12 test.mail 2026-03, 12 test.month 2026-01, 12 test.month 2026-02, 12 test.month 2026-06, 8 test.month 2026-04")
}

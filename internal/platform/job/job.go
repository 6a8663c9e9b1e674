// Package job runs the work in the outbox on River: after the commit, retried
// until it succeeds, visible in River's tables.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/balangan/homecare/internal/schema"
)

// Event is one outbox row for a handler.
type Event struct {
	OutboxID    string            `json:"outbox_id"`
	PuskesmasID int16             `json:"puskesmas_id"`
	EventKind   string            `json:"kind"`
	SubjectID   string            `json:"subject_id,omitempty"`
	Body        map[string]string `json:"body,omitempty"`
}

// Kind names the job in River's tables.
func (Event) Kind() string { return "outbox_event" }

// Handler does the work of one kind of event. It may run more than once for the
// same event and must be idempotent.
type Handler func(context.Context, Event) error

// Covers says whether the work of a waiting event includes that of another,
// which then needs no job.
type Covers func(waiting, told Event) bool

// Runner moves outbox rows into the queue and runs the jobs.
type Runner struct {
	pool     *pgxpool.Pool
	client   *river.Client[pgx.Tx]
	handlers map[string]Handler
	covers   map[string]Covers
	log      *slog.Logger
	poll     time.Duration
	// Followers run at every poll, each on its own: workers that look for what changed. They
	// say how much they did.
	Followers []func(context.Context) (int, error)
	running   sync.WaitGroup
	cancel    context.CancelFunc
}

type worker struct {
	river.WorkerDefaults[Event]
	handlers map[string]Handler
}

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, j *river.Job[Event]) error {
	h, ok := w.handlers[j.Args.EventKind]
	if !ok {
		return nil // no handler for this kind
	}
	return h(ctx, j.Args)
}

// Timeout implements river.Worker.
func (w *worker) Timeout(*river.Job[Event]) time.Duration { return 2 * time.Minute }

// Daily is the job of the daily housekeeping.
type Daily struct{}

// Kind names the job in River's tables.
func (Daily) Kind() string { return "daily" }

type dailyWorker struct {
	river.WorkerDefaults[Daily]
	do func(context.Context) error
}

// Work implements river.Worker.
func (w *dailyWorker) Work(ctx context.Context, _ *river.Job[Daily]) error { return w.do(ctx) }

// Timeout implements river.Worker.
func (w *dailyWorker) Timeout(*river.Job[Daily]) time.Duration { return 10 * time.Minute }

// New returns a runner on the system role's pool, with handlers by event kind,
// the events of a kind that cover others, and the work to do daily and at
// start. Of several processes one does the daily work: River elects it.
func New(pool *pgxpool.Pool, handlers map[string]Handler, covers map[string]Covers, daily func(context.Context) error,
	log *slog.Logger) (*Runner, error) {
	ws := river.NewWorkers()
	if err := errors.Join(river.AddWorkerSafely(ws, &worker{handlers: handlers}),
		river.AddWorkerSafely(ws, &dailyWorker{do: daily})); err != nil {
		return nil, err
	}
	c, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema: schema.QueueSchema, Workers: ws, Logger: log,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return Daily{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true})},
		// The default cooldown of 100 ms limits a queue to 200 jobs a second
		// (measured).
		FetchCooldown: 20 * time.Millisecond, FetchPollInterval: 500 * time.Millisecond,
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &Runner{pool: pool, client: c, handlers: handlers, covers: covers, log: log, poll: 200 * time.Millisecond},
		nil
}

// Start starts the work in the background until Stop.
func (r *Runner) Start(ctx context.Context) error {
	ctx, r.cancel = context.WithCancel(ctx)
	if err := r.client.Start(ctx); err != nil {
		return err
	}
	r.running.Go(func() { r.repeat(ctx, "outbox", batch, r.Move) })
	for _, follow := range r.Followers {
		r.running.Go(func() { r.repeat(ctx, "follower", 1, follow) })
	}
	return nil
}

// Stop waits for the running jobs and returns.
func (r *Runner) Stop(ctx context.Context) error {
	if r.cancel == nil {
		return nil
	}
	err := r.client.Stop(ctx)
	r.cancel()
	r.running.Wait()
	return err
}

// CatchUp runs the followers once until nothing is left to do.
func (r *Runner) CatchUp(ctx context.Context) error {
	for _, follow := range r.Followers {
		for {
			n, err := follow(ctx)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
	}
	return nil
}

// repeat does the work at every poll, and again at once while it does as much as enough.
func (r *Runner) repeat(ctx context.Context, what string, enough int, work func(context.Context) (int, error)) {
	t := time.NewTicker(r.poll)
	defer t.Stop()
	for {
		n, err := work(ctx)
		if err != nil && !errors.Is(err, context.Canceled) {
			r.log.WarnContext(ctx, what+": failed, will try again", "err", err.Error())
		}
		if err == nil && n >= enough {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

const batch = 500

// Move turns up to 500 outbox rows into jobs in one transaction and returns
// their number. Two processes never take the same row.
func (r *Runner) Move(ctx context.Context) (int, error) {
	var n int
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `delete from outbox o using (
				select puskesmas_id, id from outbox order by created_at limit $1 for update skip locked) d
			where o.puskesmas_id = d.puskesmas_id and o.id = d.id
			returning o.id, o.puskesmas_id, o.kind, coalesce(o.subject_id::text, ''), o.body`, batch)
		if err != nil {
			return err
		}
		events, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
			return e, row.Scan(&e.OutboxID, &e.PuskesmasID, &e.EventKind, &e.SubjectID, &e.Body)
		})
		if err != nil || len(events) == 0 {
			return err
		}
		n = len(events)
		if events, err = r.uncovered(ctx, tx, events); err != nil || len(events) == 0 {
			return err
		}
		params := make([]river.InsertManyParams, len(events))
		for i, e := range events {
			params[i] = river.InsertManyParams{Args: e}
		}
		_, err = r.client.InsertManyFastTx(ctx, tx, params)
		return err
	})
	return n, err
}

// uncovered removes events whose work another event or a waiting job does. Such a
// job starts after these events were read, so it sees what was committed with
// them.
func (r *Runner) uncovered(ctx context.Context, tx pgx.Tx, told []Event) ([]Event, error) {
	var kinds []string
	for _, e := range told {
		if r.covers[e.EventKind] != nil && !slices.Contains(kinds, e.EventKind) {
			kinds = append(kinds, e.EventKind)
		}
	}
	if len(kinds) == 0 {
		return told, nil
	}
	rows, err := tx.Query(ctx, `select args from `+schema.QueueSchema+`.river_job
		where state in ('available', 'scheduled', 'retryable') and args ->> 'kind' = any($1)`, kinds)
	if err != nil {
		return nil, err
	}
	waiting, err := pgx.CollectRows(rows, pgx.RowTo[Event])
	if err != nil {
		return nil, err
	}
	does := func(a, b Event) bool {
		covers := r.covers[b.EventKind]
		return covers != nil && a.EventKind == b.EventKind && a.PuskesmasID == b.PuskesmasID && covers(a, b)
	}
	var kept []Event
	for _, e := range told {
		by := func(a Event) bool { return does(a, e) }
		if slices.ContainsFunc(waiting, by) || slices.ContainsFunc(kept, by) {
			continue
		}
		kept = append(slices.DeleteFunc(kept, func(k Event) bool { return does(e, k) }), e)
	}
	return kept, nil
}

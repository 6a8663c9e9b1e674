package pg

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrBusy is returned when no connection became free in time. The work has not
// begun, and the same request may be sent again.
var ErrBusy = fault.Define(fault.Unavailable, "service.busy",
	"Layanan sedang sangat sibuk. Data Anda belum tersimpan; tunggu sebentar, lalu kirim lagi.",
	"The service is very busy right now. Nothing was saved; wait a moment, then send again.").
	Hint("repeat the request with the same Idempotency-Key")

// maxWait is the default time for which a request waits for a connection.
const maxWait = 5 * time.Second

// errWaited is the cause of a wait that timed out.
var errWaited = errors.New("pg: no connection became free in time")

// fair shares a pool: one tenant holds at most share of its connections, so one
// busy tenant does not block others. A zero share means no limit.
type fair struct {
	share int
	wait  time.Duration

	mu    sync.Mutex
	seats map[int16]chan struct{} // one per held connection; one entry per tenant
}

func newFair(maxConns int32, wait time.Duration) *fair {
	if wait <= 0 {
		wait = maxWait
	}
	return &fair{share: int(max(1, maxConns/2)), wait: wait, seats: map[int16]chan struct{}{}}
}

// sit acquires a slot of the tenant. leave releases it.
func (f *fair) sit(ctx context.Context, tenant int16) (leave func(), err error) {
	if f.share == 0 || tenant == 0 {
		return func() {}, nil
	}
	f.mu.Lock()
	seats, ok := f.seats[tenant]
	if !ok {
		seats = make(chan struct{}, f.share)
		f.seats[tenant] = seats
	}
	f.mu.Unlock()
	select {
	case seats <- struct{}{}:
		return func() { <-seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// patience is ctx with the time limit for the wait for a connection.
func (p *pool) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, p.fair.wait, errWaited)
}

// waited turns the timeout of that wait into ErrBusy and returns other errors
// unchanged.
func waited(waiting context.Context, err error) error {
	if errors.Is(context.Cause(waiting), errWaited) {
		return ErrBusy.Because(err)
	}
	return translate(err, true)
}

// take acquires a connection of the pool for the tenant. release releases
// connection and slot.
func (p *pool) take(ctx context.Context, tenant int16) (c *sql.Conn, release func(), err error) {
	waiting, cancel := p.patience(ctx)
	defer cancel()
	leave, err := p.fair.sit(waiting, tenant)
	if err != nil {
		return nil, nil, waited(waiting, err)
	}
	c, err = p.sql.Conn(waiting)
	if err != nil {
		leave()
		return nil, nil, waited(waiting, err)
	}
	return c, func() { _ = c.Close(); leave() }, nil
}

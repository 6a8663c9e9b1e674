package app

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// linger is how long a stopping process keeps idle connections open, so that
// their clients hear "Connection: close" with an answer instead of finding the
// line dead under a request.
const linger = 2 * time.Second

// drain ends the connections of a server politely.
type drain struct {
	stopping atomic.Bool
	open     atomic.Int64 // connections
}

// watch counts connections; it is an http.Server's ConnState.
func (d *drain) watch(_ net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		d.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		d.open.Add(-1)
	}
}

// handler says with each answer of a stopping process that the connection
// ends here.
func (d *drain) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// wait returns when no connection is open any more, or after linger.
func (d *drain) wait(ctx context.Context) {
	d.stopping.Store(true)
	end := time.After(linger)
	for d.open.Load() > 0 {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-end:
			return
		case <-ctx.Done():
			return
		}
	}
}

package app

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// linger is how long a stopping process keeps idle connections open. Their
// clients then get "Connection: close" with an answer instead of a connection
// that closes during a request.
const linger = 2 * time.Second

// drain closes the connections of a server without breaking requests.
type drain struct {
	stopping atomic.Bool
	open     atomic.Int64 // connections
}

// watch counts connections. It is an http.Server's ConnState.
func (d *drain) watch(_ net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		d.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		d.open.Add(-1)
	}
}

// handler adds "Connection: close" to each answer of a stopping process.
func (d *drain) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// wait returns when no connection is open, or after linger.
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

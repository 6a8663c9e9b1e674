package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/signin"
)

// Serve answers requests at the configured address or at the socket that a
// supervisor passes (listen), and runs the jobs if configured. It returns after
// ctx ends and running work is finished, after Config.Grace at the latest.
// ready, if given, is called with the bound address.
func (a *App) Serve(ctx context.Context, ready func(addr string)) error {
	if a.Config.Memory > 0 {
		debug.SetMemoryLimit(int64(a.Config.Memory) << 20)
	}
	// Half as many collections for some 20 MB at full load. An operator's GOGC stands.
	if was := debug.SetGCPercent(200); was != 100 {
		debug.SetGCPercent(was)
	}
	// Without its spool, nothing about a person may be shown.
	if err := a.Access.Open(); err != nil {
		return err
	}
	l, err := listen(ctx, a.Config.Addr)
	if err != nil {
		return err
	}
	// Closed twice: here to leave new connections to a successor, and by the
	// server's Shutdown.
	closeOnce := sync.OnceValue(l.Close)
	l = closing{l, closeOnce}
	var d drain
	srv := &http.Server{
		Handler:           d.handler(a.Handler),
		ConnState:         d.watch,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       2 * time.Minute,  // a photo over a slow line; most routes wait less (package rest)
		WriteTimeout:      10 * time.Minute, // an import of a large file; each request has its own limit
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	metrics := &http.Server{Addr: a.Config.MetricsAddr, Handler: a.Metrics.Handler(),
		ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	if a.Config.MetricsAddr != "" {
		go a.serveMetrics(ctx, metrics)
	}
	go keyring.Watch(ctx, a.DB, keyring.Poll, a.Log)
	go signin.WatchKeys(ctx, a.DB, a.Tokens, a.Master, signin.PollKeys, a.Log)
	go a.machine.Run(ctx, a.Log)
	// Jobs outlive ctx. They are stopped in order below.
	if a.Config.Workers {
		if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
			return errors.Join(err, srv.Close())
		}
		go a.Sealer.Run(ctx)
	}
	if ready != nil {
		ready(l.Addr().String())
	}
	tell(ctx, "READY=1")
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	a.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Grace)
	defer cancel()
	tell(grace, "STOPPING=1")
	_ = closeOnce() // from here on a successor on the same socket takes all new connections
	d.wait(grace)
	err = errors.Join(err, srv.Shutdown(grace), metrics.Shutdown(grace))
	if a.Config.Workers {
		err = errors.Join(err, a.Jobs.Stop(grace))
	}
	return err
}

// closing is a listener with its own Close.
type closing struct {
	net.Listener
	close func() error
}

// Close implements net.Listener.
func (c closing) Close() error { return c.close() }

// serveMetrics serves the operator's address. It retries while a stopping
// predecessor still holds the address.
func (a *App) serveMetrics(ctx context.Context, srv *http.Server) {
	for warned := false; ; {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", srv.Addr)
		if err == nil {
			err = srv.Serve(l)
		}
		if errors.Is(err, http.ErrServerClosed) || ctx.Err() != nil {
			return
		}
		if !warned {
			a.Log.Warn("metrics are not served yet", "err", err.Error())
			warned = true
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// Work runs the jobs only, until ctx ends.
func (a *App) Work(ctx context.Context) error {
	if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	go a.Sealer.Run(ctx)
	go keyring.Watch(ctx, a.DB, keyring.Poll, a.Log)
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Grace)
	defer cancel()
	return a.Jobs.Stop(grace)
}

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Serve answers requests at the configured address, runs the jobs when told
// to, and returns after ctx ends and what was begun is finished: at most
// Config.Grace. ready, when given, is called with the bound address.
func (a *App) Serve(ctx context.Context, ready func(addr string)) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.Config.Addr)
	if err != nil {
		return fmt.Errorf("HOMECARE_ADDR: %w", err)
	}
	srv := &http.Server{
		Handler:           a.Handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       2 * time.Minute,  // a photo over a weak line
		WriteTimeout:      10 * time.Minute, // an import of a large file; each request has its own limit
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	metrics := &http.Server{Addr: a.Config.MetricsAddr, Handler: a.Metrics.Handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 2)
	go func() { failed <- srv.Serve(l) }()
	if a.Config.MetricsAddr != "" {
		go func() {
			if err := metrics.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				a.Log.Warn("metrics are not served", "err", err.Error())
			}
		}()
	}
	// Jobs outlive ctx: they are stopped in order below.
	if a.Config.Workers {
		if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
			return errors.Join(err, srv.Close())
		}
	}
	if ready != nil {
		ready(l.Addr().String())
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = nil
	}
	a.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Grace)
	defer cancel()
	err = errors.Join(err, srv.Shutdown(grace), metrics.Shutdown(grace))
	if a.Config.Workers {
		err = errors.Join(err, a.Jobs.Stop(grace))
	}
	return err
}

// Work runs the jobs only, until ctx ends.
func (a *App) Work(ctx context.Context) error {
	if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Grace)
	defer cancel()
	return a.Jobs.Stop(grace)
}

package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// profile writes where one phase of load of the product spends its time: <row>.pprof, the
// processor's profile of the server, and <row>.txt, PostgreSQL's statements (also those
// of triggers and functions) by their planning and execution. Its rate does not count:
// to watch costs time.
func (o Options) profile(ctx context.Context, w *world, k kind, product *child) error {
	name := filepath.Join(o.Profile, fmt.Sprintf("%dx %s, %d clients", w.scale, k.name, k.clients))
	if _, err := w.wal.Exec(ctx, `create extension if not exists pg_stat_statements`); err != nil {
		return err
	}
	if _, err := w.wal.Exec(ctx, `select pg_stat_statements_reset()`); err != nil {
		return err
	}
	took := make(chan error, 1)
	go func() {
		time.Sleep(o.Warmup)
		b, err := product.look(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, int(o.Measure.Seconds()))))
		if err == nil {
			err = os.WriteFile(name+".pprof", b, 0o644)
		}
		took <- err
	}()
	m, err := drive(ctx, w.meter(product), k.clients, o.Warmup, o.Measure+time.Second, 0,
		func(client int, r *random) request { return k.product(w, client, r) })
	if err2 := <-took; err == nil {
		err = err2
	}
	if err != nil {
		return err
	}
	f, err := os.Create(name + ".txt")
	if err != nil {
		return err
	}
	rows, err := w.wal.Query(ctx, `select toplevel, calls, total_plan_time, total_exec_time, wal_bytes::float8, rows,
		query from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
		order by total_plan_time + total_exec_time desc limit 80`)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%.0f requests a second\n  top   calls  plan us  exec us  wal  rows  ms in all\n", m.rate)
	for rows.Next() && err == nil {
		var top bool
		var calls, n int64
		var plan, exec, wal float64
		var query string
		if err = rows.Scan(&top, &calls, &plan, &exec, &wal, &n, &query); err == nil {
			c := float64(calls)
			_, err = fmt.Fprintf(f, "%5t %7d %8.0f %8.0f %4.0f %5.1f %10.0f  %.900s\n", top, calls, plan*1000/c,
				exec*1000/c, wal/c, float64(n)/c, plan+exec, strings.Join(strings.Fields(query), " "))
		}
	}
	if err == nil {
		err = rows.Err()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}

//go:build sabotage

// Package shared_pool measures: sixty-four clients on a pool of four connections,
// of which many disconnect during the request and many hit a panic, never see what
// another puskesmas left on a connection.
package shared_pool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
)

// Promise is ISO-5. The control sets the tenant for the session instead of the
// transaction. It needs fewer requests to fail reliably.
var Promise = promise.Promise{ID: "ISO-5",
	Promised: "64 clients over a pool of 4 with cancels and panics, 50,000 requests: 0 leaks",
	Measure:  func(t *testing.T) promise.Result { return measure(t, 50_000, "") },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, 2000, forTheSession) }}}

// forTheSession rewrites enter so that its settings outlive the transaction.
const forTheSession = `do $$ begin execute replace(pg_get_functiondef('enter'::regproc), ', true)', ', false)'); end $$`

const (
	clients = 64
	pool    = 4
)

// seen is the state that a handler finds on its connection.
type seen struct {
	Setting string `json:"setting"` // the tenant of row-level security
	Rows    []int  `json:"rows"`    // tenants of the rows that it sees
}

// leaks counts what one puskesmas left for another.
type leaks struct {
	dirty   atomic.Int64 // connections that came from the pool with a transaction or a tenant
	foreign atomic.Int64 // answers with another tenant's setting or rows
	missing atomic.Int64 // answers without the caller's own rows
}

func measure(t *testing.T, requests int, sabotage string) promise.Result {
	var found leaks
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.PoolSize = pool }),
		apitest.Pools(func(c *pg.Config) {
			c.Configure = func(role string, pc *pgxpool.Config) {
				if role == "app" {
					pc.PrepareConn = func(ctx context.Context, c *pgx.Conn) (bool, error) {
						found.look(ctx, c)
						return true,
							nil
					}
				}
			}
		}))
	s.Database.Exec(t, `insert into household (puskesmas_id, id) select p.id, gen_random_uuid() from puskesmas p,
		generate_series(1, p.id)`)
	if sabotage != "" {
		s.Database.Exec(t, sabotage)
	}
	edge := httptest.NewServer(s.App.Mount(routes(s.App.DB)))
	t.Cleanup(edge.Close)
	var who []caller
	for _, slug := range []string{"paringin", "paringin-selatan", "batumandi", "lampihong", "tanah-habang", "lok-batu",
		"awayan", "juai"} {
		c := s.As(t, "petugas1."+slug)
		p, err := s.App.Tokens.Verify(t.Context(), c.Tokens().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		who = append(who, caller{c.Tokens().AccessToken, p.PuskesmasID})
	}
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	var next, good, gone, panics, other atomic.Int64
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			me := who[n%len(who)]
			for i := next.Add(1); i <= int64(requests); i = next.Add(1) {
				switch code, got := me.ask(t.Context(), transport, edge.URL); {
				case code == 0:
					gone.Add(1)
				case code == http.StatusInternalServerError:
					panics.Add(1)
				case code == http.StatusOK:
					good.Add(1)
					found.judge(me, got)
				default:
					other.Add(1)
				}
			}
		})
	}
	wg.Wait()
	transport.CloseIdleConnections()
	// Afterwards every connection is returned and clean.
	end := time.Now().Add(5 * time.Second)
	for s.App.DB.Stat().AcquiredConns() > 0 && time.Now().Before(end) {
		time.Sleep(20 * time.Millisecond)
	}
	stat := s.App.DB.Stat()
	for _, me := range who {
		code, got := me.get(t.Context(), http.DefaultTransport, edge.URL+"/v1/probe/fine")
		if code != http.StatusOK {
			other.Add(1)
		}
		found.judge(me, got)
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d clients over %d connections, %d requests: %d answered, %d went away, %d panics, %d others; %d foreign answers, %d incomplete, %d of %d connections dirty; %d still held",
			clients, stat.MaxConns(), requests, good.Load(), gone.Load(), panics.Load(), other.Load(),
			found.foreign.Load(), found.missing.Load(), found.dirty.Load(), stat.AcquireCount(), stat.AcquiredConns()),
		Kept: found.foreign.Load() == 0 && found.missing.Load() == 0 && found.dirty.Load() == 0 && other.Load() == 0 &&
			stat.AcquiredConns() == 0 && stat.MaxConns() == pool &&
			good.Load() > int64(requests/4) && gone.Load() > int64(requests/50) && panics.Load() > int64(requests/50),
	}
}

// look compares a connection that leaves the pool with a new one.
func (l *leaks) look(ctx context.Context, c *pgx.Conn) {
	if c.PgConn().TxStatus() != 'I' {
		l.dirty.Add(1)
		return
	}
	var left string
	err := c.QueryRow(ctx, `select coalesce(current_setting('app.puskesmas_id', true), '') ||
		coalesce(current_setting('app.user_id', true), '')`).Scan(&left)
	if err == nil && left != "" {
		l.dirty.Add(1)
	}
}

func (l *leaks) judge(me caller, got seen) {
	if got.Setting != fmt.Sprint(me.puskesmas) {
		l.foreign.Add(1)
	}
	for _, tenant := range got.Rows {
		if tenant != int(me.puskesmas) {
			l.foreign.Add(1)
		}
	}
	if len(got.Rows) != int(me.puskesmas) { // puskesmas n has n households
		l.missing.Add(1)
	}
}

type caller struct {
	token     string
	puskesmas int16
}

// ask calls one of the routes and sometimes disconnects before the answer.
func (me caller) ask(ctx context.Context, rt http.RoundTripper, url string) (int, seen) {
	kind := []string{"fine", "fine", "fine", "read", "panic", "early", "failed"}[rand.IntN(7)]
	if rand.IntN(5) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(15_000))*time.Microsecond)
		defer cancel()
	}
	return me.get(ctx, rt, url+"/v1/probe/"+kind)
}

func (me caller) get(ctx context.Context, rt http.RoundTripper, url string) (int, seen) {
	var got seen
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, got
	}
	req.Header.Set("Authorization", "Bearer "+me.token)
	res, err := rt.RoundTrip(req)
	if err != nil {
		return 0, got
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil && res.StatusCode == http.StatusOK {
		return 0, got
	}
	return res.StatusCode, got
}

const (
	setting = `select current_setting('app.puskesmas_id')`
	rows    = `select puskesmas_id::int from household`
)

// routes are handlers that do what no handler of the product may do.
func routes(db *pg.DB) []rest.Route {
	look := func(tx pg.Tx) (got seen, err error) {
		if got.Setting, err = pg.Scalar[string](tx, setting); err != nil {
			return got, err
		}
		r, err := tx.Query(rows)
		if err != nil {
			return got, err
		}
		got.Rows, err = pgx.CollectRows(r, pgx.RowTo[int])
		return got, err
	}
	in := func(f func(tx pg.Tx) (seen, error)) rest.Handler {
		return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (seen, error) {
			return pg.Tenant(ctx, db, f)
		})
	}
	handlers := map[string]rest.Handler{
		"fine": in(look),
		"read": rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (seen, error) {
			return pg.Read(ctx, db, `select current_setting('app.puskesmas_id'),
				coalesce((select array_agg(puskesmas_id::int) from household), '{}')`, nil,
				func(r pgx.Rows) (got seen, err error) {
					_, err = pgx.ForEachRow(r, []any{&got.Setting, &got.Rows}, func() error { return nil })
					return got, err
				})
		}),
		"panic": in(func(tx pg.Tx) (seen, error) { _, _ = look(tx); panic("after the rows") }),
		"early": in(func(tx pg.Tx) (seen, error) { // in the middle of a result
			r, err := tx.Query(rows)
			if err == nil {
				r.Next()
			}
			panic("between the rows")
		}),
		"failed": in(func(tx pg.Tx) (seen, error) { // an aborted transaction
			_, err := tx.Exec(`select 1/0`)
			return seen{}, errors.Join(errors.New("failed on purpose"), err)
		}),
	}
	var table []rest.Route
	for name, h := range handlers {
		table = append(table, rest.Route{Method: http.MethodGet, Path: "/v1/probe/" + name,
			By: []auth.Role{access.Petugas}, Handler: h})
	}
	return table
}

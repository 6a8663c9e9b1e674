package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// counted is the number of requests over which the rows written are counted. It goes round
// the twelve puskesmas and is small beside the cases of the bundles.
const counted = 60

// rowsWritten is how many rows one request inserts, updates or deletes, with what its
// triggers and the access log write for it.
type rowsWritten struct{ product, floor float64 }

// does names what a kind's requests do, whatever else runs beside them.
func (k kind) does() string { name, _, _ := strings.Cut(k.name, ","); return name }

// countRows counts the rows that each kind writes, one request after the other.
//
// PostgreSQL's processes tell their counts with a delay of up to ten seconds, but always
// before they end. So each side has servers of its own here, and the counts are read before
// they start and after they have stopped. No other server is there meanwhile.
func (o Options) countRows(ctx context.Context, w *world, kinds []kind) (map[string]rowsWritten, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	product := func() (*child, error) { return startProduct(ctx, o.Product, o.Dir, w, false) }
	floor := func() (*child, error) { return startFloor(ctx, o.Floor, o.Dir, w) }
	c, err := product()
	if err != nil {
		return nil, err
	}
	err = w.signIn(ctx, c.url) // its rows are not counted; the tokens stay good
	c.stop()
	if err != nil {
		return nil, err
	}
	out := map[string]rowsWritten{}
	for _, k := range kinds {
		if _, done := out[k.does()]; done {
			continue
		}
		var n rowsWritten
		if n.product, err = w.during(ctx, product, k.product); err == nil {
			n.floor, err = w.during(ctx, floor, k.floors(nil)[0].ask)
		}
		if err != nil {
			return nil, fmt.Errorf("rows written by %q: %w", k.does(), err)
		}
		out[k.does()] = n
	}
	return out, nil
}

// during counts the rows that one request writes to a server of its own.
func (w *world) during(ctx context.Context, start func() (*child, error),
	next func(*world, int, *random) request) (float64, error) {
	empty, err := w.over(ctx, start, 0, next) // what starting and stopping writes
	if err != nil {
		return 0, err
	}
	all, err := w.over(ctx, start, counted, next)
	return (all - empty) / counted, err
}

func (w *world) over(ctx context.Context, start func() (*child, error), n int,
	next func(*world, int, *random) request) (float64, error) {
	before, err := w.rows(ctx)
	if err != nil {
		return 0, err
	}
	c, err := start()
	if err != nil {
		return 0, err
	}
	r := rand.New(rand.NewPCG(2, 0))
	for i := range n {
		if _, err = ask(ctx, c.addr, next(w, i, r)); err != nil {
			break
		}
	}
	c.stop()
	if err != nil {
		return 0, err
	}
	after, err := w.rows(ctx)
	return after - before, err
}

// rows is how many rows were ever written in the database, once its servers have ended.
func (w *world) rows(ctx context.Context) (n float64, err error) {
	if err := w.alone(ctx); err != nil {
		return 0, err
	}
	err = w.wal.QueryRow(ctx, `select sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 from pg_stat_user_tables`).Scan(&n)
	return n, err
}

// alone waits until no other session uses the database.
func (w *world) alone(ctx context.Context) error {
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var others []string
		rows, err := w.wal.Query(ctx, `select distinct backend_type || ' of ' || coalesce(usename, '')
			from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
			and backend_type = 'client backend'`)
		if err == nil {
			others, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		if err != nil || len(others) == 0 {
			return err
		}
		if time.Since(begin) > time.Minute {
			return fmt.Errorf("still at the database: %s", strings.Join(others, ", "))
		}
	}
}

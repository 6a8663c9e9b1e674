// Package bench measures the product against a floor (see floor). Both serve
// the same rows from one PostgreSQL, each as a separate process, in turns
// within one run, so that only ratios are compared. The load comes from this
// process over 127.0.0.1: a closed model with a fixed number of clients and a
// fixed seed. Every request to the product does all the work: token, session
// and role checks, row-level security, access log, ETag.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options are what to measure.
type Options struct {
	Product string        // the homecare binary
	Floor   string        // the floor binary
	Dir     string        // a temporary folder for the database, the keys and the logs
	Scales  []int         // multiples of the district: 12,000 visits, 20,000 people
	Rounds  int           // per row; of the ratios the lower quartile counts, else the median
	Measure time.Duration // of one round of one server
	Warmup  time.Duration // before it, not counted
	Log     io.Writer     // progress
	Profile string        // a folder for profiles of the product's work; empty takes none
	Only    string        // the rows whose work begins so; empty: all
	Long    bool          // the rows that take minutes too
	Keep    string        // a folder for loaded databases, for later runs; empty keeps none
}

// Row is one kind of work at one scale.
type Row struct {
	Work      string  `json:"work"`
	Scale     int     `json:"scale"`
	Clients   int     `json:"clients"`
	Ratio     float64 `json:"ratio_to_floor"` // lower quartile over the rounds
	Median    float64 `json:"ratio_median"`
	Lowest    float64 `json:"ratio_lowest_round"`
	Highest   float64 `json:"ratio_highest_round"`
	Promise   float64 `json:"promise,omitempty"` // 0: none
	Rate      float64 `json:"product_per_second"`
	Floor     float64 `json:"floor_per_second"`
	P50       float64 `json:"product_p50_ms"`
	P99       float64 `json:"product_p99_ms"`
	Cost      Cost    `json:"product_cost"` // medians over the rounds
	FloorCost Cost    `json:"floor_cost"`
	Budget    Budget  `json:"budget"`           // of the product's cost
	Failed    string  `json:"failed,omitempty"` // why it could not be measured
}

// CPU is how many times the floor's processor time the product takes for a request.
func (r Row) CPU() float64 { return r.Cost.CPU() / r.FloorCost.CPU() }

// Reached says whether the promise is kept, with some noise allowed.
func (r Row) Reached(band float64) bool { return r.Ratio >= r.Promise-band }

// Process is the resources of the API's process at one scale.
type Process struct {
	Scale     int     `json:"scale"`
	IdleMB    float64 `json:"idle_rss_mb"`
	BusyMB    float64 `json:"rss_mb_at_64_clients"`
	ColdStart float64 `json:"cold_start_ms"` // median of five, process start to 200 on /readyz
}

// Result is a whole run.
type Result struct {
	Version   string    `json:"version"`
	At        time.Time `json:"at"`
	Machine   string    `json:"machine"`
	Load      [2]string `json:"load_average"` // before and after; it shows other work on the machine
	Took      float64   `json:"minutes"`      // of the whole run, with loading
	Rounds    int       `json:"rounds"`
	Seconds   float64   `json:"seconds_per_round"`
	Rows      []Row     `json:"rows"`
	Latencies []Latency `json:"latencies"`
	Imports   []Import  `json:"imports"`
	Processes []Process `json:"processes"`
}

// Run measures everything at every scale.
func Run(ctx context.Context, o Options) (Result, error) {
	out := Result{At: time.Now().UTC().Truncate(time.Second), Machine: machine(), Rounds: o.Rounds,
		Seconds: o.Measure.Seconds()}
	out.Load[0] = loadAverage()
	dir := o.Dir
	if o.Keep != "" {
		dir = o.Keep
	}
	c, err := startCluster(ctx, filepath.Join(dir, "postgres"), o.Profile != "")
	if err != nil {
		return out, err
	}
	defer c.stop()
	for _, scale := range o.Scales {
		if err := o.scale(ctx, c, scale, &out); err != nil {
			return out, fmt.Errorf("scale %d: %w", scale, err)
		}
	}
	out.Load[1] = loadAverage()
	out.Took = time.Since(out.At).Minutes()
	return out, nil
}

// scale measures one size of the district on a separate database.
func (o Options) scale(ctx context.Context, c *cluster, scale int, out *Result) (err error) {
	begin := time.Now()
	database, err := o.database(ctx, c, scale)
	if err != nil {
		return err
	}
	w, err := c.open(ctx, scale, database)
	if err != nil {
		return err
	}
	defer w.close()
	size, err := w.size(ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(o.Log, "%dx: %d people, %d visits, %.1f GB, ready in %s\n", scale, w.people, w.visits, size,
		time.Since(begin).Round(100*time.Millisecond))
	written, err := o.countRows(ctx, w, o.kinds())
	if err != nil {
		return err
	}
	p := Process{Scale: scale}
	var starts []float64
	var product *child
	for range 5 {
		if product != nil {
			product.stop()
		}
		if product, err = startProduct(ctx, o.Product, o.Dir, w, true); err != nil {
			return err
		}
		starts = append(starts, ms(product.ready))
	}
	defer func() {
		if product != nil {
			product.stop()
		}
	}()
	p.ColdStart = median(starts)
	floor, err := startFloor(ctx, o.Floor, o.Dir, w)
	if err != nil {
		return err
	}
	defer floor.stop()
	time.Sleep(2 * time.Second) // idle is measured after the garbage of the start is collected
	p.IdleMB = product.rss()
	if err := w.signIn(ctx, product.url); err != nil {
		return err
	}
	if err := w.same(ctx, product, floor); err != nil {
		return err
	}
	workers := true
	for _, k := range o.kinds() {
		if k.noWorkers == workers {
			workers = !k.noWorkers
			product.stop()
			if product, err = startProduct(ctx, o.Product, o.Dir, w, workers); err != nil {
				return err
			}
		}
		rows, err := o.work(ctx, w, k, product, floor, written, &p)
		if err != nil && ctx.Err() != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		if err != nil { // an hour's other rows are not lost with this one
			_, _ = fmt.Fprintf(o.Log, "%dx %s: %s\n", scale, k.name, err)
			out.Rows = append(out.Rows, Row{Work: k.name, Scale: scale, Clients: k.clients, Promise: k.promise,
				Failed: strings.TrimSpace(err.Error())})
			continue
		}
		for _, r := range rows {
			_, _ = fmt.Fprintf(o.Log,
				"%dx %-44s %3d clients  ratio %.2f (%.2f to %.2f)  %6.0f/s of %6.0f/s  p99 %.1f ms  "+
					"cpu %.2fx (%.0f+%.0f us of %.0f+%.0f)  wal %.0f of %.0f  %.0f allocations  %.4g of %.4g rows\n",
				scale, r.Work, r.Clients, r.Ratio, r.Lowest, r.Highest, r.Rate, r.Floor, r.P99, r.CPU(), r.Cost.Server,
				r.Cost.Database, r.FloorCost.Server, r.FloorCost.Database, r.Cost.WAL, r.FloorCost.WAL, r.Cost.Allocs,
				r.Cost.Rows, r.FloorCost.Rows)
		}
		out.Rows = append(out.Rows, rows...)
	}
	if product, err = o.others(ctx, w, product, out); err != nil {
		return err
	}
	out.Processes = append(out.Processes, p)
	_, _ = fmt.Fprintf(o.Log, "%dx cold start %.0f ms, memory %.0f MB idle, %.0f MB at 64 clients\n", scale,
		p.ColdStart, p.IdleMB, p.BusyMB)
	return nil
}

// others measures what has no floor, with the background jobs on. It returns the product's
// new process.
func (o Options) others(ctx context.Context, w *world, product *child, out *Result) (*child, error) {
	product.stop() // the memory of an import is not that of the rows before
	product, err := startProduct(ctx, o.Product, o.Dir, w, true)
	if err != nil {
		return product, err
	}
	if left, err := w.rest(ctx, 2*time.Minute); err != nil {
		return product, err
	} else if left > 0 {
		_, _ = fmt.Fprintf(o.Log, "%dx %d background jobs of the bundles are still to do\n", w.scale, left)
	}
	reads, err := o.reads(ctx, w, product)
	if err != nil {
		return product, err
	}
	office, err := o.office(ctx, w, product)
	if err != nil {
		return product, err
	}
	imports, ranks, err := o.imports(ctx, w, product)
	if err != nil {
		return product, err
	}
	latencies := slices.Concat(reads, office, ranks)
	for _, l := range latencies {
		_, _ = fmt.Fprintf(o.Log, "%dx %-44s p50 %.1f ms  p95 %.1f ms of %d\n", l.Scale, l.Work, l.P50, l.P95,
			l.Answers)
	}
	for _, i := range imports {
		_, _ = fmt.Fprintf(o.Log, "%dx import %d rows: preview %.0f/s, commit %.0f/s, COPY %.0f/s, %.0f MB %s\n",
			i.Scale, i.Rows, i.Preview, i.Commit, i.Copy, i.PeakMB, i.Failed)
	}
	out.Latencies, out.Imports = append(out.Latencies, latencies...), append(out.Imports, imports...)
	return product, nil
}

// kinds are those that o asks for.
func (o Options) kinds() (out []kind) {
	for _, k := range works {
		if o.wants(k.name) {
			out = append(out, k)
		}
	}
	return out
}

// wants says whether one of the rows is asked for.
func (o Options) wants(works ...string) bool {
	return slices.ContainsFunc(works, func(w string) bool { return strings.HasPrefix(w, o.Only) })
}

// work measures one kind: product and floors take turns within each round.
func (o Options) work(ctx context.Context, w *world, k kind, product, floor *child, written map[string]rowsWritten,
	p *Process) ([]Row, error) {
	sides := append([]side{{"product", product, k.product}}, k.floors(floor)...)
	rates, costs := make([][]float64, len(sides)), make([][]Cost, len(sides))
	var p50, p99 []float64
	for round := range o.Rounds {
		if err := w.signIn(ctx, product.url); err != nil {
			return nil, err
		}
		if round == 0 {
			if err := o.settle(ctx, w, k, sides); err != nil {
				return nil, err
			}
			if o.Profile != "" {
				if err := o.profile(ctx, w, k, product); err != nil {
					return nil, err
				}
			}
		}
		for i := range sides {
			i = (i + round) % len(sides) // the first one changes
			s := sides[i]
			stop := func() float64 { return 0 }
			if i == 0 && k.clients == 64 {
				stop = product.watch()
			}
			m, err := drive(ctx, w.meter(s.at), k.clients, o.Warmup, o.Measure, uint64(round),
				func(client int, r *random) request { return s.ask(w, client, r) })
			p.BusyMB = max(p.BusyMB, stop())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			rates[i], costs[i] = append(rates[i], m.rate), append(costs[i], m.cost)
			if i == 0 {
				p50, p99 = append(p50, m.p50), append(p99, m.p99)
			}
		}
	}
	var rows []Row
	for i, s := range sides[1:] {
		var ratios []float64
		for round := range o.Rounds {
			ratios = append(ratios, rates[0][round]/rates[i+1][round])
		}
		name, promise := k.name, k.promise
		if i > 0 {
			name, promise = k.name+", "+s.name, 0
		}
		r := Row{Work: name, Scale: w.scale, Clients: k.clients, Ratio: lowerQuartile(ratios), Median: median(ratios),
			Lowest: slices.Min(ratios), Highest: slices.Max(ratios),
			Promise: promise, Rate: median(rates[0]), Floor: median(rates[i+1]), P50: median(p50), P99: median(p99),
			Cost: medianCost(costs[0]), FloorCost: medianCost(costs[i+1])}
		r.Cost.Rows, r.FloorCost.Rows = written[k.does()].product, written[k.does()].floor
		if i == 0 { // the other floor does less, and the product's cost is the same one
			r.Budget = k.budget
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// settle brings servers and database to the state of a district at work: each connection
// has planned its statements, and PostgreSQL knows the size of the tables that the work
// fills. Its statistics come within a minute by themselves, which is longer than a row.
func (o Options) settle(ctx context.Context, w *world, k kind, sides []side) error {
	for range 2 {
		for _, s := range sides {
			ask := func(client int, r *random) request { return s.ask(w, client, r) }
			if _, err := drive(ctx, w.meter(s.at), k.clients, 3*o.Warmup, o.Warmup, 0, ask); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		if _, err := w.wal.Exec(ctx, `vacuum analyze`); err != nil {
			return err
		}
	}
	return nil
}

// Failures returns an error that names each row that could not be measured.
func (r Result) Failures() error {
	var errs []error
	for _, row := range r.Rows {
		if row.Failed != "" {
			errs = append(errs, fmt.Errorf("%s, %dx, %d clients: %s", row.Work, row.Scale, row.Clients, row.Failed))
		}
	}
	return errors.Join(errs...)
}

// Check returns an error that names each row that misses its promise by more
// than band.
func (r Result) Check(band float64) error {
	var errs []error
	for _, row := range r.Rows {
		if row.Failed == "" && !row.Reached(band) {
			errs = append(errs, fmt.Errorf("%s, %dx, %d clients: ratio %.2f, promised %.2f less a noise band of %.2f",
				row.Work, row.Scale, row.Clients, row.Ratio, row.Promise, band))
		}
	}
	return errors.Join(errs...)
}

// medianCost is the median of each part.
func medianCost(all []Cost) Cost {
	part := func(of func(Cost) float64) float64 {
		var x []float64
		for _, c := range all {
			x = append(x, of(c))
		}
		return median(x)
	}
	return Cost{part(func(c Cost) float64 { return c.Server }), part(func(c Cost) float64 { return c.Database }),
		part(func(c Cost) float64 { return c.WAL }), part(func(c Cost) float64 { return c.Allocs }),
		part(func(c Cost) float64 { return c.Memory }), 0}
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}

// lowerQuartile is the value that three quarters of x reach. Unlike the median it does not
// rise when a few rounds were lucky. Between two values it interpolates.
func lowerQuartile(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	if len(x) == 0 {
		return 0
	}
	at := float64(len(x)-1) / 4
	n := int(at)
	if n+1 == len(x) {
		return x[n]
	}
	return x[n] + (at-float64(n))*(x[n+1]-x[n])
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil || len(b) < 14 {
		return "unknown"
	}
	return string(b[:14])
}

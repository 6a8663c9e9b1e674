package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// marks around the table in docs/benchmarks/README.md.
const begin, end = "<!-- latest run -->\n", "<!-- end -->\n"

// Write stores the run as <version>.json in dir and its table in dir's README.
func (r Result) Write(dir string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, r.Version+".json"), append(b, '\n'), 0o644); err != nil {
		return err
	}
	file := filepath.Join(dir, "README.md")
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(page, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the table", file)
	}
	var t bytes.Buffer
	t.Write(before)
	t.WriteString(begin)
	if err := r.Table(&t); err != nil {
		return err
	}
	t.WriteString(end)
	t.Write(after)
	return os.WriteFile(file, t.Bytes(), 0o644)
}

// Table writes the run for people.
func (r Result) Table(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "\nVersion %s, %s. %s. Load average %s before, %s after. It took %.0f minutes. Of the "+
		"ratios the lower quartile of %d rounds of %.1f s, of the rest the median.\n\n", r.Version,
		r.At.Format("2006-01-02 15:04 MST"), r.Machine, r.Load[0], r.Load[1], r.Took, r.Rounds, r.Seconds)
	if len(r.Rows) > 0 {
		r.compared(&b)
	}
	if len(r.Latencies) > 0 {
		r.alone(&b)
	}
	if len(r.Imports) > 0 {
		r.imported(&b)
	}
	fmt.Fprintf(&b,
		"\n| district | memory idle (promised 60 MB) | at 64 clients (promised 150 MB) | cold start to ready "+
			"(promised 500 ms) |\n|---|---|---|---|\n")
	for _, p := range r.Processes {
		busy := ""
		if p.BusyMB > 0 {
			busy = fmt.Sprintf("%.0f MB", p.BusyMB)
		}
		fmt.Fprintf(&b, "| %dx | %.0f MB | %s | %.0f ms |\n", p.Scale, p.IdleMB, busy, p.ColdStart)
	}
	_, err := fmt.Fprintln(w, b.String())
	return err
}

// compared are the tables of the rows with a floor: their rates, and what a request costs.
func (r Result) compared(b *bytes.Buffer) {
	fmt.Fprintf(b,
		"| work | district | clients | ratio to the floor | median | rounds | promised | | product/s | floor/s | "+
			"p50 ms | p99 ms | slower than at %dx |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
		r.smallest())
	for _, x := range r.Rows {
		promise, said := "", ""
		if x.Promise > 0 {
			promise, said = fmt.Sprintf("%.2f", x.Promise), verdict(x.Reached(0))
		}
		if x.Failed != "" {
			fmt.Fprintf(b, "| %s | %dx | %d | **not measured** | | | %s | %s | | | | | |\n", x.Work, x.Scale, x.Clients,
				promise, said)
			continue
		}
		fmt.Fprintf(b, "| %s | %dx | %d | **%.2f** | %.2f | %.2f to %.2f | %s | %s | %.0f | %.0f | %.1f | %.1f | %s |\n",
			x.Work, x.Scale, x.Clients, x.Ratio, x.Median, x.Lowest, x.Highest, promise, said, x.Rate, x.Floor,
			x.P50, x.P99, r.growth(x))
	}
	b.WriteString("\n| a request costs | district | clients | processor, server + PostgreSQL (us) | of the floor | times " +
		"the floor | WAL (bytes) | of the floor | allocations | rows written | of the floor |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, x := range r.Rows {
		if x.Failed != "" {
			continue
		}
		fmt.Fprintf(b, "| %s | %dx | %d | %.0f + %.0f | %.0f + %.0f | **%.2f** | %.0f | %.0f | %.0f | %.4g | %.4g |\n",
			x.Work, x.Scale, x.Clients, x.Cost.Server, x.Cost.Database, x.FloorCost.Server,
			x.FloorCost.Database, x.CPU(), x.Cost.WAL, x.FloorCost.WAL, x.Cost.Allocs,
			x.Cost.Rows, x.FloorCost.Rows)
	}
}

// alone is the table of the work without a floor.
func (r Result) alone(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n| work without a floor | district | answers | p50 ms | p95 ms | promised | | p95 longer than at "+
		"%dx |\n|---|---|---|---|---|---|---|---|\n", r.smallest())
	for _, x := range r.Latencies {
		promise, said := "", ""
		if x.Promise > 0 {
			promise, said = fmt.Sprintf("%.4g", x.Promise), verdict(x.Reached())
		}
		longer := ""
		for _, y := range r.Latencies {
			if y.Work == x.Work && y.Scale == r.smallest() && y.Scale != x.Scale {
				longer = fmt.Sprintf("%.2f", x.P95/y.P95)
			}
		}
		fmt.Fprintf(b, "| %s | %dx | %d | %.1f | **%.1f** | %s | %s | %s |\n", x.Work, x.Scale, x.Answers, x.P50,
			x.P95, promise, said, longer)
	}
}

// imported is the table of the imports.
func (r Result) imported(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n| import | district | preview rows/s (promised %d) | commit rows/s | COPY rows/s | "+
		"commit of COPY (promised %.2f) | memory (promised %d MB) | |\n|---|---|---|---|---|---|---|---|\n",
		promisedPreview, promisedOfCopy, promisedMemory)
	for _, x := range r.Imports {
		said := verdict(true)
		if short := x.Short(); len(short) > 0 {
			said = verdict(false) + " " + strings.Join(short, ", ")
		}
		ofCopy := ""
		if x.Copy > 0 {
			ofCopy = fmt.Sprintf("%.2f", x.ofCopy())
		}
		fmt.Fprintf(b, "| %d rows | %dx | %.0f | %.0f | %.0f | %s | %.0f MB | %s |\n", x.Rows, x.Scale, x.Preview,
			x.Commit, x.Copy, ofCopy, x.PeakMB, said)
	}
}

func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "**SHORT**"
}

func (r Result) smallest() int {
	n := 0
	for _, p := range r.Processes {
		if n == 0 || p.Scale < n {
			n = p.Scale
		}
	}
	return n
}

// growth is how many times slower x is than the same work on the smallest
// district, and the same for the floor, which shows the cost of PostgreSQL
// itself.
func (r Result) growth(x Row) string {
	for _, y := range r.Rows {
		if y.Failed == "" && y.Work == x.Work && y.Clients == x.Clients && y.Scale == r.smallest() &&
			y.Scale != x.Scale {
			return fmt.Sprintf("%.2f (floor %.2f)", y.Rate/x.Rate, y.Floor/x.Floor)
		}
	}
	return ""
}

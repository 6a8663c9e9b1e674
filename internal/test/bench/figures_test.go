package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestLowerQuartile: of nine rounds the third lowest counts; a few lucky ones change nothing.
func TestLowerQuartile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{nil, 0},
		{[]float64{7}, 7},
		{[]float64{3, 1, 2}, 1.5},
		{[]float64{9, 8, 7, 6, 5, 4, 3, 2, 1}, 3},
		{[]float64{900, 800, 700, 600, 5, 4, 3, 2, 1}, 3},
	} {
		if got := lowerQuartile(c.x); got != c.want {
			t.Errorf("%v: %v, want %v", c.x, got, c.want)
		}
	}
}

// TestShort: what misses its promise says so in the table.
func TestShort(t *testing.T) {
	t.Parallel()
	var took []time.Duration
	for n := range 100 {
		took = append(took, time.Duration(100-n)*time.Millisecond)
	}
	at := Import{Scale: 1, Rows: 10, Preview: promisedPreview, Commit: 25, Copy: 100, PeakMB: promisedMemory}
	slow, big := at, at
	slow.Preview, slow.Commit = at.Preview-1, 24
	big.PeakMB++
	for _, c := range []struct {
		r    Result
		want string // in the table; empty: no SHORT
	}{
		{Result{Latencies: []Latency{latency("x", 1, 95, took)}}, ""},
		{Result{Latencies: []Latency{latency("x", 1, 0, took)}}, ""},
		{Result{Latencies: []Latency{latency("x", 1, 94, took)}}, "| 100 | 50.0 | **95.0** | 94 | **SHORT** |"},
		{Result{Imports: []Import{at}}, ""},
		{Result{Imports: []Import{slow}}, "**SHORT** preview, commit |"},
		{Result{Imports: []Import{big}}, "**SHORT** memory |"},
		{Result{Imports: []Import{{Failed: "too late"}}}, "**SHORT** too late |"},
		{Result{Rows: []Row{{Work: "x", Promise: 0.5, Ratio: 0.5}}}, ""},
		{Result{Rows: []Row{{Work: "x", Promise: 0.5, Ratio: 0.49}}}, "| 0.50 | **SHORT** |"},
		{Result{Rows: []Row{{Work: "x", Promise: 0.5, Failed: "stalled"}}},
			"| **not measured** | | | 0.50 | **SHORT** |"},
	} {
		var b bytes.Buffer
		if err := c.r.Table(&b); err != nil {
			t.Fatal(err)
		}
		said := strings.Contains(b.String(), "SHORT")
		if said != (c.want != "") || !strings.Contains(b.String(), c.want) {
			t.Errorf("want %q in%s", c.want, b.String())
		}
		failed := strings.Contains(b.String(), "not measured")
		if err := c.r.Failures(); (err != nil) != failed || failed && !strings.Contains(err.Error(), "stalled") {
			t.Error(err)
		}
	}
}

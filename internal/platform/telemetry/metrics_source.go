package telemetry

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Sample is one value read by a Source.
type Sample struct {
	Name  string // one of the Source's figures
	Label string // value of the figure's label; empty without a label
	Value float64
}

// Figure declares a gauge. Label values are codes, never free text or persons.
type Figure struct{ Name, Help, Label string }

// Source is a group of figures that are read together when Prometheus asks and
// the last read is older than Every. After a failed read the figures are
// missing, so that no old value looks new; homecare_source_up reports it.
type Source struct {
	Name    string
	Every   time.Duration
	Timeout time.Duration
	Figures []Figure
	Read    func(context.Context) ([]Sample, error)
}

// sourceUp is one figure of all sources, so each Source describes it with its
// own name.
const sourceUp = "homecare_source_up"

// AddSource registers s. A sample of a figure that s does not declare panics at
// the first read: it is a programming error.
func (m *Metrics) AddSource(s Source) {
	c := &source{Source: s, desc: map[string]*prometheus.Desc{}}
	for _, f := range s.Figures {
		var labels []string
		if f.Label != "" {
			labels = []string{f.Label}
		}
		c.desc[f.Name] = prometheus.NewDesc(f.Name, f.Help, labels, nil)
	}
	c.up = prometheus.NewDesc(sourceUp, "Whether the figures of this source could be read (1) or not (0).", nil,
		prometheus.Labels{"source": s.Name})
	m.registry.MustRegister(c)
}

type source struct {
	Source
	desc map[string]*prometheus.Desc
	up   *prometheus.Desc

	mu     sync.Mutex
	read   time.Time
	values []Sample
	err    error
}

// Describe implements prometheus.Collector.
func (s *source) Describe(to chan<- *prometheus.Desc) {
	to <- s.up
	for _, d := range s.desc {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s *source) Collect(to chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read.IsZero() || s.err != nil || time.Since(s.read) >= s.Every {
		// Not the scrape's context: client_golang passes none to a collector.
		ctx, cancel := context.WithTimeout(context.Background(), s.Timeout)
		defer cancel()
		s.values, s.err = s.Read(ctx)
		s.read = time.Now()
	}
	if s.err != nil {
		to <- prometheus.MustNewConstMetric(s.up, prometheus.GaugeValue, 0)
		return
	}
	to <- prometheus.MustNewConstMetric(s.up, prometheus.GaugeValue, 1)
	for _, v := range s.values {
		var labels []string
		if v.Label != "" {
			labels = []string{v.Label}
		}
		to <- prometheus.MustNewConstMetric(s.desc[v.Name], prometheus.GaugeValue, v.Value, labels...)
	}
}

package telemetry_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/telemetry"
)

func values(t *testing.T, m *telemetry.Metrics) map[string]float64 {
	t.Helper()
	families, err := m.Registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, v := range f.GetMetric() {
			name := f.GetName()
			for _, l := range v.GetLabel() {
				name += "/" + l.GetValue()
			}
			out[name] = v.GetGauge().GetValue()
		}
	}
	return out
}

// metrics has a pool that never connects.
func metrics(t *testing.T) *telemetry.Metrics {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return telemetry.NewMetrics(pool.Stat)
}

// TestSource: a value is kept for Every. A failed read omits the figure, is
// reported, and is retried at once.
func TestSource(t *testing.T) {
	t.Parallel()
	m := metrics(t)
	var reads int
	var fail error
	m.AddSource(telemetry.Source{Name: "x", Every: time.Hour, Timeout: time.Second,
		Figures: []telemetry.Figure{{Name: "homecare_x", Help: "X.", Label: "state"}},
		Read: func(context.Context) ([]telemetry.Sample, error) {
			reads++
			return []telemetry.Sample{{Name: "homecare_x", Label: "a", Value: float64(reads)}}, fail
		}})
	fail = errors.New("away")
	if v := values(t, m); v["homecare_source_up/x"] != 0 || v["homecare_x/a"] != 0 {
		t.Errorf("a failed read shows %v", v)
	}
	fail = nil
	for range 3 {
		if v := values(t, m); v["homecare_source_up/x"] != 1 || v["homecare_x/a"] != 2 {
			t.Errorf("after the failure: %v", v)
		}
	}
	if reads != 2 {
		t.Errorf("%d reads, want 2", reads)
	}
}

func TestStatusDirAndDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stamp := filepath.Join(dir, "backup.ok")
	if err := os.WriteFile(stamp, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(stamp, old, old); err != nil {
		t.Fatal(err)
	}
	m := metrics(t)
	m.AddStatusDir(dir)
	m.AddDisk("attachments", dir)
	v := values(t, m)
	if age := v["homecare_backup_age_seconds"]; age < 3590 || age > 3700 {
		t.Errorf("backup age %v", age)
	}
	if !math.IsInf(v["homecare_restore_check_age_seconds"], 1) {
		t.Error("a restore check that never was has an age")
	}
	if free, size := v["homecare_disk_free_bytes/attachments"], v["homecare_disk_size_bytes/attachments"]; free <= 0 ||
		size < free {
		t.Errorf("disk: %v of %v", free, size)
	}
}

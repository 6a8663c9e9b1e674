package intake_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

// manyRows is a PTM file of n different people, seven facts each.
func manyRows(n int) []byte {
	var b strings.Builder
	b.WriteString(
		"tanggal;nik;nama;tanggal_lahir;jenis_kelamin;no_kk;no_bpjs;no_hp;alamat;rt;rw;desa_kode;desa_nama;diagnosa;kunjungan_baru_lama;sistol;diastol;gds;gdp;kolesterol;trigliserida;asam_urat;berat_kg;tinggi_cm;lingkar_perut_cm\n")
	for i := range n {
		day, month, year := 1+i%28, 1+i/28%12, 1940+i/336%60
		fmt.Fprintf(&b,
			"%02d/%02d/2026;631105%02d%02d%02d%04d;Siti Aminah %c%c%c;%02d/%02d/%d;L;%016d;%013d;0840%08d;Gg. Amanah;004;002;;%s;I10;Lama;%d;101;106;;247;;8,9;57,2;160;77,5\n",
			1+i%28, 1+i%9, day, month, year%100, 1+i%9000, 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26, day, month, year,
			6311050000000000+int64(i/4), 9_000_000_000+i, i,
			[]string{"Panaitan", "Lampihong Selatan", "Tanah Habang Kiri"}[i%3], 110+i%90)
	}
	return []byte(b.String())
}

// peak measures the memory of the process, test client and server together.
func peak() (stop func() float64) {
	var most atomic.Uint64
	done := make(chan struct{})
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if used := m.Sys - m.HeapReleased; used > most.Load() {
				most.Store(used)
			}
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() float64 { close(done); return float64(most.Load()) / (1 << 20) }
}

// BenchmarkImport imports 10,000 and 50,000 new people; run with -benchtime=1x.
// Memory is resident megabytes of the whole test process.
func BenchmarkImport(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				s := apitest.New(b, apitest.Configure(func(c *config.Config) { c.Timeout = 5 * time.Minute }))
				c := sample.At(b, s, sample.Load(b), "koordinator.tanah-habang")
				file := homecare.NewImport{Source: "ptm", FileName: "banyak.csv", File: manyRows(n)}
				runtime.GC()
				stop := peak()
				start := time.Now()
				i, err := c.Import(b.Context(), file)
				if err != nil {
					b.Fatal(err)
				}
				preview := time.Since(start)
				start = time.Now()
				if i, err = c.CommitImport(b.Context(), i.ID, i.Version); err != nil {
					b.Fatal(err)
				}
				commit := time.Since(start)
				b.ReportMetric(float64(n)/preview.Seconds(), "preview-rows/s")
				b.ReportMetric(float64(n)/commit.Seconds(), "commit-rows/s")
				b.ReportMetric(stop(), "peak-MB")
				start = time.Now()
				r, err := c.RecomputePriorities(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "recompute-s")
				b.Logf("%+v %+v", i.Counts, r)
			}
		})
	}
}

package paper

import (
	"io"
	"testing"
)

func benchmark(b *testing.B, d document) {
	b.ReportAllocs()
	for b.Loop() {
		if err := d.PDF(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAssignment(b *testing.B) { benchmark(b, assignment()) }
func BenchmarkRefusal(b *testing.B)    { benchmark(b, refusal()) }

// 620 rows twice make 49 pages.
func BenchmarkFortyPages(b *testing.B) { benchmark(b, monthly(620)) }

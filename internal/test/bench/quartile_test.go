package bench

import "testing"

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

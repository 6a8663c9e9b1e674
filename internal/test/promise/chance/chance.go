//go:build sabotage

// Package chance distinguishes a difference of times from chance.
package chance

import (
	"math"
	"slices"
)

// blocks is how many parts a run is cut into.
const blocks = 20

// Timing is the comparison of a third arm with two identical ones.
type Timing struct {
	Median      float64 // of the two, nanoseconds
	Shift, Band float64 // of the third arm, and the allowed shift, as parts of the median
}

// Within says that the third arm cannot be distinguished from the others.
func (t Timing) Within() bool { return math.Abs(t.Shift) <= t.Band }

// Compare compares interleaved times of three arms, of which the first two are
// identical.
//
// The run is cut into 20 blocks. In each block the difference of the two alike
// arms' medians is what chance alone makes (A/A). The standard error of a
// difference over all blocks is their standard deviation through the root of
// 20. The shift of the third arm has to stay within four standard errors, and
// one percent is always allowed: less cannot be seen from outside through a
// network.
func Compare(arms [3][]float64) Timing {
	var chance, shift []float64
	size := len(arms[0]) / blocks
	for b := range blocks {
		part := func(arm int) float64 { return median(arms[arm][b*size : (b+1)*size]) }
		chance = append(chance, part(0)-part(1))
		shift = append(shift, part(2)-(part(0)+part(1))/2)
	}
	usual := median(slices.Concat(arms[0], arms[1]))
	_, deviation := spread(chance)
	mean, _ := spread(shift)
	return Timing{usual, mean / usual, 0.01 + 4*deviation/math.Sqrt(blocks)/usual}
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

func spread(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		deviation += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(x)-1))
}

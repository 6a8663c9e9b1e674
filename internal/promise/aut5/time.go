//go:build sabotage

package aut5

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/apitest"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	pairs  = 400
	blocks = 20
)

type timing struct {
	median      float64 // of a known account, nanoseconds
	shift, band float64 // of an unknown one, as parts of the median
}

func (t timing) within() bool { return math.Abs(t.shift) <= t.band }

// stopwatch signs in with a wrong password to a known account, another known
// one and an unknown one, interleaved, n times.
//
// The statistic is ISO-4's: in each of 20 blocks the difference of the two
// known arms' medians is what chance alone makes (A/A). The unknown arm's mean
// shift has to stay within four standard errors of that, and one percent is
// always allowed: less cannot be seen from outside through a network.
func stopwatch(t *testing.T, n int) timing {
	t.Helper()
	// The limits on wrong passwords would answer before anything is compared.
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.SignInFailures, c.SignInAddressFailures = 100_000, 100_000 }))
	c := homecare.New(s.URL)
	c.Retries = 0
	var arms [3][]float64 // known, known, unknown
	const warm = 20
	for i := range n + warm {
		var took [3]float64
		for k := range 3 {
			arm := (i + k) % 3
			username := []string{"petugas1.uren", "petugas2.juai", fmt.Sprintf("petugas%d.tiada", i)}[arm]
			start := time.Now()
			_, err := c.SignIn(t.Context(), homecare.SignIn{Username: username, Password: "kata sandi yang salah sekali"})
			took[arm] = float64(time.Since(start))
			if answer(err) != "auth.sign_in" {
				t.Fatalf("%s: %v", username, err)
			}
		}
		if i < warm {
			continue
		}
		for arm := range took {
			arms[arm] = append(arms[arm], took[arm])
		}
	}
	var chance, shift []float64
	size := n / blocks
	for b := range blocks {
		part := func(arm int) float64 { return median(arms[arm][b*size : (b+1)*size]) }
		chance = append(chance, part(0)-part(1))
		shift = append(shift, part(2)-(part(0)+part(1))/2)
	}
	usual := median(slices.Concat(arms[0], arms[1]))
	_, deviation := spread(chance)
	mean, _ := spread(shift)
	return timing{usual, mean / usual, 0.01 + 4*deviation/math.Sqrt(blocks)/usual}
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

//go:build sabotage

package password_rules

import (
	"fmt"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/chance"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	pairs = 400
)

// stopwatch signs in with a wrong password to a known account, another known
// one and an unknown one, interleaved, n times.
func stopwatch(t *testing.T, n int) chance.Timing {
	t.Helper()
	// The limits on wrong passwords would answer before anything is compared.
	s := apitest.New(t, apitest.Configure(func(c *config.Config) {
		c.SignInFailures, c.SignInAddressFailures = 100_000,
			100_000
	}))
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
			_, err := c.SignIn(t.Context(), homecare.SignIn{Username: username,
				Password: "kata sandi yang salah sekali"})
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
	return chance.Compare(arms)
}

package recount

import "testing"

// TestBand: the age changes on the birthday; for a person born on 29 February
// it changes on 1 March in other years.
func TestBand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ born, day, want string }{
		{"", "2026-01-01", "unknown"}, {"2021-03-02", "2026-03-01", "y0_4"}, {"2021-03-01", "2026-03-01", "y5_14"},
		{"1964-02-29", "2024-02-28", "y45_59"}, {"1966-02-29", "2026-03-01", "y60_up"},
		{"2027-01-01", "2026-01-01", "unknown"},
	} {
		if got := band(c.born, c.day); got != c.want {
			t.Errorf("born %s, on %s: %s, want %s", c.born, c.day, got, c.want)
		}
	}
}

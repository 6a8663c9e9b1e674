package patient

import (
	"fmt"
	"testing"
	"time"
)

// TestAgesPartTheYears: on every day around the end of February each birth date
// is in exactly one of two lists of adjacent ages, and a birthday counts on its
// own day.
func TestAgesPartTheYears(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for year := 2024; year <= 2032; year++ {
		for d := range 5 {
			today := time.Date(year, 2, 27, 0, 0, 0, 0, time.UTC).AddDate(0, 0, d)
			_, upTo5 := born(today, "5", "")
			from4, _ := born(today, "", "4")
			for b := -10; b <= 10; b++ {
				birth := time.Date(year-5, 2, 28+b, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				if older, younger := birth <= upTo5, birth >= from4; older == younger {
					t.Errorf("on %s born %s: age_from=5 %t, age_to=4 %t", today.Format(time.DateOnly), birth, older,
						younger)
				}
			}
		}
	}
	for _, c := range []struct{ today, from, to, first, last string }{
		{"2028-02-29", "5", "5", "2022-03-01", "2023-02-28"},
		{"2027-03-01", "5", "5", "2021-03-02", "2022-03-01"},
		{"2028-03-01", "4", "4", "2023-03-02", "2024-03-01"},
		{"2029-02-28", "5", "5", "2023-03-01", "2024-02-28"},
		{"2028-02-29", "4", "8", "2019-03-01", "2024-02-29"},
	} {
		if first, last := born(day(c.today), c.from, c.to); fmt.Sprint(first, last) != fmt.Sprint(c.first, c.last) {
			t.Errorf("%s, %s to %s: %s to %s, want %s to %s", c.today, c.from, c.to, first, last, c.first, c.last)
		}
	}
}

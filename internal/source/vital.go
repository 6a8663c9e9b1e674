package source

import (
	"strconv"
	"sync"
)

// limit is a row of vital_ranges.csv: plausible bounds for an age in days.
type limit struct {
	minDays, maxDays int
	low, high        float64
}

// limits by code, from the embedded vital_ranges.csv. The plausible bounds are
// our choice, to catch typing errors, and from no regulation.
var limits = sync.OnceValue(func() map[string][]limit {
	all, err := rows("data/vital_ranges.csv")
	if err != nil {
		panic(err) // embedded: a build without it is broken
	}
	out := map[string][]limit{}
	for _, r := range all {
		low, err1 := strconv.ParseFloat(r[6], 64)
		high, err2 := strconv.ParseFloat(r[7], 64)
		if err1 != nil || err2 != nil {
			continue // ordinal scales have no bounds
		}
		l := limit{low: low, high: high, maxDays: 1 << 30}
		l.minDays, _ = strconv.Atoi(r[4])
		if r[5] != "" {
			l.maxDays, _ = strconv.Atoi(r[5])
		}
		out[r[0]] = append(out[r[0]], l)
	}
	return out
})

// plausible reports whether v is possible at an age in days. For a negative
// (unknown) age, or an age outside the table, the widest bounds of the code
// apply. A code without bounds accepts every value.
func plausible(code string, v float64, days int) bool {
	list := limits()[code]
	if len(list) == 0 {
		return true
	}
	low, high := list[0].low, list[0].high
	for _, l := range list {
		if days >= l.minDays && days <= l.maxDays {
			return v >= l.low && v <= l.high
		}
		low, high = min(low, l.low), max(high, l.high)
	}
	return v >= low && v <= high
}

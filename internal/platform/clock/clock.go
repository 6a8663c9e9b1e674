// Package clock tells the business time. Only this package turns a time into a
// day or a month: in Asia/Makassar (WITA, UTC+8), the time zone of Kabupaten
// Balangan. An act on 31 January at 16:30Z counts in February.
package clock

import (
	"context"
	"time"
	_ "time/tzdata" // the district's zone must be available on every machine
)

// WITA is Asia/Makassar.
var WITA = func() *time.Location {
	l, err := time.LoadLocation("Asia/Makassar")
	if err != nil {
		panic(err) // time/tzdata is linked in
	}
	return l
}()

// Skew is how far ahead of the server a device's clock may be.
const Skew = 15 * time.Minute

type key struct{}

// With returns ctx with its own business time, for tests and the
// development-only clock (HOMECARE_DEMO_CLOCK). Sign-in, sessions and tokens
// never read it.
func With(ctx context.Context, now time.Time) context.Context {
	return context.WithValue(ctx, key{}, now)
}

// Now returns the business time of ctx in UTC, in whole microseconds
// (PostgreSQL's precision).
func Now(ctx context.Context) time.Time {
	if t, ok := ctx.Value(key{}).(time.Time); ok {
		return t.UTC().Truncate(time.Microsecond)
	}
	return time.Now().UTC().Truncate(time.Microsecond)
}

// Day returns the business day of t as YYYY-MM-DD.
func Day(t time.Time) string { return t.In(WITA).Format(time.DateOnly) }

// Month returns the business month of t as YYYY-MM.
func Month(t time.Time) string { return t.In(WITA).Format("2006-01") }

// Today returns the business day of ctx as YYYY-MM-DD.
func Today(ctx context.Context) string { return Day(Now(ctx)) }

// MonthBounds returns the first moment of the month (YYYY-MM) and of the next,
// for half-open ranges.
func MonthBounds(month string) (from, to time.Time, err error) {
	from, err = time.ParseInLocation("2006-01", month, WITA)
	if err != nil {
		return from, to, err
	}
	return from, from.AddDate(0, 1, 0), nil
}

// DayBounds returns the first moment of the day (YYYY-MM-DD) and of the next.
func DayBounds(day string) (from, to time.Time, err error) {
	from, err = time.ParseInLocation(time.DateOnly, day, WITA)
	if err != nil {
		return from, to, err
	}
	return from, from.AddDate(0, 0, 1), nil
}

package rest

import (
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
)

// Bound is the first and the last allowed day of a date, month or time in a
// request, relative to today in Asia/Makassar.
type Bound struct {
	From, To func(today time.Time) time.Time
	Early    fault.Text // for dates before From; {from} and {to} are filled in
	Late     fault.Text
	// Clock: the year may come from a device, so a reset clock gets its own
	// message.
	Clock bool
	// Says is the bound in words, for docs/dates.md.
	Says string
}

// Bounds are the rules by the name in a field's tag `bounds`; a field without
// the tag has the rule with the empty name. They only exclude impossible
// values: a use case sets its own, narrower limits.
var Bounds = map[string]Bound{
	"": {From: day(1900, 1, 1), To: years(2), Early: longAgo, Late: farAhead, Says: "1900 to two years ahead"},
	// An act of work recorded here, which began in 2022.
	"act": {From: day(2022, 1, 1), To: years(2), Early: beforeService, Late: farAhead, Clock: true,
		Says: "2022 (the work began) to two years ahead; whether it may be ahead, the act says"},
	"happened": {From: day(2022, 1, 1), To: years(2), Early: beforeService, Late: notYet, Clock: true,
		Says: "2022 (the work began) to today; how far a device's clock may be ahead, the act says"},
	"done": {From: day(2022, 1, 1), To: years(0), Early: beforeService, Late: notYet, Clock: true,
		Says: "2022 (the work began) to today"},
	"plan": {From: years(-1), To: years(2), Says: "a year ago to two years ahead",
		Early: fault.Text{ID: "Rencana ini lebih dari setahun yang lalu: paling awal {from}. Periksa tahunnya.",
			EN: "This plan is more than a year ago: {from} at the earliest. Check the year."},
		Late: fault.Text{ID: "Rencana ini lebih dari dua tahun lagi: paling akhir {to}. Periksa tahunnya.",
			EN: "This plan is more than two years ahead: {to} at the latest. Check the year."}},
	"birth": {From: years(-120), To: years(0), Says: "120 years ago to today",
		Early: fault.Text{ID: "Tanggal lahir lebih dari 120 tahun lalu: paling awal {from}. Periksa tahunnya.",
			EN: "The birth date is more than 120 years ago: {from} at the earliest. Check the year."},
		Late: fault.Text{ID: "Tanggal lahir tidak boleh di masa depan.",
			EN: "The birth date must not be in the future."}},
	// The oldest source of the registry is PIS-PK (Permenkes 39/2016): it has no
	// person who died earlier.
	"death": {From: day(2016, 1, 1), To: years(0),
		Says: "2016 (the oldest source of the registry, PIS-PK by Permenkes 39/2016) to today, and not before birth",
		Early: fault.Text{
			ID: "Data sasaran tertua dari tahun 2016, jadi kematian sebelum {from} tidak mungkin tercatat di sini. Periksa tahunnya.",
			EN: "The oldest source of the registry is of 2016, so nobody in it died before {from}. Check the year."},
		Late: fault.Text{ID: "Tanggal kematian tidak boleh di masa depan.",
			EN: "The date of death must not be in the future."}},
	"source": {From: day(2016, 1, 1), To: years(0), Says: "2016 (the oldest source of the registry) to today",
		Early: fault.Text{ID: "Data sasaran tertua dari tahun 2016: paling awal {from}. Periksa tahunnya.",
			EN: "The oldest source is of 2016: {from} at the earliest. Check the year."},
		Late: notYet},
}

var (
	longAgo = fault.Text{ID: "Tanggal ini terlalu lama: paling awal {from}. Periksa tahunnya.",
		EN: "This date is too long ago: {from} at the earliest. Check the year."}
	farAhead = fault.Text{ID: "Tanggal ini terlalu jauh: paling akhir {to}. Periksa tahunnya.",
		EN: "This date is too far ahead: {to} at the latest. Check the year."}
	beforeService = fault.Text{
		ID: "Layanan ini dimulai {from}, jadi tidak ada kegiatan sebelum itu. Periksa tanggalnya.",
		EN: "This service began on {from}, so nothing can have happened before. Check the date."}
	notYet = fault.Text{ID: "Tanggal ini belum terjadi. Periksa tanggalnya, atau jam perangkat.",
		EN: "That day is yet to come. Check the date, or the device's clock."}
)

// clockReset replaces Early for the years at which a device's clock starts
// after its battery failed.
var clockReset = fault.Text{
	ID: "Jam perangkat tampaknya kembali ke awal: waktu ini tahun {year}. Atur jam perangkat, lalu perbaiki waktunya.",
	EN: "The device's clock seems to have been reset: this time is of the year {year}. Set the clock of the device and correct the time."}

var resetYears = map[int]bool{1969: true, 1970: true, 1980: true, 1999: true, 2000: true, 2001: true}

func day(y int, m time.Month, d int) func(time.Time) time.Time {
	return func(time.Time) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, clock.WITA) }
}

func years(n int) func(time.Time) time.Time {
	return func(today time.Time) time.Time { return today.AddDate(n, 0, 0) }
}

// outside says what is wrong with a date under the bound of that name.
func outside(today, at time.Time, pointer, name string) (fault.Field, bool) {
	b, known := Bounds[name]
	if !known {
		panic("rest: there is no bound " + name)
	}
	from, to := clock.Day(b.From(today)), clock.Day(b.To(today))
	year := at.In(clock.WITA).Year() // with five digits, or none, days cannot be compared as text
	told := fault.Field{Pointer: pointer, Args: map[string]any{"from": from, "to": to, "year": year}}
	switch {
	case b.Clock && resetYears[year]:
		told.Code, told.Text = "clock", clockReset
	case year > 9999 || year > 0 && clock.Day(at) > to:
		told.Code, told.Text = "late", b.Late
	case year < 1 || clock.Day(at) < from:
		told.Code, told.Text = "early", b.Early
	default:
		return told, false
	}
	return told, true
}

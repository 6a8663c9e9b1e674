package source

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/patient/number"
)

// wita is the zone of Balangan (Asia/Makassar, no daylight saving).
var wita = time.FixedZone("WITA", 8*3600)

// today is the calendar date of asOf in Balangan, as midnight UTC.
func today(asOf time.Time) time.Time {
	y, m, d := asOf.In(wita).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// parseNumber reads a number with a decimal point or comma. Where both occur,
// the last one is the decimal sign; a repeated sign groups thousands. 1.000 is
// one, as in the exports: a single sign never groups thousands.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))
	dot, comma := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case dot > 0 && comma > 0:
		group, decimal := ".", ","
		if strings.LastIndex(s, ".") > strings.LastIndex(s, ",") {
			group, decimal = ",", "."
		}
		if strings.Count(s, decimal) > 1 {
			return 0, false
		}
		s = strings.Replace(strings.ReplaceAll(s, group, ""), decimal, ".", 1)
	case comma == 1:
		s = strings.Replace(s, ",", ".", 1)
	case comma > 1:
		s = strings.ReplaceAll(s, ",", "")
	case dot > 1:
		s = strings.ReplaceAll(s, ".", "")
	}
	for _, r := range s {
		// Excludes hexadecimal, underscore, Inf and NaN, which ParseFloat
		// accepts.
		if (r < '0' || r > '9') && !strings.ContainsRune("+-.eE", r) {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, false
	}
	return math.Round(v*1e6) / 1e6, true
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var months = map[string]time.Month{
	"jan": 1, "januari": 1, "feb": 2, "peb": 2, "februari": 2, "pebruari": 2, "mar": 3, "maret": 3, "apr": 4,
	"april": 4,
	"mei":   5, "jun": 6, "juni": 6, "jul": 7, "juli": 7, "agu": 8, "ags": 8, "agt": 8, "agustus": 8, "sep": 9,
	"sept":      9,
	"september": 9,
	"okt":       10, "oktober": 10, "nov": 11, "nop": 11, "november": 11, "nopember": 11, "des": 12, "desember": 12,
}

var (
	isoDate = regexp.MustCompile(
		`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$`)
	dayFirst = regexp.MustCompile(
		`^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{2}|\d{4})(?:[T ]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?$`)
	inWords   = regexp.MustCompile(`^(\d{1,2})[\s-]+([A-Za-z]+)\.?[\s-]+(\d{2}|\d{4})$`)
	serialDay = regexp.MustCompile(`^(\d{4,5})(?:\.\d+)?$`)
	weekday   = regexp.MustCompile(`(?i)^(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\s*,?\s*`)
)

// dateReader reads the date notations of one file.
type dateReader struct {
	today    time.Time
	byHand   bool // dates in words, two-digit years
	date1904 bool
}

// parse reads a date. It never assumes month first. The result is midnight UTC.
func (d dateReader) parse(s string) (time.Time, bool) {
	s = strings.TrimSpace(strings.TrimLeft(strings.ReplaceAll(s, "\u00a0", " "), "' "))
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		if len(m[3]) == 2 {
			return d.short(m[3], m[2], m[1])
		}
		return civil(m[3], m[2], m[1])
	}
	if m := serialDay.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n >= 1850 && n <= 2200 {
			return time.Time{}, false // a bare year, not a serial of 1905
		}
		if d.date1904 {
			n += 1462
		}
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n), true
	}
	if !d.byHand {
		return time.Time{}, false
	}
	s = weekday.ReplaceAllString(s, "")
	m := inWords.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	month, ok := months[strings.ToLower(m[2])]
	if !ok {
		return time.Time{}, false
	}
	if len(m[3]) == 2 {
		return d.short(m[3], strconv.Itoa(int(month)), m[1])
	}
	return civil(m[3], strconv.Itoa(int(month)), m[1])
}

// reads reports whether the text is a date at all.
func (d dateReader) reads(s string) bool {
	_, ok := d.parse(s)
	return ok
}

// short reads a two-digit year as the latest year up to next year.
func (d dateReader) short(year, month, day string) (time.Time, bool) {
	if !d.byHand {
		return time.Time{}, false
	}
	y, _ := strconv.Atoi(year)
	y += 2000
	if y > d.today.Year()+1 {
		y -= 100
	}
	return civil(strconv.Itoa(y), month, day)
}

func civil(year, month, day string) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == y && int(t.Month()) == m && t.Day() == d
}

var clock = regexp.MustCompile(`^(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?$`)

// parseTime reads 22.15, 7:05 or the fraction of a day a spreadsheet stores,
// as HH:MM.
func parseTime(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if m := clock.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		min, _ := strconv.Atoi(m[2])
		if h > 23 || min > 59 {
			return "", false
		}
		return time.Date(0, 1, 1, h, min, 0, 0, time.UTC).Format("15:04"), true
	}
	if v, ok := parseNumber(s); ok && v >= 0 && v < 1 {
		return time.Date(0, 1, 1, 0, int(math.Round(v*24*60)), 0, 0, time.UTC).Format("15:04"), true
	}
	return "", false
}

var (
	ageText  = regexp.MustCompile(`(?i)^(\d{1,3})\s*(thn|th|tahun|t|bln|bl|bulan|b|hari|hr|h)?\b\.?`)
	pressure = regexp.MustCompile(`^(\d{1,4})\s*/\s*(\d{1,4})\s*(?:mm\s*hg)?\.?$`)
)

// parseAge reads "53 thn", "8 bln" or "53" as whole years.
func parseAge(s string) (years int, ok bool) {
	m := ageText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1])
	switch strings.ToLower(m[2]) {
	case "", "thn", "th", "tahun", "t":
		return n, true
	case "bln", "bl", "bulan", "b":
		return n / 12, true
	}
	return 0, true
}

var ageParts = regexp.MustCompile(`(?i)^(?:(\d{1,3})\s*(?:thn|th|tahun|t)\b\.?)?\s*(?:(\d{1,3})\s*(?:bln|bl|bulan|b)\b\.?)?$`)

// bornByAge is the estimated birth date of a person of an age at the day at: 1
// July of the year for years or a year of birth, the first of the month for
// months. It gives the same age, except for a year of birth.
func bornByAge(s string, at time.Time) (time.Time, bool) {
	s = strings.TrimSpace(s)
	july := func(year int) time.Time { return time.Date(year, 7, 1, 0, 0, 0, 0, time.UTC) }
	years, months := -1, -1
	if n, err := strconv.Atoi(s); err == nil && len(s) == 4 {
		return july(n), n <= at.Year() && !july(n).After(at) && n >= at.Year()-number.MaxAge
	} else if err == nil && n >= 0 && len(s) <= 3 {
		years = n
	} else if m := ageParts.FindStringSubmatch(s); m != nil && s != "" {
		if n, err := strconv.Atoi(m[1]); err == nil {
			years = n
		}
		if n, err := strconv.Atoi(m[2]); err == nil {
			months = n
		}
	}
	switch {
	case years > number.MaxAge, years < 0 && months < 0:
		return time.Time{}, false
	case months < 0:
		born := july(at.Year() - years)
		if born.After(at.AddDate(-years, 0, 0)) {
			born = july(at.Year() - years - 1)
		}
		return born, true
	}
	return time.Date(at.Year(), at.Month()-time.Month(12*max(years, 0)+months), 1, 0, 0, 0, 0, time.UTC), true
}

func parsePressure(s string) (systolic, diastolic string, ok bool) {
	m := pressure.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// ageYears is the age in completed years.
func ageYears(birth, at time.Time) int {
	n := at.Year() - birth.Year()
	if at.Month() < birth.Month() || at.Month() == birth.Month() && at.Day() < birth.Day() {
		n--
	}
	return n
}

func ageDays(birth, at time.Time) int { return int(at.Sub(birth).Hours() / 24) }

// yes reads ya/tidak, Y/T and similar; ok is false for anything else.
func yes(s string) (v, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "ya", "y", "1", "iya", "true", "v", "ada":
		return true, true
	case "tidak", "t", "n", "0", "tdk", "-", "false", "tidak ada":
		return false, true
	}
	return false, false
}

// ticked reads a tick in a manual list: Y V X 1 and check marks are yes; N, T,
// - and empty are no.
func ticked(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "y", "v", "x", "1", "\u2713", "\u2714", "\u221a", "ya":
		return true
	}
	return false
}

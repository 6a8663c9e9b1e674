package number

import (
	"strconv"
	"strings"
	"time"
)

// MaxAge is the maximum age in years of a valid birth date. It also decides the
// century of the two-digit year of a NIK.
const MaxAge = 120

// NIK is a valid national identity number: 16 digits, a possible date, a
// serial other than 0000.
type NIK string

// ParseNIK reads a NIK from text. Blanks, dots and an apostrophe are dropped.
// Errors: ErrEmpty, ErrLostDigits (scientific notation), ErrLength (not 16
// characters), ErrInvalid (a letter, month 13, serial 0000).
func ParseNIK(text string) (NIK, error) {
	if scientific(text) {
		return "", ErrLostDigits
	}
	s := strip(text)
	switch {
	case s == "":
		return "", ErrEmpty
	case len([]rune(s)) != 16:
		return "", ErrLength
	case !digits(s):
		return "", ErrInvalid
	}
	n := NIK(s)
	day, month, year := n.birth()
	if s[:2] == "00" || s[12:] == "0000" || !(exists(2000+year, month, day) || exists(1900+year, month, day)) {
		return "", ErrInvalid
	}
	return n, nil
}

// ParseNIKCell reads a NIK from a spreadsheet cell that holds a number. Excel
// keeps 15 digits, so the 16th of a damaged NIK is 0: ErrLostDigits. A NIK
// that truly ends in 0 cannot be told apart and is refused too.
func ParseNIKCell(raw string) (NIK, error) {
	text := strings.TrimSpace(raw)
	if strings.ContainsAny(text, "eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", ErrInvalid
		}
		text = strconv.FormatFloat(f, 'f', 0, 64)
	}
	if len(text) == 16 && strings.HasSuffix(text, "0") {
		return "", ErrLostDigits
	}
	return ParseNIK(text)
}

func (n NIK) birth() (day, month, year int) {
	day = int(n[6]-'0')*10 + int(n[7]-'0')
	month = int(n[8]-'0')*10 + int(n[9]-'0')
	year = int(n[10]-'0')*10 + int(n[11]-'0')
	if day > 40 {
		day -= 40
	}
	return day, month, year
}

// District is the six-digit kecamatan code of first registration, without
// dots. It does not follow a person who moves.
func (n NIK) District() string { return string(n[:6]) }

// Sex is the sex in the day part.
func (n NIK) Sex() Sex {
	if n[6] >= '4' {
		return Female
	}
	return Male
}

// Born reports whether the NIK's day, month and two-digit year are those of
// date. Only the calendar date counts.
func (n NIK) Born(date time.Time) bool {
	d, m, y := n.birth()
	return date.Day() == d && int(date.Month()) == m && date.Year()%100 == y
}

// BirthDate is the birth date in the NIK as of the day asOf (midnight UTC): in
// the latest century that is not in the future.
func (n NIK) BirthDate(asOf time.Time) time.Time {
	d, m, y := n.birth()
	for _, century := range []int{2000, 1900} {
		t := time.Date(century+y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		if exists(century+y, m, d) && !t.After(asOf) {
			return t
		}
	}
	return time.Date(1900+y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
}

func exists(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Day() == day && int(t.Month()) == month
}

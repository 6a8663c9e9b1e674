// Package number holds the rules of the identity numbers a patient record
// carries: NIK, KK, BPJS card, NIP and telephone. It knows no database and no
// other package of the product.
//
// The NIK layout is PPKKCC DDMMYY SSSS of Permendagri/Dukcapil (women: day +
// 40). There is no check digit in any of these numbers, so a valid number is
// possible but not proven.
package number

import (
	"errors"
	"strings"
	"unicode"
)

// Sex is the code on the wire (FHIR administrative gender).
type Sex string

// The two sexes that a NIK can contain.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Reasons a number is refused. They are compared with errors.Is.
var (
	// ErrEmpty: only blanks.
	ErrEmpty = errors.New("number: empty")
	// ErrLostDigits: scientific notation, or a number whose 16th digit a
	// spreadsheet replaced by 0.
	ErrLostDigits = errors.New("number: digits lost in a spreadsheet")
	// ErrLength: wrong number of digits for its kind.
	ErrLength = errors.New("number: wrong length")
	// ErrInvalid: right length, impossible content.
	ErrInvalid = errors.New("number: impossible")
)

// strip removes what people and spreadsheets add around and between digits:
// blanks (also no-break ones), dots, dashes and a leading apostrophe.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u200b', r == '\ufeff':
			return -1
		case r == '.', r == '-', r == '\'', r == '\u2019', r == '\u2018', r == '`':
			return -1
		}
		return r
	}, s)
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// scientific reports whether s looks like 3.17E+15 or 6,31E+15.
func scientific(s string) bool {
	s = strings.TrimSpace(s)
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(s), "E")
	if !ok {
		return false
	}
	mantissa = strings.TrimLeft(mantissa, "'")
	mantissa = strings.NewReplacer(".", "", ",", "").Replace(mantissa)
	return digits(mantissa) && digits(strings.TrimPrefix(exponent, "+"))
}

// Mask shows the first six and the last two characters of a number and hides
// the rest, for logs and lists. It hides short numbers completely.
func Mask(s string) string {
	if len(s) < 10 {
		return strings.Repeat("*", len(s))
	}
	return s[:6] + strings.Repeat("*", len(s)-8) + s[len(s)-2:]
}

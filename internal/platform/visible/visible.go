// Package visible says whether the characters of a text are visible.
package visible

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// hidden are characters that are invisible, or change how others are shown: controls, zero-width and filler
// characters, bidirectional controls, tags. It excludes the joiners U+200C and U+200D, which Arabic script and
// emoji use, and variation selectors; Name restricts those. SOURCE: Unicode 15, categories Cc, Cf, Zl, Zp and
// Default_Ignorable_Code_Point; UTR 36 section 2.
var hidden = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0000, 0x0008, 1}, {0x000B, 0x000C, 1}, {0x000E, 0x001F, 1}, {0x007F, 0x009F, 1}, // controls, not tab, LF, CR
		{0x00AD, 0x00AD, 1}, {0x034F, 0x034F, 1}, {0x061C, 0x061C, 1}, {0x115F, 0x1160, 1}, {0x17B4, 0x17B5, 1},
		{0x180E, 0x180E, 1},
		{0x200B, 0x200B, 1}, {0x200E, 0x200F, 1}, {0x2028, 0x202E, 1}, {0x2060, 0x206F, 1}, // zero width, bidirectional
		{0x2800, 0x2800, 1}, {0x3164, 0x3164, 1}, {0xFEFF, 0xFEFF, 1}, {0xFFA0, 0xFFA0, 1}, {0xFFF0, 0xFFFB, 1},
	},
	R32:         []unicode.Range32{{0x1D173, 0x1D17A, 1}, {0xE0000, 0xE00FF, 1}, {0xE01F0, 0xE0FFF, 1}},
	LatinOffset: 5,
}

// hides says whether r is hidden or not a character: private use, half of a
// surrogate pair, or unassigned.
func hides(r rune) bool {
	return (r < ' ' || r > '~') && unicode.In(r, hidden, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// Hidden returns the first invisible character of s. ok is false when there is
// none. Tab, line feed and carriage return count as visible.
func Hidden(s string) (r rune, ok bool) {
	for _, r := range s {
		if hides(r) {
			return r, true
		}
	}
	return 0, false
}

// Shows says whether s contains a letter, digit, punctuation mark or symbol,
// and not only blanks, joiners and combining marks.
func Shows(s string) bool {
	for _, r := range s {
		if unicode.IsOneOf([]*unicode.RangeTable{unicode.L, unicode.N, unicode.P, unicode.S}, r) && !hides(r) {
			return true
		}
	}
	return false
}

// Kept is the stored form of a name, used to compare and search: composed
// (SOURCE: UAX 15, NFC), with one blank between words.
func Kept(name string) string { return strings.Join(strings.Fields(norm.NFC.String(name)), " ") }

// longestNumber is the maximum number of digits in a name. Phones, cards and
// identity numbers have more.
const longestNumber = 9

// Name says whether s can be a person's name: one line with a letter that no
// spreadsheet runs as a formula, without a long number, a variation selector or
// a joiner outside Arabic script.
func Name(s string) bool {
	letters, figures := 0, 0
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case unicode.Is(unicode.Variation_Selector, r), r == unicode.ReplacementChar: // left by a wrong encoding
			return false
		case r == '\u200c' || r == '\u200d':
			if i == 0 || i+1 == len(runes) || !unicode.In(runes[i-1], unicode.Arabic, unicode.Mn) ||
				!unicode.Is(unicode.Arabic, runes[i+1]) {
				return false
			}
		case unicode.IsLetter(r):
			letters, figures = letters+1, 0
		case unicode.IsDigit(r):
			if figures++; figures > longestNumber {
				return false
			}
		}
	}
	return letters > 0 && Line(s) && !Formula(s)
}

// Formula says whether a spreadsheet would run s. A leading plus or minus is
// allowed: phones, ranges and dashes begin with it.
func Formula(s string) bool { return strings.HasPrefix(s, "=") || strings.HasPrefix(s, "@") }

// Line says whether s is a single readable line: it is not blank and contains
// neither a hidden character nor a tab or line end.
func Line(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || hides(r) {
			return false
		}
	}
	return Shows(s)
}

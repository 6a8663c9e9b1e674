package paper

import (
	_ "embed" // the typeface
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// Liberation Sans (SIL Open Font License 1.1, text in font/OFL.txt). Kept as
// strings: fpdf may write into the bytes it gets, so each document gets a copy.
var (
	//go:embed font/LiberationSans-Regular.ttf
	fontRegular string
	//go:embed font/LiberationSans-Bold.ttf
	fontBold string
	//go:embed font/LiberationSans-Italic.ttf
	fontItalic string
)

const family = "liberation"

// substitute stands for a character that a paper cannot show (emoji, Arabic,
// Han ...), so that the reader sees that something was there.
const substitute = '\u25a1'

var fontFiles = map[string]string{"": fontRegular, "B": fontBold, "I": fontItalic}

// glyphs tells which characters all three styles have and a paper can show: it
// writes from left to right only, and Hebrew would stand backwards.
var glyphs = sync.OnceValue(func() map[rune]bool {
	have := coverage(fontRegular)
	bold, italic := coverage(fontBold), coverage(fontItalic)
	for r := range have {
		if !bold[r] || !italic[r] || leftwards(r) {
			delete(have, r)
		}
	}
	return have
})

// leftwards says whether r is written from right to left (SOURCE: UAX 9, classes
// R and AL).
func leftwards(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// coverage reads the characters of a TrueType file from its Unicode cmap
// (format 4; OpenType specification, "cmap").
func coverage(font string) map[rune]bool {
	data := []byte(font)
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(data[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(data[at:])) }
	have := map[rune]bool{}
	for i := range u16(4) {
		entry := 12 + 16*i
		if string(data[entry:entry+4]) != "cmap" {
			continue
		}
		cmap := u32(entry + 8)
		for j := range u16(cmap + 2) {
			table := cmap + u32(cmap+4+8*j+4)
			if u16(table) != 4 {
				continue
			}
			segments := u16(table+6) / 2
			for k := range segments {
				end := u16(table + 14 + 2*k)
				start := u16(table + 16 + 2*segments + 2*k)
				for c := start; c <= end && c < 0xffff; c++ {
					have[rune(c)] = true
				}
			}
		}
	}
	return have
}

// Unprintable lists the characters of text that a paper cannot show, each once,
// in the order of Unicode: clean would put a box for them. Blanks, line ends and
// formatting characters are none.
func Unprintable(text string) []rune {
	have := glyphs()
	var lacks []rune
	for _, r := range text {
		if r > '~' && !have[r] && !unseen(r) && !slices.Contains(lacks, r) {
			lacks = append(lacks, r)
		}
	}
	slices.Sort(lacks)
	return lacks
}

// unseen are characters that a paper drops or that are blanks on it.
func unseen(r rune) bool {
	return r == '\u2028' || r == '\u2029' || dropped(r) || unicode.Is(unicode.Zs, r)
}

func dropped(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// clean makes text printable: line ends and spaces unified, control and
// formatting characters dropped, characters outside the typeface substituted
// (one box for a whole emoji sequence is not attempted: one box a character).
func clean(text string) string {
	have := glyphs()
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\t' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case dropped(r):
		case have[r]:
			b.WriteRune(r)
		default:
			b.WriteRune(substitute)
		}
	}
	return b.String()
}

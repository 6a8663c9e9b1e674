//go:build sabotage

package sealed_numbers

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// canary is a value that must not be found. The people are invented.
type canary struct{ kind, text string }

// The canaries: one person comes from a file, one from the counter, and later
// values replace earlier ones.
var (
	canaryName = canary{"name", "Zulkhairansyah Wiraguna"}

	fileNIK     = canary{"NIK of the file", "6311051503489047"}
	fileKK      = canary{"KK of the file", "6311050103209047"}
	fileCard    = canary{"BPJS card of the file", "0009738264519"}
	filePhone   = canary{"phone of the file", "084073829164"}
	fileAddress = canary{"address of the file", "Gg. Enggang Kenari 771"}

	counterNIK     = canary{"NIK", "6311055907519386"} // a woman: day + 40
	counterKK      = canary{"KK", "6311050907209386"}
	counterCard    = canary{"BPJS card", "0009461857392"}
	counterPhone   = canary{"phone", "084096418372"}
	counterAddress = canary{"address", "Jl. Cendrawasih Biru 8842"}
	motherNIK      = canary{"mother's NIK", "6311054411299386"}

	laterPhone   = canary{"changed phone", "084058273946"}
	laterCard    = canary{"changed BPJS card", "0009172938465"}
	laterAddress = canary{"changed address", "Komp. Murai Batu Blok Q7"}

	secrets = []canary{fileNIK, fileKK, fileCard, filePhone, fileAddress, counterNIK, counterKK, counterCard,
		counterPhone, counterAddress, motherNIK,
		laterPhone, laterCard, laterAddress}
)

// spaced is the number with spaces, as people write it.
func (c canary) spaced(sep string) string {
	var parts []string
	for p := range slices.Chunk([]byte(c.text), 4) {
		parts = append(parts, string(p))
	}
	return strings.Join(parts, sep)
}

// spellings are the forms in which a value may be stored: as entered, grouped,
// without its leading zero (a phone is stored as +62...), in other case,
// reversed, percent-encoded, in UTF-16, and each of these in hex (as a dump
// writes bytes) and in base64 at its three alignments.
func (c canary) spellings() []string {
	forms := []string{c.text, strings.ToUpper(c.text), strings.ToLower(c.text), url.QueryEscape(c.text),
		url.PathEscape(c.text)}
	if c.text[0] >= '0' && c.text[0] <= '9' {
		forms = append(forms, c.spaced(" "), c.spaced("."), c.spaced("-"))
	}
	if strings.HasPrefix(c.text, "0840") {
		forms = append(forms, c.text[1:])
	}
	backwards := []byte(c.text)
	slices.Reverse(backwards)
	var utf16 []byte
	for _, b := range []byte(c.text) {
		utf16 = append(utf16, b, 0)
	}
	forms = append(forms, string(backwards), string(utf16))
	slices.Sort(forms)
	forms = slices.Compact(forms)
	for _, f := range slices.Clone(forms) {
		forms = append(forms, hex.EncodeToString([]byte(f)), strings.ToUpper(hex.EncodeToString([]byte(f))))
		for shift := range 3 {
			// Only the characters that depend on f alone.
			e := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + f))
			e = e[(shift*8+5)/6 : (shift+len(f))*8/6]
			forms = append(forms, e, strings.NewReplacer("+", "-", "/", "_").Replace(e))
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

package source

import "strings"

// oneEdit reports whether a becomes b when one letter is added, removed or
// changed or two neighbours are swapped (optimal string alignment distance of
// at most 1).
func oneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	rest := func(p, q []rune) bool { return string(p) == string(q) }
	if len(x) == len(y) {
		if i == len(x) {
			return true
		}
		return rest(x[i+1:], y[i+1:]) ||
			i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && rest(x[i+2:], y[i+2:])
	}
	return rest(x[i:], y[i+1:])
}

// titles precede a name and are not part of it.
var titles = map[string]bool{
	"H": true, "HJ": true, "NY": true, "TN": true, "AN": true, "NN": true, "SDR": true, "SDRI": true, "BY": true,
	"BAYI": true,
	"IBU":  true, "BPK": true, "BAPAK": true, "PAK": true, "BU": true, "DR": true, "DRG": true, "DRS": true,
	"DRA": true,
	"IR":  true,
	"ALM": true, "ALMH": true, "NENEK": true, "KAKEK": true, "GURU": true, "USTADZ": true,
}

// longWords are common abbreviations of given names.
var longWords = map[string]string{
	"M": "MUHAMMAD", "MUH": "MUHAMMAD", "MUHD": "MUHAMMAD", "MHD": "MUHAMMAD", "MOH": "MUHAMMAD", "MOHD": "MUHAMMAD",
	"MD":      "MUHAMMAD",
	"MUHAMAD": "MUHAMMAD", "MOHAMMAD": "MUHAMMAD", "ABD": "ABDUL", "ABDL": "ABDUL", "AKH": "AKHMAD", "AHM": "AHMAD",
	"ST": "SITI", "NR": "NUR",
}

// nameWords reduces a name to its words in capitals: without titles before it,
// degrees after a comma, and signs inside words.
func nameWords(name string) []string {
	name, _, _ = strings.Cut(name, ",")
	name = strings.ToUpper(name)
	name = strings.NewReplacer("'", "", "\u2019", "", "`", "", ".", " ", "-", " ", "(", " ", ")", " ", "/", " ").
		Replace(name)
	words := strings.Fields(name)
	for len(words) > 1 && titles[words[0]] {
		words = words[1:]
	}
	for i, w := range words {
		if long, ok := longWords[w]; ok && len(words) > 1 {
			words[i] = long
		}
	}
	return words
}

// nameLikeness is the likeness of two names.
type nameLikeness int

const (
	nameOther  nameLikeness = iota
	nameTypo                // one letter wrong, or two in a long name
	nameShort               // an initial or a shortened word
	nameTitled              // equal except for titles and common abbreviations
	nameSame
)

func compareNames(a, b string) nameLikeness {
	if strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " ")) {
		return nameSame
	}
	x, y := nameWords(a), nameWords(b)
	if len(x) == 0 || len(y) == 0 || ordinal(x) != ordinal(y) {
		return nameOther
	}
	p, q := strings.Join(x, " "), strings.Join(y, " ")
	switch {
	case p == q && fold(a) == fold(b):
		return nameSame
	case p == q:
		return nameTitled
	case strings.ReplaceAll(p, " ", "") == strings.ReplaceAll(q, " ", ""):
		return nameTitled
	case initials(x, y):
		return nameShort
	case min(len(p), len(q)) > 4 && oneEdit(p, q): // Ani and Adi are two people
		return nameTypo
	case len(x) == len(y) && len(x) > 1 && eachWordNear(x, y):
		return nameTypo
	}
	return nameOther
}

// ordinal is the Roman number after a name, which marks unnamed twins ("By. Ny.
// Rina I", "... II").
func ordinal(words []string) string {
	switch last := words[len(words)-1]; {
	case len(words) < 2:
	case last == "I", last == "II", last == "III", last == "IV":
		return last
	}
	return ""
}

// initials reports whether the names have the same number of words and each
// word equals the other or is its beginning of one to four letters. At least
// one word is complete in both.
func initials(x, y []string) bool {
	if len(x) != len(y) || len(x) < 2 {
		return false
	}
	whole := 0
	for i := range x {
		a, b := x[i], y[i]
		if len(a) > len(b) {
			a, b = b, a
		}
		switch {
		case a == b:
			whole++
		case len(a) > 4 || !strings.HasPrefix(b, a):
			return false
		}
	}
	return whole > 0
}

// eachWordNear allows one wrong letter in each of at most two long words.
func eachWordNear(x, y []string) bool {
	wrong := 0
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if wrong++; wrong > 2 || min(len(x[i]), len(y[i])) < 4 || !oneEdit(x[i], y[i]) {
			return false
		}
	}
	return true
}

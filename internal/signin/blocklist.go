package signin

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/balangan/homecare/internal/reference"
)

// words.txt contains common choices: the well-known most common passwords of
// published lists, Indonesian words and names, words of this service, and usual
// combinations of two. One per line, lower case.
//
//go:embed blocklist/words.txt
var wordList string

var blocked = set(strings.Fields(wordList))

func set(words []string) map[string]bool {
	out := make(map[string]bool, len(words))
	for _, w := range words {
		out[w] = true
	}
	return out
}

// places are the names of puskesmas, districts and villages, without spaces and
// word by word.
var places = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, name := range reference.PlaceNames() {
		addWords(out, name)
	}
	return out
})

// service are words for the service and its people.
var service = set([]string{"homecare", "sanggam", "kupinang", "puskesmas", "dinkes", "balangan", "dinas", "kesehatan",
	"admin", "koordinator", "petugas", "kepala", "uptd", "password", "sandi", "katasandi"})

// contextWords are words of the user's context, of which the password must not
// consist.
func contextWords(of PasswordOf) map[string]bool {
	out := map[string]bool{}
	for w := range service {
		out[w] = true
	}
	addWords(out, of.Username)
	addWords(out, of.Name)
	addWords(out, of.Puskesmas)
	for w := range places() {
		out[w] = true
	}
	return out
}

// addWords adds a name as a whole and its words of three or more letters.
func addWords(to map[string]bool, name string) {
	lower := strings.ToLower(name)
	if whole := strings.Map(letters, lower); len(whole) >= 3 {
		to[whole] = true
	}
	for _, w := range strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(w) >= 3 {
			to[w] = true
		}
	}
}

const notLetters = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

func letters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s",
	"!", "i", "|", "l", "+", "t")

// unleet reverses the usual substitutions inside a password. Digits and symbols
// at its ends are additions and stay.
func unleet(lower string) string {
	trimmed := strings.TrimRight(lower, notLetters)
	return leet.Replace(trimmed) + lower[len(trimmed):]
}

// pieces is the smallest number of words that make up the whole of s, 0 when
// that is impossible.
func pieces(s string, lists ...map[string]bool) int {
	const far = 1 << 20
	if len(s) > 4*lengthMost {
		return 0
	}
	least := make([]int, len(s)+1)
	for end := 1; end <= len(s); end++ {
		least[end] = far
		for begin := max(0, end-40); begin <= end-3; begin++ {
			if least[begin] == far {
				continue
			}
			for _, l := range lists {
				if l[s[begin:end]] {
					least[end] = min(least[end], least[begin]+1)
				}
			}
		}
	}
	if least[len(s)] >= far {
		return 0
	}
	return least[len(s)]
}

// repeats says whether s repeats one part, or has fewer than five different
// characters.
func repeats(s string) bool {
	rs := []rune(s)
	different := map[rune]bool{}
	for _, r := range rs {
		different[r] = true
	}
	if len(rs) >= lengthBeside && len(different) < 5 {
		return true
	}
	for unit := 1; unit <= len(rs)/2; unit++ {
		if len(rs)%unit != 0 {
			continue
		}
		same := true
		for i := unit; i < len(rs) && same; i++ {
			same = rs[i] == rs[i-unit]
		}
		if same {
			return true
		}
	}
	return false
}

// keyboard are the rows of a keyboard.
var keyboard = []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qaz", "wsx", "edc", "rfv", "tgb", "yhn",
	"ujm"}

// next says whether b follows a in the alphabet, in the digits or on a keyboard
// row: 1, -1 for the reverse, 0 for neither.
func next(a, b rune) int {
	switch {
	case b == a+1:
		return 1
	case b == a-1:
		return -1
	}
	for _, row := range keyboard {
		i, j := strings.IndexRune(row, a), strings.IndexRune(row, b)
		if i >= 0 && j >= 0 && (j == i+1 || j == i-1) {
			return j - i
		}
	}
	return 0
}

// effective is the length of s where each sequence of four or more (abcd, 4321,
// asdf) counts as two.
func effective(s string) int {
	rs := []rune(s)
	n := 0
	for i := 0; i < len(rs); {
		run := 1
		for i+run < len(rs) {
			d := next(rs[i+run-1], rs[i+run])
			if d == 0 || run > 1 && d != next(rs[i+run-2], rs[i+run-1]) {
				break
			}
			run++
		}
		if run >= 4 {
			n += 2
		} else {
			run = 1
			n++
		}
		i += run
	}
	return n
}

package signin

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/balangan/homecare/internal/platform/fault"
)

// Policy is the password rules (HOMECARE_PASSWORD_POLICY).
type Policy string

// The policies.
//
// NIST is NIST SP 800-63B-4 (2025), 3.1.1.2: at least 15 characters, or 8 with
// a second factor. Every Unicode character counts as one. Common, expected and
// compromised passwords are blocked. There are no composition rules, and no
// change without cause.
//
// BSSN follows Peraturan BSSN 4/2021: at least 8 characters with upper case, lower
// case, digit and symbol, changed every 90 days, none of the last five reused. The
// regulation itself was not read; an operator bound by it must check these figures.
const (
	NIST Policy = "nist"
	BSSN Policy = "bssn"
)

// Limits of the policies, in characters, days and passwords.
const (
	lengthAlone   = 15
	lengthBeside  = 8 // with a second factor
	lengthMost    = 200
	bssnDays      = 90
	BssnRemembers = 5
)

// ParsePolicy reads the setting; empty is NIST.
func ParsePolicy(s string) (Policy, bool) {
	if s == "" {
		return NIST, true
	}
	return Policy(s), Policy(s) == NIST || Policy(s) == BSSN
}

// ErrPasswordRefused is the fault of a password that breaks a rule. Its fields
// name the rule and the remedy.
var ErrPasswordRefused = fault.Define(fault.Invalid, "password.refused",
	"Kata sandi ini belum memenuhi aturan. Lihat aturan yang belum terpenuhi, lalu pilih yang lain.",
	"This password does not keep the rules. See the rule it breaks, and choose another.").
	Hint("errors names each rule that it breaks")

// ErrPasswordExpired is the fault of a correct password that is too old (bssn).
var ErrPasswordExpired = fault.Define(fault.Forbidden, "auth.password_expired",
	"Kata sandi Anda sudah lebih dari 90 hari. Minta tautan baru.",
	"Your password is older than 90 days. Ask for a link to set a new one.").Hint("POST /v1/auth/password-reset")

// Expired says whether a password of that time must be changed: after 90 days
// under bssn, never under nist.
func (p Policy) Expired(changed *time.Time, now time.Time) bool {
	return p == BSSN && changed != nil && now.Sub(*changed) > bssnDays*24*time.Hour
}

// PasswordOf is the context of a password: what it must not consist of, and
// whether a second factor is used with it.
type PasswordOf struct {
	Username, Name, Puskesmas string
	SecondFactor              bool
}

var ruleTexts = map[string]fault.Text{
	"too_short": {
		ID: "Terlalu pendek: paling sedikit {least} karakter. Beberapa kata yang tidak berhubungan mudah diingat dan kuat.",
		EN: "Too short: at least {least} characters. A few unrelated words are easy to remember and strong."},
	"too_long": {ID: "Terlalu panjang: paling banyak {most} karakter.", EN: "Too long: at most {most} characters."},
	"common": {
		ID: "Kata sandi ini umum dipakai dan mudah ditebak. Tambahkan beberapa kata lain yang tidak berhubungan.",
		EN: "This password is common and easy to guess. Add a few other, unrelated words."},
	"context": {
		ID: "Kata sandi tidak boleh hanya terdiri dari nama Anda, nama pengguna, puskesmas, tempat atau nama layanan. Tambahkan kata lain.",
		EN: "A password must not consist of your name, username, puskesmas, a place or the name of the service. Add other words."},
	"repetition": {ID: "Kata sandi ini mengulang karakter atau bagian yang sama. Pilih yang lebih beragam.",
		EN: "This password repeats the same characters or part. Choose a more varied one."},
	"sequence": {ID: "Kata sandi ini berupa urutan huruf, angka atau tombol. Pilih kata-kata yang tidak berurutan.",
		EN: "This password is a sequence of letters, digits or keys. Choose words that are in no sequence."},
	"no_upper": {ID: "Tambahkan paling sedikit satu huruf besar.", EN: "Add at least one capital letter."},
	"no_lower": {ID: "Tambahkan paling sedikit satu huruf kecil.", EN: "Add at least one small letter."},
	"no_digit": {ID: "Tambahkan paling sedikit satu angka.", EN: "Add at least one digit."},
	"no_symbol": {ID: "Tambahkan paling sedikit satu simbol, misalnya tanda baca.",
		EN: "Add at least one symbol, such as a punctuation mark."},
	"reused": {ID: "Kata sandi ini termasuk {last} kata sandi terakhir Anda. Pilih yang baru.",
		EN: "This is one of your last {last} passwords. Choose a new one."},
}

func Rule(code string) fault.Field {
	return fault.Field{Pointer: "/new_password", Code: code, Text: ruleTexts[code],
		Args: map[string]any{"least": lengthAlone, "most": lengthMost, "last": BssnRemembers}}
}

// Check checks a password against the policy. Error: ErrPasswordRefused with a
// field per rule.
func (p Policy) Check(password string, of PasswordOf) error {
	password = norm.NFKC.String(password)
	var broken []fault.Field
	least := lengthAlone
	if p == BSSN || of.SecondFactor {
		least = lengthBeside
	}
	if n := utf8.RuneCountInString(password); n < least {
		short := Rule("too_short")
		short.Args["least"] = least
		broken = append(broken, short)
	} else if n > lengthMost {
		broken = append(broken, Rule("too_long"))
	}
	if p == BSSN {
		broken = append(broken, composition(password)...)
	}
	if code := guessable(password, of); code != "" {
		broken = append(broken, Rule(code))
	}
	if broken == nil {
		return nil
	}
	return ErrPasswordRefused.At(broken...)
}

func composition(password string) []fault.Field {
	var upper, lower, digit, symbol bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsDigit(r):
			digit = true
		case !unicode.IsLetter(r) && !unicode.IsSpace(r):
			symbol = true
		}
	}
	var broken []fault.Field
	for _, c := range []struct {
		there bool
		code  string
	}{{upper, "no_upper"}, {lower, "no_lower"}, {digit, "no_digit"}, {symbol, "no_symbol"}} {
		if !c.there {
			broken = append(broken, Rule(c.code))
		}
	}
	return broken
}

// guessable returns the rule of the blocklist that a password breaks, or "".
func guessable(password string, of PasswordOf) string {
	lower := strings.ToLower(password)
	switch {
	case repeats(lower):
		return "repetition"
	case effective(lower) < lengthBeside && effective(lower) < utf8.RuneCountInString(lower):
		return "sequence"
	}
	own := contextWords(of)
	for _, plain := range []string{lower, unleet(lower), leet.Replace(strings.TrimRight(lower, notLetters[10:]))} {
		core := strings.Map(letters, plain)
		if blocked[plain] || blocked[strings.Trim(plain, notLetters)] || len(core) > 0 && blocked[core] {
			return "common"
		}
		if core == "" {
			continue
		}
		if pieces(core, own) > 0 {
			return "context"
		}
		if n := pieces(core, blocked, places(), own); n > 0 && n <= 2 {
			return "common"
		}
	}
	return ""
}

package number

import "strings"

// ParseKK reads a family card number of 16 digits. It checks nothing else: the
// number contains the date of issue, but its rules are not published. Errors:
// ErrEmpty, ErrLostDigits, ErrLength, ErrInvalid.
func ParseKK(text string) (string, error) {
	return fixed(text, 16)
}

// ParseBPJSCard reads a BPJS Kesehatan card number: 13 digits, leading zeros
// matter. Errors: ErrEmpty, ErrLostDigits, ErrLength, ErrInvalid.
func ParseBPJSCard(text string) (string, error) {
	return fixed(text, 13)
}

func fixed(text string, n int) (string, error) {
	if scientific(text) {
		return "", ErrLostDigits
	}
	s := strip(text)
	switch {
	case s == "":
		return "", ErrEmpty
	case len(s) != n:
		return "", ErrLength
	case !digits(s):
		return "", ErrInvalid
	}
	return s, nil
}

// ParsePhone reads an Indonesian telephone number and returns it as +62
// followed by the national number. A mobile number is written 08..., 628...,
// +628... or 8... and has 10 to 13 digits with its leading 0. A landline needs
// its area code (after 0 or 62). Errors: ErrEmpty, ErrLostDigits, ErrInvalid
// (letters), ErrLength.
func ParsePhone(text string) (string, error) {
	if scientific(text) {
		return "", ErrLostDigits
	}
	s := strip(text)
	s = strings.NewReplacer("(", "", ")", "", "/", "").Replace(s)
	if s == "" {
		return "", ErrEmpty
	}
	plus := strings.HasPrefix(s, "+")
	s = strings.TrimPrefix(s, "+")
	if !digits(s) {
		return "", ErrInvalid
	}
	switch {
	case strings.HasPrefix(s, "62"):
		s = strings.TrimPrefix(s[2:], "0")
	case plus:
		return "", ErrInvalid
	case strings.HasPrefix(s, "0"):
		s = s[1:]
	case !strings.HasPrefix(s, "8"):
		return "", ErrInvalid
	}
	if strings.HasPrefix(s, "8") {
		if len(s) < 9 || len(s) > 12 {
			return "", ErrLength
		}
		return "+62" + s, nil
	}
	if len(s) < 7 || len(s) > 11 || strings.HasPrefix(s, "0") {
		return "", ErrLength
	}
	return "+62" + s, nil
}

package number

import (
	"errors"
	"testing"
	"time"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestParseNIK(t *testing.T) {
	for _, c := range []struct {
		text string
		want NIK
		err  error
	}{
		{"6311054311229120", "6311054311229120", nil},
		{"'63.11.05.431122.9120", "6311054311229120", nil},
		{"\u00a06311 0543 1122 9120 ", "6311054311229120", nil},
		{"", "", ErrEmpty},
		{" ' ", "", ErrEmpty},
		{"6.31E+15", "", ErrLostDigits},
		{"6,31105E+15", "", ErrLostDigits},
		{"631105431122912", "", ErrLength},
		{"63110543112291200", "", ErrLength},
		{"631105553126296O", "", ErrInvalid},
		{"6311054313229120", "", ErrInvalid},
		{"6311053002229120", "", ErrInvalid},
		{"6311057202229120", "", ErrInvalid},
		{"6311054311220000", "", ErrInvalid},
		{"6311052902019120", "", ErrInvalid}, // neither 1901 nor 2001 is a leap year
		{"6311052902009120", "6311052902009120", nil},
	} {
		got, err := ParseNIK(c.text)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseNIK(%q) = %q, %v; want %q, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestParseNIKCell(t *testing.T) {
	for _, c := range []struct {
		raw string
		err error
	}{
		{"6311053108849579", nil},
		{"6.3110531088495792E+15", nil},
		{"6308036901829230", ErrLostDigits},
		{"6.30803690182923E+15", ErrLostDigits},
		{"631105310884957", ErrLength},
	} {
		if _, err := ParseNIKCell(c.raw); !errors.Is(err, c.err) {
			t.Errorf("ParseNIKCell(%q) = %v, want %v", c.raw, err, c.err)
		}
	}
}

func TestNIKTells(t *testing.T) {
	n, err := ParseNIK("6311085411429034")
	if err != nil {
		t.Fatal(err)
	}
	if n.Sex() != Female || n.District() != "631108" {
		t.Errorf("sex %s district %s", n.Sex(), n.District())
	}
	asOf := date(2026, 11, 1)
	if got := n.BirthDate(asOf); !got.Equal(date(1942, 11, 14)) {
		t.Errorf("birth date %s", got)
	}
	if !n.Born(date(1942, 11, 14)) || n.Born(date(1942, 11, 15)) || n.Born(date(1943, 11, 14)) {
		t.Error("Born does not compare day, month and year")
	}
	// The day after asOf belongs to the last century, asOf itself to this one.
	if got := NIK("6311050211260001").BirthDate(asOf); !got.Equal(date(1926, 11, 2)) {
		t.Errorf("tomorrow read as %s", got)
	}
	if got := NIK("6311050111260001").BirthDate(asOf); !got.Equal(asOf) {
		t.Errorf("today read as %s", got)
	}
}

func TestPhone(t *testing.T) {
	for _, c := range []struct {
		text, want string
		err        error
	}{
		{"0840-3064-8219", "+6284030648219", nil},
		{"(0840) 7303.5700", "+6284073035700", nil},
		{"+62 840 6240 5194", "+6284062405194", nil},
		{"84056781896", "+6284056781896", nil},
		{"6284046976258", "+6284046976258", nil},
		{"0526-2029001", "+625262029001", nil},
		{"0840", "", ErrLength},
		{"8,4E+10", "", ErrLostDigits},
		{"tidak ada", "", ErrInvalid},
		{"+1 202 555 0100", "", ErrInvalid},
		{"", "", ErrEmpty},
	} {
		got, err := ParsePhone(c.text)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParsePhone(%q) = %q, %v; want %q, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestCards(t *testing.T) {
	if got, err := ParseBPJSCard(" 0009-2265-83548 "); got != "0009226583548" || err != nil {
		t.Errorf("card %q %v", got, err)
	}
	if _, err := ParseBPJSCard("9226583548"); !errors.Is(err, ErrLength) {
		t.Errorf("a card that lost its zeros: %v", err)
	}
	if _, err := ParseKK("631105431122912X"); !errors.Is(err, ErrInvalid) {
		t.Errorf("a family card with a letter: %v", err)
	}
}

func TestMask(t *testing.T) {
	if got := Mask("6311054311229120"); got != "631105********20" {
		t.Error(got)
	}
	if got := Mask("0840"); got != "****" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"6311054311229120", "6.31E+15", "+62 840", "'", "\u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := ParseNIK(s); err == nil {
			if again, err := ParseNIK(string(n)); err != nil || again != n {
				t.Fatalf("%q is not a fixed point", n)
			}
			n.BirthDate(date(2026, 11, 1))
		}
		if p, err := ParsePhone(s); err == nil {
			if again, err := ParsePhone(p); err != nil || again != p {
				t.Fatalf("%q is not a fixed point: %q %v", p, again, err)
			}
		}
		_, _ = ParseNIKCell(s)
	})
}

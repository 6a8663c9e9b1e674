package source

import (
	"testing"
	"time"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
		ok   bool
	}{
		{"57,2", 57.2, true}, {"36.7", 36.7, true}, {"1.000", 1, true}, {"0,750", 0.75, true},
		{"1.234,5", 1234.5, true},
		{"1,234.5", 1234.5, true}, {"1.234.567", 1234567, true}, {" 62 ", 62, true}, {"\u00a062,5", 62.5, true},
		{"4.3499999999999996", 4.35, true}, {"1E2", 100, true}, {"-3", -3, true},
		{"", 0, false}, {"-", 0, false}, {"abc", 0, false}, {"0x1p4", 0, false}, {"Inf", 0, false}, {"NaN", 0, false},
		{"1_000", 0, false},
		{"1,2.3,4", 0, false}, {"1e999", 0, false},
	} {
		if got, ok := parseNumber(c.text); got != c.want || ok != c.ok {
			t.Errorf("parseNumber(%q) = %v %v", c.text, got, ok)
		}
	}
}

func TestDates(t *testing.T) {
	hand := dateReader{today: today(asOf), byHand: true}
	for _, c := range []struct {
		text, machine, byHand string
	}{
		{"05/10/2026", "2026-10-05", "2026-10-05"},
		{"5-1-2026", "2026-01-05", "2026-01-05"},
		{"2026-10-05", "2026-10-05", "2026-10-05"},
		{"2026-10-05 07:30:00", "2026-10-05", "2026-10-05"},
		{"46300", "2026-10-05", "2026-10-05"},
		{"46300.5", "2026-10-05", "2026-10-05"},
		{"10/25/2026", "", ""}, // never month first
		{"31/09/2026", "", ""},
		{"29/02/2025", "", ""},
		{"1954", "", ""},
		{"9800", "1926-10-30", "1926-10-30"},
		{"5 Oktober 2026", "", "2026-10-05"},
		{"Senin, 5 Okt 2026", "", "2026-10-05"},
		{"23-07-86", "", "1986-07-23"},
		{"15-04-03", "", "2003-04-15"},
		{"5 Foo 2026", "", ""},
	} {
		for _, d := range []struct {
			r    dateReader
			want string
		}{{dateReader{today: today(asOf)}, c.machine}, {hand, c.byHand}} {
			got := ""
			if v, ok := d.r.parse(c.text); ok {
				got = v.Format(time.DateOnly)
			}
			if got != d.want {
				t.Errorf("%q by hand %v: %q, want %q", c.text, d.r.byHand, got, d.want)
			}
		}
	}
	// The clock is Balangan's: 18:00 UTC is tomorrow there.
	if got := today(time.Date(2026, 10, 31, 18, 0, 0, 0, time.UTC)); got.Format(time.DateOnly) != "2026-11-01" {
		t.Errorf("today is %s", got)
	}
}

func TestTimesAndAges(t *testing.T) {
	for text, want := range map[string]string{"22.15": "22:15", "7:05": "07:05", "02:54": "02:54", "0.5": "12:00",
		"24:00": "", "7:65": "", "x": ""} {
		if got, _ := parseTime(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, want := range map[string]int{"53 thn": 53, "8 bln": 0, "30 bulan": 2, "37": 37, "12 hari": 0} {
		if got, ok := parseAge(text); got != want || !ok {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
}

func TestVillages(t *testing.T) {
	a := area(t)
	for _, c := range []struct {
		code, name, want string
		class            Class
	}{
		{"63.11.05.2001", "Panaitan", "6311052001", ""}, // the code decides
		{"", "DESA TANAH HABANG KIRI RT.2 RW.1", "6311052001", ""},
		{"", "Tnh. Habang  Kiri", "6311052001", ""},
		{"", "LampihongSelatan RT 02", "6311052006", ""},
		{"", "Lampehong Selatan", "6311052006", ""},
		{"", "Tanah Habang", "", VillageAmbiguous},
		{"", "Galumbang", "", VillageAmbiguous}, // two kecamatan, none of them here
		{"", "Murung Sari", "", VillageUnknown},
		{"9999999999", "", "", VillageUnknown},
		{"", "Liyu", "6311022014", VillageOutside},
		{"", "", "", ""},
	} {
		v, class := a.find(c.code, c.name)
		if v.Code != c.want || class != c.class {
			t.Errorf("%q %q: %s %q", c.code, c.name, v.Code, class)
		}
	}
	juai, err := EmbeddedArea("juai")
	if err != nil {
		t.Fatal(err)
	}
	if v, class := juai.find("", "Galumbang"); v.Code != "6311012006" || class != "" {
		t.Errorf("Galumbang seen from Juai: %s %q", v.Code, class)
	}
	if _, err := EmbeddedArea("nowhere"); err == nil {
		t.Error("an unknown puskesmas has an area")
	}
}

func TestDiagnoses(t *testing.T) {
	for text, want := range map[string]string{
		"I10": "[I10]", "E11.9|I69.4": "[E11.9 I69.4]", "i10": "[I10]", "Hipertensi esensial (primer)": "[I10]",
		"": "[]", "batuk": "[R05]", "sehat": "[]",
	} {
		got := diagnoses(text)
		if s := "[" + join(got) + "]"; s != want {
			t.Errorf("%q: %s, want %s", text, s, want)
		}
	}
	if !sensitive("F20.9") || !sensitive("B24") || sensitive("I10") || sensitive("B25") {
		t.Error("sensitive chapters")
	}
}

func join(list []string) (s string) {
	for i, x := range list {
		if i > 0 {
			s += " "
		}
		s += x
	}
	return s
}

package patient

import (
	"slices"
	"testing"
)

func TestNumbersIn(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		text string
		want []string
	}{
		{"NIK 6311055102510009 sudah dicek", []string{"nik"}},
		{"6311 0551 0251 0009", []string{"nik"}},
		{"63.11.05.510251.0009", []string{"nik"}},
		{"no 12 6311-0551-0251-0009 12 Mei", []string{"nik"}},
		{"٦٣١١٠٥٥١٠٢٥١٠٠٠٩", []string{"nik"}},
		{"６３１１０５５１０２５１０００９", []string{"nik"}},
		{"hubungi 081234567890", []string{"phone"}},
		{"0812-3456-7890, atau +62 812 3456 7890", []string{"phone"}},
		{"62812 3456 7890", []string{"phone"}},
		{"(0812) 3456.7890", []string{"phone"}},
		{"6311055102510009 / 0812 3456 7890", []string{"nik", "phone"}},
		{"SK 188.45/312/Kum/2022 dan 440/003/ST/PKM-THB/2026", nil},
		{"Kunjungan 08.15-10.30 2026, 12 visit, 150/90, 36,6", nil},
		{"08.00-12.00 2026-03-10 08.00-12.00", nil},
		{"Januari 12 14 15 16 17 18 19 20 21", nil},
		{"Telepon puskesmas 0526 2028123", nil},
		{"NIP 197805062005012008", nil},
	} {
		if got := numbersIn(r.text); !slices.Equal(got, r.want) {
			t.Errorf("%q: %v, want %v", r.text, got, r.want)
		}
	}
}

func TestNamesIn(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		text string
		want []string
	}{
		{"Hj. Siti Aminah", []string{"hj siti aminah", "siti aminah"}},
		{"Nor'aini M. pindah", []string{"nor'aini m pindah"}},
		{"rujukan Ny. Mariatul", []string{"mariatul", "rujukan ny mariatul"}},
		{"M. Noor", nil},
	} {
		got := namesIn(r.text)
		for _, w := range r.want {
			if !slices.Contains(got, w) {
				t.Errorf("%q: %v lacks %q", r.text, got, w)
			}
		}
		if r.want == nil && got != nil {
			t.Errorf("%q: %v", r.text, got)
		}
	}
	if got := namesIn("Ibu Mariatul"); !slices.Contains(got, "mariatul") {
		t.Errorf("%v", got)
	}
	if got := namesIn("ibu hamil, by. baru"); slices.Contains(got, "hamil") || slices.Contains(got, "baru") {
		t.Errorf("%v", got)
	}
}

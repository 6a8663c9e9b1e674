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
		{"6311\u200d055703589012", []string{"nik"}},
		{"6311\u200c0557\u200d0358\u200c9012", []string{"nik"}},
		{"6311055703–589012", []string{"nik"}},
		{"6311_0557_0358_9012", []string{"nik"}},
		{"6311\u2009055703\u202f589012", []string{"nik"}},
		{"6311\u1680055703\u3000589012", []string{"nik"}},
		{"6311 - 0557 - 0358 - 9012", []string{"nik"}},
		{"6 3 1 1 0 5 5 7 0 3 5 8 9 0 1 2", []string{"nik"}},
		{"no 2, 6.3.1.1.0.5.5.7.0.3.5.8.9.0.1.2", []string{"nik"}},
		{"6️⃣3️⃣1️⃣1️⃣0️⃣5️⃣5️⃣7️⃣0️⃣3️⃣5️⃣8️⃣9️⃣0️⃣1️⃣2️⃣", []string{"nik"}},
		{"𝟔𝟑𝟏𝟏𝟎𝟓𝟓𝟕𝟎𝟑𝟓𝟖𝟗𝟎𝟏𝟐", []string{"nik"}},
		{"0812\u00a03456\u00a07801", []string{"phone"}},
		{"0812–3456–7801, +62\u20118123\u20114567801", []string{"phone"}},
		{"0812_3456_7801", []string{"phone"}},
		{"𝟘𝟠𝟙𝟚 𝟛𝟜𝟝𝟞 𝟟𝟠𝟘𝟙", []string{"phone"}},
		{"0812/3456/7801", []string{"phone"}},
		{"0812 - 3456 - 7801", []string{"phone"}},
		{"0 8 1 2 3 4 5 6 7 8 0 1", []string{"phone"}},
		{"+6 2 8 1 2 3 4 5 6 7 8 0 1", []string{"phone"}},
		{"kartu 0001234567890", []string{"bpjs_card"}},
		{"kartu 1234567890123", []string{"bpjs_card"}},
		{"BPJS 0001 2345 6789 0", []string{"bpjs_card"}},
		{"BPJS 0001–2345–6789–0", []string{"bpjs_card"}},
		{"0 0 0 1 2 3 4 5 6 7 8 9 0", []string{"bpjs_card"}},
		{"0001234567890 6311055102510009 081234567890", []string{"nik", "bpjs_card", "phone"}},
		{"0812345678901", []string{"phone"}},
		{"SK 188.45/312/Kum/2022 dan 440/003/ST/PKM-THB/2026", nil},
		{"Kunjungan 08.15-10.30 2026, 12 visit, 150/90, 36,6", nil},
		{"08.00-12.00 2026-03-10 08.00-12.00", nil},
		{"Januari 12 14 15 16 17 18 19 20 21", nil},
		{"Telepon puskesmas 0526 2028123", nil},
		{"NIP 197805062005012008", nil},
	} {
		if got := numbersIn(bare(r.text)); !slices.Equal(got, r.want) {
			t.Errorf("%q: %v, want %v", r.text, got, r.want)
		}
	}
}

// TestHonestFigures: notes contain dates, times, amounts, measurements and
// numbers of letters, and none of them is a person's number.
func TestHonestFigures(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Kegiatan 2026-10-14, 14-10-2026 – 16-10-2026 dan 14/10/2026 s.d. 16/10/2026",
		"2026-10-14 - 2026-10-21",
		"Pukul 08.15 – 10.30, 08:15-10:30, 08.00\u00a0–\u00a012.00",
		"11.30-12.30 09.15-10.15 WITA",
		"Tensi 120/80, 130/90 dan 140 / 90; 36,6 °C",
		"Rp 812.345.678 dan Rp 1.812.345.678.900",
		"Rp 25.000.000 – 50.000.000, Rp 250.000.000 - 1.500.000.000",
		"Surat 445/012/HC/TH/2026, 440/003/ST/PKM-THB/2026 tanggal 14-10-2026",
		"SK 188.45/312/Kum/2022 – 188.45/313/Kum/2022",
		"RT 01/02, RT 03/04, RT 05/06: 12 – 14 – 16 kunjungan",
		"1. 12 kunjungan\n2. 14 kunjungan\n3. 3 rujukan",
		"Januari–Desember 12 14 15 16 17 18 19 20 21 22 23 24",
		"Skor 1 0 0 2 3 1 0 0 2 1 1 0 1 0 0 2",
		"Kode desa 6311052001, kecamatan 631105, kode pos 71611",
		"NIP 19780506 200501 2 008 dan 197805062005012008",
		"ICD-10 I10, E11.9; SDKI D.0077; LiLA 23,5 cm; 3–4 × sehari",
	} {
		if got := numbersIn(bare(text)); got != nil {
			t.Errorf("%q: %v", text, got)
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
		got := namesIn(bare(r.text))
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
	for _, form := range []string{"Ibu", "Bu", "ibu", "Bapak", "Bpk.", "Bp.", "Pak", "Nenek", "Nek", "Kakek", "Kek",
		"Mbah", "Kai", "Nini", "Hj.", "Hj. ", "HJ", "H.",
		"Haji", "Hajjah", "pasien", "Pasien:", "a.n.", "a. n.", "an.", "A.N.", "atas nama", "Nyonya", "Ny.", "Tn.",
		"Tuan", "Nn.", "Nona", "Sdr.", "Saudara",
		"Sdri.", "Saudari", "Acil", "Paman", "Julak", "Dik", "Adik", "Kak", "Kakak", "By.", "bayi", "Anak", "By. Ny.",
		"Bu Hj.", "Kakak Saudara", "Alm.", "Almh."} {
		for _, text := range []string{form + " Norbaiti", "Kunjungan ke " + form + "\u00a0Norbaiti 2 kali", "(" + form +
			" NORBAITI)"} {
			if !slices.Contains(namesIn(bare(text)), "norbaiti") {
				t.Errorf("%q: %v", text, namesIn(bare(text)))
			}
		}
		if got := namesIn(form + " Siti"); slices.Contains(got, "siti") {
			t.Errorf("%q: a common word is a name: %v", form+" Siti", got)
		}
	}
	for _, text := range []string{"Siti Ami\u200dnah", "Sit\ufe0fi Aminah", "Siti\u00a0Aminah"} {
		if !slices.Contains(namesIn(bare(text)), "siti aminah") {
			t.Errorf("%+q: %v", text, namesIn(bare(text)))
		}
	}
	if got := namesIn(bare("Si\u0301ti Aminah")); !slices.Contains(got, "s\u00edti aminah") {
		t.Errorf("decomposed: %q", got)
	}
	for _, text := range []string{"Bukan Norbaiti", "Rambu Norbaiti", "tujuan. Norbaiti"} {
		if got := namesIn(bare(text)); slices.Contains(got, "norbaiti") {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got := namesIn("ibu hamil, by. baru"); slices.Contains(got, "hamil") || slices.Contains(got, "baru") {
		t.Errorf("%v", got)
	}
}

package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// document is what all papers have.
type document interface{ PDF(w io.Writer) error }

func render(t testing.TB, d document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tool runs one of the poppler tools on a PDF.
func tool(t *testing.T, pdf []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: apt-get install poppler-utils", name)
	}
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, append(args, file)...)
	if name == "pdftotext" {
		cmd.Args = append(cmd.Args, "-")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v: %s", name, err, stderr.String())
	}
	return string(out)
}

// textOf returns the text a reader sees, spaces and line ends unified.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(tool(t, pdf, "pdftotext", "-layout")), " ")
}

func pagesOf(t *testing.T, pdf []byte) int {
	t.Helper()
	m := regexp.MustCompile(`(?m)^Pages:\s+(\d+)`).FindStringSubmatch(tool(t, pdf, "pdfinfo"))
	if m == nil {
		t.Fatal("pdfinfo tells no pages")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTextStandsOnThePaper(t *testing.T) {
	english := refusal()
	english.Lang = English
	for name, c := range map[string]struct {
		doc  document
		want []string
	}{
		"assignment": {assignment(), []string{"PEMERINTAH KABUPATEN BALANGAN", "UPTD PUSKESMAS PARINGIN", "SURAT TUGAS",
			"Nomor: 400.7/015/ST/PKM-PRG/XI/2026", "188.45/312/Kum", "MENUGASKAN", "Noor Hidayah, A.Md.Keb.",
			"Kelurahan Paringin Kota",
			"Senin, 9 November 2026 s.d. Jumat, 13 November 2026", "DA 1234 XX", "Paringin, 5 November 2026",
			"dr. Siti Rahmah, M.Kes.",
			"NIP. 19750312 200212 2 003", "LEMBAR KEDATANGAN", "Kepala Desa/Lurah", "PRG-7K4M-Q2XD",
			"Nomor: 400.7/015/ST/PKM-PRG/XI/2026 · Kode verifikasi: PRG-7K4M-Q2XD Halaman 1 dari 2", "Halaman 2 dari 2",
			"Tembusan"}},
		"refusal": {refusal(), []string{"SURAT PERNYATAAN MENOLAK PELAYANAN", "Rusdiansyah", "6311061708790002", "47",
			"Laki-laki", "Anak",
			"0812 0000 0000", "Hj. Mariatul Kiptiah", "6311064205500001", "2 Mei 1950 (76 tahun)", "perawatan luka",
			"Banjarmasin", "terinfeksi",
			"komplikasi terdeteksi dini", "rawat jalan", "tanpa paksaan", "Hamdani", "Saksi", "Petugas",
			"Yang menyatakan", "Versi teks pernyataan: 2026-1"}},
		"refusal in English": {english, []string{"STATEMENT OF REFUSAL OF CARE", "without coercion", "Witness",
			"2 May 1950 (76 years)", "Page 1 of"}},
		"referral": {referral(), []string{"SURAT RUJUKAN", "RSUD Datu Kandang Haji", "Poli Penyakit Dalam",
			"E11.5 - Diabetes melitus", "I10 - Hipertensi",
			"GDS 412 mg/dL", "metformin", "ulkus diabetikum", "Ambulans Puskesmas", "SIP. 503/012/SIP/2024",
			"0001234567890"}},
		"anamnesis": {anamnesis(), []string{"LEMBAR ANAMNESE", "Kunjungan terjadwal ke-3", "Barthel 15", "160/95 mmHg",
			"Gula darah sewaktu",
			"Gangguan integritas kulit", "Belum teratasi", "Diet DM", "Kamis, 12 November 2026", "Amlodipin 10 mg"}},
		"activity": {activity(), []string{"LAPORAN KEGIATAN", "Kunjungan Homecare Sanggam", "Dua puluh tiga sasaran",
			"Jalan ke RT 5", "Mengetahui", "Desa Layap", "Terlaksana"}},
		"monthly": {monthly(3), []string{"LAPORAN BULANAN PELAYANAN HOMECARE SANGGAM", "November 2026",
			"Dikirim ke Dinas", "1.234.567", "1.234.569",
			"A. Sasaran per jenis layanan", "Lanjutan", "Dua desa belum melapor.", strings.Repeat("9f86d081", 8)}},
	} {
		t.Run(name, func(t *testing.T) {
			got := textOf(t, render(t, c.doc))
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("%q is not on the paper:\n%s", w, got)
				}
			}
		})
	}
}

func TestSameJSONGivesSameBytes(t *testing.T) {
	for name, d := range normal() {
		first := render(t, d)
		frozen, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		thawed := reflect.New(reflect.TypeOf(d))
		if err := json.Unmarshal(frozen, thawed.Interface()); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if again := render(t, thawed.Elem().Interface().(document)); !bytes.Equal(first, again) {
				t.Errorf("%s: the thawed paper differs", name)
			}
		}
	}
	// 09.30 WITA, as creation and as modification date.
	if n := bytes.Count(render(t, assignment()), []byte("Date (D:20261105013000)")); n != 2 {
		t.Errorf("the issue time is %d times in the file", n)
	}
}

// Papers are rendered by several requests at once; the typeface is shared.
func TestConcurrentRendering(t *testing.T) {
	want := render(t, assignment())
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			var b bytes.Buffer
			err := assignment().PDF(&b)
			if err == nil && !bytes.Equal(want, b.Bytes()) {
				err = errors.New("differs")
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestJSONNamesAreSnakeCase(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	var walk func(ty reflect.Type)
	walk = func(ty reflect.Type) {
		switch ty.Kind() {
		case reflect.Slice, reflect.Pointer:
			walk(ty.Elem())
		case reflect.Struct:
			if ty == reflect.TypeFor[time.Time]() {
				return
			}
			for i := range ty.NumField() {
				f := ty.Field(i)
				if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous && !snake.MatchString(name) {
					t.Errorf("%s.%s: JSON name %q", ty.Name(), f.Name, name)
				}
				walk(f.Type)
			}
		}
	}
	for _, d := range normal() {
		walk(reflect.TypeOf(d))
	}
}

// A surat tugas is shown in villages: it must have no place for a patient.
func TestAssignmentHasNoPlaceForPatients(t *testing.T) {
	b, err := json.Marshal(assignment())
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`"[a-z_]*(patient|nik|diagnos|record|birth)[a-z_]*":`).Find(b); m != nil {
		t.Errorf("field %s", m)
	}
}

func TestEmptyPapersLeavePlacesToWrite(t *testing.T) {
	for name, d := range empty() {
		if n := pagesOf(t, render(t, d)); n < 1 || n > 2 {
			t.Errorf("%s: %d pages", name, n)
		}
	}
	i := issue("")
	blank := RefusalLetter{Issue: i, ClauseVersion: CurrentRefusalClauses}
	if a, b := dashes(t, blank), dashes(t, refusal()); a < b+15 {
		t.Errorf("the blank refusal has %d dotted places, the full one %d", a, b)
	}
}

// dashes counts the dotted lines of an uncompressed rendering.
func dashes(t *testing.T, l RefusalLetter) int {
	t.Helper()
	uncompressed = true
	defer func() { uncompressed = false }()
	return bytes.Count(render(t, l), []byte("[0.85 2.55] 0.00 d"))
}

func TestOverlongPapersGrow(t *testing.T) {
	short := normal()
	for name, d := range overlong() {
		a, b := pagesOf(t, render(t, short[name])), pagesOf(t, render(t, d))
		if b <= a {
			t.Errorf("%s: %d pages, overlong %d", name, a, b)
		}
	}
	// The head of a table stands on each of its pages.
	m := monthly(200)
	m.Sections = m.Sections[:1]
	pdf := render(t, m)
	if heads, n := strings.Count(textOf(t, pdf), "Uraian"), pagesOf(t, pdf); heads < n-1 || n < 5 {
		t.Errorf("%d table heads on %d pages", heads, n)
	}
}

// A figure broken over two lines would be read as two figures.
func TestFiguresAreNotBroken(t *testing.T) {
	m := monthly(1)
	m.Sections = []Section{{"Angka", false, make([]string, 20), []Row{{"1", "Uraian", make([]int64, 20)}}}}
	for i := range 20 {
		m.Sections[0].Rows[0].Values[i] = -9223372036854775000 + int64(i)
	}
	got := textOf(t, render(t, m))
	for i := range 20 {
		want := (&sheet{lang: Indonesian}).figure(-9223372036854775000 + int64(i))
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in one piece", want)
		}
	}
}

// The heads' words are whole, codes are for machines, but for those that readers know.
func TestHeadsAreWhole(t *testing.T) {
	m := monthly(1)
	heads := []string{"Direncanakan", "Terlaksana", "Tidak bertemu", "Dibatalkan", "Dijadwal ulang"}
	m.Sections = []Section{{Title: "A. Kunjungan", Columns: heads,
		Rows: []Row{{"own_code", "Uraian satu", make([]int64, 5)}}},
		{Title: "B. Diagnosis", Coded: true, Columns: []string{"Jumlah"},
			Rows: []Row{{"I10", "Hipertensi", []int64{1}}}}}
	got := textOf(t, render(t, m))
	for _, want := range []string{"Direncanakan", "Terlaksana", "Dibatalkan", "I10 Hipertensi"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in one piece:\n%s", want, got)
		}
	}
	if strings.Contains(got, "own_code") {
		t.Error("a code of the machine's is printed")
	}
	if !strings.Contains(got, "Mengetahui") {
		t.Error("nobody signs")
	}
	m.Unsigned = true
	if got := textOf(t, render(t, m)); strings.Contains(got, "Mengetahui") || strings.Contains(got, m.Head.Name) {
		t.Error("what nobody signs has signers")
	}
}

// TestTitlesKeepTheirTable: wherever on the page a section begins, its title, the
// table's head and its first row stand together.
func TestTitlesKeepTheirTable(t *testing.T) {
	for n := range 45 {
		m := monthly(1)
		m.Sections = []Section{{Title: "A. Awal", Columns: []string{"Jumlah"}},
			{Title: "B. Berikutnya", Columns: []string{"Kepala tabel"},
				Rows: []Row{{"", "Baris pertama " + strings.Repeat("panjang ", 40), []int64{1}}}}}
		for range n {
			m.Sections[0].Rows = append(m.Sections[0].Rows, Row{"", "Uraian", []int64{1}})
		}
		for _, page := range strings.Split(tool(t, render(t, m), "pdftotext", "-layout"), "\f") {
			if strings.Contains(page, "B. Berikutnya") != strings.Contains(page, "Baris pertama") {
				t.Errorf("after %d rows the title stands alone", n)
			}
		}
	}
}

// Nothing may stand outside the page's text area, whatever the data.
func TestNothingLeavesThePage(t *testing.T) {
	box := regexp.MustCompile(`xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"`)
	page := regexp.MustCompile(`<page width="([\d.]+)" height="([\d.]+)"`)
	num := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for name, d := range overlong() {
		out := tool(t, render(t, d), "pdftotext", "-bbox")
		var w, h float64
		words := 0
		for line := range strings.Lines(out) {
			if p := page.FindStringSubmatch(line); p != nil {
				w, h = num(p[1]), num(p[2])
			} else if b := box.FindStringSubmatch(line); b != nil {
				words++
				if num(b[1]) < marginLeft/pointMM-1 || num(b[3]) > w-marginRight/pointMM+2 || num(b[2]) < 20 ||
					num(b[4]) > h-20 {
					t.Fatalf("%s: %s on a page of %g x %g", name, strings.TrimSpace(line), w, h)
				}
			}
		}
		if words < 100 {
			t.Errorf("%s: only %d words looked at", name, words)
		}
	}
}

func TestRefusedPapers(t *testing.T) {
	mutate := func(f func(*RefusalLetter)) document {
		l := refusal()
		f(&l)
		return l
	}
	bad := monthly(1)
	bad.Sections[0].Rows[0].Values = make([]int64, 5)
	for name, c := range map[string]struct {
		doc  document
		want error
	}{
		"no issue time":   {mutate(func(l *RefusalLetter) { l.IssuedAt = time.Time{} }), ErrNoIssueTime},
		"no verification": {mutate(func(l *RefusalLetter) { l.Verification.URL = "" }), ErrNoVerification},
		"language":        {mutate(func(l *RefusalLetter) { l.Lang = "fr" }), ErrUnknownLang},
		"clause version":  {mutate(func(l *RefusalLetter) { l.ClauseVersion = "2025-1" }), ErrUnknownClause},
		"too many values": {bad, ErrTooManyValues},
		"date":            {mutate(func(l *RefusalLetter) { l.Date = "5 Nov" }), nil},
		"logo":            {mutate(func(l *RefusalLetter) { l.Letterhead.Logo = []byte("GIF89a") }), nil},
		"QR too long":     {mutate(func(l *RefusalLetter) { l.Verification.URL = strings.Repeat("x", 5000) }), nil},
	} {
		var b bytes.Buffer
		err := c.doc.PDF(&b)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if b.Len() > 0 {
			t.Errorf("%s: %d bytes were written", name, b.Len())
		}
	}
}

func TestStrangeText(t *testing.T) {
	for _, text := range []string{"👩‍⚕️ Siti 🏥", "שלום עולם", "مرحبا بالعالم", "漢字", "e\u0301\u0323",
		"\x00\x07\ufeff\u202e", "\xff\xfe\xc3", "(a\\b)\r\n\tc",
		strings.Repeat("👨‍👩‍👧", 400), "\U0010ffff\U00020000", "\n\n\n", " \u00a0 ", "ꦲꦏ꧀ꦱꦫ", "%s %d {nb}"} {
		a := assignment()
		a.Letterhead = Letterhead{Government: text, Office: text, Unit: text, Address: text}
		a.Number, a.Place, a.Purpose, a.Vehicle = text, text, text, text
		a.Villages, a.LegalBasis = []string{text, ""}, []string{text}
		a.Members[0] = Member{text, text, text, text, text}
		a.Signer = Signatory{text, text, text, text, text}
		a.Verification.Code = text
		if !strings.Contains(textOf(t, render(t, a)), "SURAT TUGAS") {
			t.Errorf("%q: no title left", text)
		}
		r := refusal()
		r.Refused, r.Signer.Name, r.Patient.Address = text, text, text
		render(t, r)
		m := monthly(2)
		m.Sections[0] = Section{text, false, []string{text}, []Row{{text, text, []int64{1}}}}
		m.Notes = []string{text}
		render(t, m)
		if err := m.XLSX(io.Discard); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got := clean("👩 Siti\tث"); got != "□ Siti □" {
		t.Errorf("clean: %q", got)
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	id, en := reflect.ValueOf(indonesian), reflect.ValueOf(english)
	verbs := regexp.MustCompile(`%[a-z]`)
	for i := range id.NumField() {
		a, b := id.Field(i).String(), en.Field(i).String()
		if a == "" || b == "" {
			t.Errorf("%s has no words", id.Type().Field(i).Name)
		}
		if x, y := verbs.FindAllString(a, -1), verbs.FindAllString(b, -1); strings.Join(x, "") != strings.Join(y, "") {
			t.Errorf("%s: placeholders %v and %v", id.Type().Field(i).Name, x, y)
		}
	}
	for v, c := range refusalClauses {
		if len(c[Indonesian]) == 0 || len(c[Indonesian]) != len(c[English]) {
			t.Errorf("clauses %s differ in number", v)
		}
	}
}

func TestAges(t *testing.T) {
	s := &sheet{lang: Indonesian, words: &indonesian}
	for _, c := range []struct {
		born, on Date
		want     string
	}{
		{"1950-05-02", "2026-05-01", "2 Mei 1950 (75 tahun)"},
		{"1950-05-02", "2026-05-02", "2 Mei 1950 (76 tahun)"},
		{"2026-08-31", "2026-11-05", "31 Agustus 2026 (2 bulan)"},
		{"2025-12-10", "2026-11-05", "10 Desember 2025 (10 bulan)"},
		{"2026-12-10", "2026-11-05", "10 Desember 2026"},
		{"2000-01-01", "", "1 Januari 2000"},
	} {
		if got := s.bornAt(c.born, c.on); got != c.want {
			t.Errorf("%s on %s: %q", c.born, c.on, got)
		}
	}
}

func TestFontLicenceIsThere(t *testing.T) {
	b, err := os.ReadFile("font/OFL.txt")
	if err != nil || !bytes.Contains(b, []byte("SIL OPEN FONT LICENSE Version 1.1")) {
		t.Errorf("licence: %v", err)
	}
}

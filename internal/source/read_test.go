package source

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

var asOf = time.Date(2026, 11, 1, 8, 0, 0, 0, wita)

func area(t testing.TB) Area {
	t.Helper()
	a, err := EmbeddedArea("tanah-habang")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func readText(t testing.TB, code Code, text string) (*File, error) {
	t.Helper()
	return Read(t.Context(), Request{Source: code, Name: "x.csv", Data: []byte(text), AsOf: asOf, Area: area(t)})
}

func fileClass(t *testing.T, err error) Class {
	t.Helper()
	e, ok := errors.AsType[*FileError](err)
	if !ok {
		t.Fatalf("not a FileError: %v", err)
	}
	return e.Class
}

func TestParseCSV(t *testing.T) {
	for _, c := range []struct {
		text           string
		cells          [][]string
		lines, numbers []int
		open           int
	}{
		{"a;b\r\nc;d", [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}, []int{1, 2}, 0},
		{"a\n\nb\n", [][]string{{"a"}, {"b"}}, []int{1, 3}, []int{1, 3}, 0},
		{"\"a\nb\";\"say \"\"hi\"\"\"\nc;d", [][]string{{"a\nb", `say "hi"`}, {"c", "d"}}, []int{1, 3}, []int{1, 2}, 0},
		{"a;5\" pipe\n", [][]string{{"a", `5" pipe`}}, []int{1}, []int{1}, 0},
		{"a;b\nc;\"d", [][]string{{"a", "b"}}, []int{1}, []int{1}, 2},
		{"a;\"b\"c\n", nil, nil, nil, 1},
		{"\"a\" ;b", [][]string{{"a", "b"}}, []int{1}, []int{1}, 0},
		{"a;", [][]string{{"a", ""}}, []int{1}, []int{1}, 0},
		{"a\rb", [][]string{{"a"}, {"b"}}, []int{1, 2}, []int{1, 2}, 0},
		{";;\na", [][]string{{"a"}}, []int{2}, []int{2}, 0},
	} {
		rows, err := parseCSV(t.Context(), c.text, ';')
		open := 0
		if e, ok := errors.AsType[*FileError](err); ok && e.Class == QuoteUnclosed {
			open = e.Line
		}
		if open != c.open || len(rows) != len(c.cells) {
			t.Errorf("%q: open %d rows %v, %v", c.text, open, rows, err)
			continue
		}
		for i, r := range rows {
			var got []string
			for _, x := range r.cells {
				got = append(got, x.text)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.cells[i]) || r.line != c.lines[i] || r.number != c.numbers[i] {
				t.Errorf("%q row %d: %q line %d number %d", c.text, i+1, got, r.line, r.number)
			}
		}
	}
}

const visit = "tanggal_laporan,nama,uraian_masalah,no_hp\n01/10/2026,Siti,\"nyeri, lemas\",0840-3064-8219\n"

func TestEncodings(t *testing.T) {
	units := utf16.Encode([]rune(strings.ReplaceAll(visit, ",", "\t")))
	wide := []byte("\xff\xfe")
	for _, u := range units {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	for name, text := range map[string]string{
		"utf-8":        visit,
		"utf-8-bom":    "\xef\xbb\xbf" + visit,
		"windows-1252": strings.Replace(visit, "Siti", "Ren\xe9", 1),
		"utf-16le":     string(wide),
	} {
		f, err := readText(t, CommunityReport, text)
		if err != nil || f.Encoding != name || f.Rows[0].Verdict != Accepted {
			t.Errorf("%s: %+v %v", name, f, err)
		}
		if name == "windows-1252" && f.Rows[0].Person.Name != "Ren\u00e9" {
			t.Errorf("name %q", f.Rows[0].Person.Name)
		}
	}
	inHeader := "\xff\xfet\x00\x00\x00" + string(wide[2:]) // a NUL in the first cell
	for name, text := range map[string]string{"a picture": "\x89PNG\r\n\x1a\n\x00\x00",
		"utf-32le": "\xff\xfe\x00\x00t\x00\x00\x00a\x00\x00\x00",
		"utf-32be": "\x00\x00\xfe\xff\x00\x00\x00t", "utf-16 with NUL": inHeader} {
		if _, err := readText(t, CommunityReport, text); fileClass(t, err) != NotText {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnknownAndEmpty(t *testing.T) {
	if _, err := Read(t.Context(), Request{Source: "nonsense", Data: []byte(visit)}); fileClass(t,
		err) != HeaderNotFound {
		t.Error(err)
	}
	if _, err := readText(t, PRB, visit); fileClass(t, err) != WrongSource {
		t.Error(err)
	} else if e, _ := errors.AsType[*FileError](err); e.Found != CommunityReport {
		t.Errorf("found %s", e.Found)
	}
	if _, err := Read(t.Context(), Request{Source: PTM, Data: bytes.Repeat([]byte("a,b\n"), maxBytes/4+1)}); fileClass(
		t, err) != TooLarge {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, Request{Source: CommunityReport, Data: []byte(visit), AsOf: asOf}); !errors.Is(err,
		context.Canceled) {
		t.Error(err)
	}
}

// TestZipBomb: a small workbook that unpacks beyond the limit is refused
// before it is parsed.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	for _, n := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		block := bytes.Repeat([]byte(" "), 1<<20)
		for range maxUnpacked>>20 - 1 {
			if _, err := w.Write(block); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Read(t.Context(), Request{Source: PTM, Data: b.Bytes(), AsOf: asOf})
	if fileClass(t, err) != CellTooLarge { // one blank text, refused long before the total
		t.Errorf("%d bytes: %v", b.Len(), err)
	}
}

// TestWorkbook covers what the samples do not: a first sheet without a
// header, a hidden sheet, dates counted from 1904, a formula without a result for an
// age, a merge past the end of the list.
func TestWorkbook(t *testing.T) {
	x := excelize.NewFile()
	for _, sheet := range []string{"Petunjuk", "Lama", "Data"} {
		if _, err := x.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
	}
	old := true
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(x.DeleteSheet("Sheet1"))
	check(x.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old}))
	check(x.SetCellValue("Petunjuk", "A1", "Isi lembar Data"))
	head := []any{"TANGGAL", "NAMA", "NIK", "TGL LAHIR", "UMUR", "DIAGNOSA", "ALAMAT"}
	check(x.SetSheetRow("Lama", "A1", &head))
	check(x.SetSheetRow("Lama", "A2", &[]any{"01/10/2026", "Lama"}))
	check(x.SetSheetVisible("Lama", false))
	check(x.SetSheetRow("Data", "A3", &head))
	check(x.SetSheetRow("Data", "A4", &[]any{"01/10/2026", "Siti", int64(6311054403800012), 29284 - 1462, nil, "I10",
		"Ds. Panaitan RT 3"}))
	check(x.SetSheetRow("Data", "A5", &[]any{nil, "Rina", "'6311054403900013", "04/03/1990", 36,
		"hipertensi esensial (primer)", "Murung Sari"}))
	check(x.SetCellFormula("Data", "E4", "DATEDIF(D4,A4,\"Y\")"))
	check(x.MergeCell("Data", "A4", "A9"))
	var b bytes.Buffer
	check(x.Write(&b))
	f, err := Read(t.Context(), Request{Source: PTM, Name: "x.xlsx", Data: b.Bytes(), AsOf: asOf, Area: area(t)})
	check(err)
	if f.Sheet != "Data" || f.HeaderRow != 3 || len(f.Rows) != 2 {
		t.Fatalf("sheet %s header %d rows %d", f.Sheet, f.HeaderRow, len(f.Rows))
	}
	a, c := f.Rows[0], f.Rows[1]
	if a.Value.Get("tanggal_lahir") != "1980-03-04" || a.Verdict != Accepted {
		t.Errorf("1904 date read as %s", a.Value.Get("tanggal_lahir"))
	}
	if got := issues(a.Warnings); fmt.Sprint(got) != "[formula_without_value:umur nik_numeric_cell:nik]" {
		t.Errorf("row 4: %s %v %v", a.Verdict, issues(a.Errors), got)
	}
	if c.Number != 5 || c.Value.Get("tanggal") != "2026-10-01" || c.Verdict != Accepted {
		t.Errorf("row 5: %+v", c.Value)
	}
	if len(c.Facts) != 1 || c.Facts[0].Text != "I10" {
		t.Errorf("facts %+v", c.Facts)
	}
}

func TestColumnCount(t *testing.T) {
	body := "tanggal_laporan,nama,uraian_masalah\n01/10/2026,Siti,lemas%s\n02/10/2026,Rina,demam%s\n03/10/2026,Ani,batuk%s\n"
	for _, c := range []struct {
		tails []any
		want  string
	}{
		{[]any{"", "", ""}, "accepted accepted accepted"},
		{[]any{",", "", ""}, "rejected accepted accepted"},
		{[]any{",", ",", ","}, "accepted accepted accepted"}, // every line ends with a separator
	} {
		f, err := readText(t, CommunityReport, fmt.Sprintf(body, c.tails...))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range f.Rows {
			got = append(got, string(r.Verdict))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %v", c.tails, got)
		}
	}
}

func TestHashIgnoresPlaceAndClock(t *testing.T) {
	a, err := readText(t, CommunityReport, visit)
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(visit, "\n", "\n,,,\n,,,\n", 1)
	b, err := Read(t.Context(), Request{Source: CommunityReport, Data: []byte(moved), AsOf: asOf.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if b.Rows[0].Number != 4 || a.Rows[0].Hash != b.Rows[0].Hash {
		t.Errorf("row %d, hashes differ", b.Rows[0].Number)
	}
	c, err := readText(t, CommunityReport, strings.Replace(visit, "lemas", "lesu", 1))
	if err != nil || c.Rows[0].Hash == a.Rows[0].Hash {
		t.Errorf("another text, the same hash (%v)", err)
	}
}

// TestWeakTwice: equal names on one day may be two people; only an identical
// line is a duplicate.
func TestWeakTwice(t *testing.T) {
	f, err := readText(t, Network,
		"tanggal,nama,keluhan\n01/10/26,Ny. Siti,batuk\n01/10/26,Ny. Siti,demam\n01/10/26,Ny. Siti,batuk\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range f.Rows {
		got = append(got, fmt.Sprintf("%s %d", r.Verdict, r.Of))
	}
	if fmt.Sprint(got) != "[accepted 0 accepted 0 duplicate 2]" {
		t.Errorf("%v", got)
	}
}

// TestNames: a name is stored composed. An invalid name rejects the row, also
// that of a newborn.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"Si\u0301ti  Aminah": "S\u00edti Aminah", "Siti 6311055703589012": "", "Sit\u200di": "", "Siti \ue000": "",
		"1234": "",
	} {
		f, err := readText(t, Network, "tanggal,nama,keluhan\n01/10/26,"+name+",batuk\n")
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Rows[0]; (r.Verdict == Rejected) != (want == "") || want != "" && r.Person.Name != want {
			t.Errorf("%+q: %s %+q", name, r.Verdict, r.Person.Name)
		}
		f, err = readText(t, Postpartum,
			"nik_ibu,nama_ibu,tanggal_persalinan,jam_persalinan,cara_persalinan,nik_bayi,nama_bayi,jenis_kelamin_bayi,berat_lahir_g,desa_nama\n"+
				"6311034105959377,Rina,10/10/2026,10:00,Spontan,,"+name+",L,3000,Panaitan\n")
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Rows[0]; (r.Verdict == Rejected) != (want == "") || want != "" && r.Newborn.Name != want {
			t.Errorf("a newborn %+q: %s %+v", name, r.Verdict, r.Newborn)
		}
	}
}

// TestGrowthTails: beyond 3 SD the scale continues in equal steps.
func TestGrowthTails(t *testing.T) {
	v := lms{-0.3521, 13.4779, 0.08217}
	for _, c := range []struct{ y, want float64 }{
		{v.at(2.5), 2.5}, {v.at(3) + (v.at(3) - v.at(2)), 4}, {v.at(-3) - (v.at(-2) - v.at(-3)), -4},
	} {
		if got := round2(v.extended(c.y)); got != c.want {
			t.Errorf("%v: %v, want %v", c.y, got, c.want)
		}
	}
}

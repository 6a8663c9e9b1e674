package paper

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func workbook(t testing.TB, m MonthlyReport) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.XLSX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookOpensWithTheSameValues(t *testing.T) {
	m := monthly(40)
	m.Replaces = 1
	m.Sections[0].Rows[0].Values = []int64{-5, 9007199254740991, 7}
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Laporan", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, sec := range m.Sections {
		at := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == sec.Title })
		if at < 0 {
			t.Fatalf("section %q is missing", sec.Title)
		}
		if want := append([]string{"Kode", "Uraian"}, sec.Columns...); !slices.Equal(rows[at+1], want) {
			t.Errorf("head %q, want %q", rows[at+1], want)
		}
		for i, r := range sec.Rows {
			want := []string{r.Code, r.Label}
			for _, v := range r.Values {
				want = append(want, strconv.FormatInt(v, 10))
			}
			if !slices.Equal(rows[at+2+i], want) {
				t.Errorf("row %q, want %q", rows[at+2+i], want)
			}
			cell, err := excelize.CoordinatesToCellName(3, at+3+i)
			if err != nil {
				t.Fatal(err)
			}
			if kind, err := f.GetCellType("Laporan", cell); err != nil || kind != excelize.CellTypeUnset &&
				kind != excelize.CellTypeNumber {
				t.Errorf("%s is of type %v, not a number: %v", cell, kind, err)
			}
		}
	}
	var all strings.Builder
	for _, r := range rows {
		all.WriteString(strings.Join(r, "|") + "\n")
	}
	for _, want := range []string{"PEMERINTAH KABUPATEN BALANGAN", "UPTD PUSKESMAS PARINGIN", m.ArchiveHash, m.Status,
		m.Number,
		"Versi laporan|2, menggantikan revisi 1", "November 2026", m.Notes[1], kepala.Name, "NIP. " + nurse.NIP,
		m.Verification.Code} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not in the sheet:\n%s", want, all.String())
		}
	}
}

func TestWorkbookHasNoFormulas(t *testing.T) {
	attacks := []string{"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =cmd|' /C calc'!A0",
		"=HYPERLINK(\"http://x\")"}
	m := monthly(1)
	m.Title, m.Programme, m.Status, m.Number, m.ArchiveHash = attacks[0], attacks[1], attacks[2], attacks[3], attacks[0]
	m.Notes, m.LegalBasis, m.Distribution = attacks, attacks, attacks
	m.Head, m.Coordinator = Signatory{"=1", "=2", "=3", "=4", "=5"}, Signatory{"@1", "@2", "@3", "@4", "@5"}
	m.Letterhead = Letterhead{Government: "=1", Office: "+2", Unit: "-3", Address: "@4"}
	for _, a := range attacks {
		m.Sections = append(m.Sections, Section{a, false, []string{a}, []Row{{a, a, []int64{-1}}}})
	}
	data := workbook(t, m)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(xml, []byte("<f>")) || bytes.Contains(xml, []byte("<f ")) ||
		!bytes.Contains(xml, []byte("inlineStr")) {
		t.Error("the sheet has formulas, or no inline strings")
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Laporan", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	disarmed := 0
	for _, r := range rows {
		for _, c := range r {
			if trimmed := strings.TrimSpace(c); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@") &&
				trimmed != "-1" {
				t.Errorf("armed cell %q", c)
			}
			if strings.HasPrefix(c, "'") {
				disarmed++
			}
		}
	}
	if disarmed < 5*len(attacks) {
		t.Errorf("only %d disarmed cells", disarmed)
	}
}

func TestWorkbookIsDeterministic(t *testing.T) {
	m := monthly(30)
	frozen, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var thawed MonthlyReport
	if err := json.Unmarshal(frozen, &thawed); err != nil {
		t.Fatal(err)
	}
	first := workbook(t, m)
	for range 4 {
		if !bytes.Equal(first, workbook(t, thawed)) {
			t.Fatal("two workbooks of the same report differ")
		}
	}
}

func BenchmarkWorkbook5000Rows(b *testing.B) {
	m := monthly(2500)
	b.ReportAllocs()
	for b.Loop() {
		if err := m.XLSX(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

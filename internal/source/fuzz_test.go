package source

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// FuzzCSV: any bytes are read or refused with a class, and a record knows its
// position.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{visit, "a;b\n\"c", "\xef\xbb\xbfnama\tnik\n", "\"\"\"", ";;;\r\r\n\"x\"y",
		"\xff\xfea\x00"} {
		f.Add([]byte(s))
	}
	a := area(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, _, ok := decode(data); ok {
			rows, _ := parseCSV(t.Context(), text, sniffDelimiter(t.Context(), text))
			number, line := 0, 0
			for i, r := range rows {
				if r.number <= number || r.line <= line || r.blank() {
					t.Fatalf("row %d: number %d line %d after %d", i, r.number, r.line, line)
				}
				number, line = r.number, r.line
			}
		}
		for _, code := range []Code{CommunityReport, PTM, PISPK} {
			file, err := Read(t.Context(), Request{Source: code, Data: data, AsOf: asOf, Area: a})
			if err != nil {
				e, ok := errors.AsType[*FileError](err)
				if !ok || e.Class.Level() != LevelFile {
					t.Fatalf("%v", err)
				}
				continue
			}
			for _, r := range file.Rows {
				if (r.Verdict == Rejected) != (len(r.Errors) > 0) {
					t.Fatalf("%s with %v", r.Verdict, r.Errors)
				}
			}
		}
	})
}

// FuzzRow puts one hostile cell into every column of a row.
func FuzzRow(f *testing.F) {
	for _, s := range []string{"=1", "6.31E+15", "31/09/2026", "120/80", "\u00a0'", "99999", "8,4E+10", "1e308",
		"By. Ny. "} {
		f.Add(s)
	}
	a := area(f)
	f.Fuzz(func(t *testing.T, s string) {
		cell := `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		for code, l := range layouts {
			fields := strings.Fields(l.fields)
			row := strings.TrimSuffix(strings.Repeat(cell+",", len(fields)), ",")
			file, err := Read(t.Context(),
				Request{Source: code, Data: []byte(strings.Join(fields, ",") + "\n" + row + "\n"), AsOf: asOf, Area: a})
			if err != nil {
				continue
			}
			for _, r := range file.Rows {
				for _, fact := range r.Facts {
					if math.IsNaN(fact.Value) || math.IsInf(fact.Value, 0) || fact.Code == "" {
						t.Fatalf("%s: fact %+v", code, fact)
					}
				}
			}
		}
	})
}

// FuzzNumber: a number that was read is finite and reads the same again.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"57,2", "1.234,5", "-0", "1e5", ".", ",", "1,2,3", "\u0661"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := parseNumber(s)
		if !ok {
			return
		}
		if again, ok := parseNumber(formatNumber(v)); !ok || math.Abs(again-v) > math.Abs(v)*1e-9+1e-6 {
			t.Fatalf("%q read as %v, then as %v", s, v, again)
		}
	})
}

// FuzzXLSX: a workbook with any bytes in its sheet and shared strings is read
// or refused with a class.
func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, `<si><t>x</t></si>`)
	f.Add(`<row><c t="inlineStr"><is><t>nama</t></is></c><c r="XFD1"><f>1</f></c></row><mergeCell ref="A1:A9"/>`,
		`<si><r><t>a</t></r><rPh><t>b</t></rPh></si>`)
	f.Add(`<row r="99999999999"/><c><v/></c>`, `<!DOCTYPE x>`)
	a := area(f)
	f.Fuzz(func(t *testing.T, rows, strings string) {
		_, err := Read(t.Context(), Request{Source: PTM, Data: book(t, rows, strings), AsOf: asOf, Area: a})
		if e, ok := errors.AsType[*FileError](err); err != nil && (!ok || e.Class.Level() != LevelFile ||
			e.MessageID() == "") {
			t.Fatalf("%v", err)
		}
	})
}

package source

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// FuzzCSV: whatever the bytes, a file is read or refused with a class, and a
// record knows where it stands.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{visit, "a;b\n\"c", "\xef\xbb\xbfnama\tnik\n", "\"\"\"", ";;;\r\r\n\"x\"y", "\xff\xfea\x00"} {
		f.Add([]byte(s))
	}
	a := area(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, _, ok := decode(data); ok {
			rows, _ := parseCSV(text, sniffDelimiter(text))
			line := 0
			for i, r := range rows {
				if r.number != i+1 || r.line <= line || len(r.cells) == 0 {
					t.Fatalf("row %d: number %d line %d after %d", i, r.number, r.line, line)
				}
				line = r.line
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
				if (r.Verdict == Rejected) != (len(r.Errors) > 0 && r.Verdict != Conflict) {
					t.Fatalf("%s with %v", r.Verdict, r.Errors)
				}
			}
		}
	})
}

// FuzzRow puts one hostile cell into every column of a row.
func FuzzRow(f *testing.F) {
	for _, s := range []string{"=1", "6.31E+15", "31/09/2026", "120/80", "\u00a0'", "99999", "8,4E+10", "1e308", "By. Ny. "} {
		f.Add(s)
	}
	a := area(f)
	f.Fuzz(func(t *testing.T, s string) {
		cell := `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		for code, l := range layouts {
			fields := strings.Fields(l.fields)
			row := strings.TrimSuffix(strings.Repeat(cell+",", len(fields)), ",")
			file, err := Read(t.Context(), Request{Source: code, Data: []byte(strings.Join(fields, ",") + "\n" + row + "\n"), AsOf: asOf, Area: a})
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

// FuzzNumber: a number that is read is finite and reads the same again.
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

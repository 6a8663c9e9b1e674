package source

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// book is a workbook of one sheet with these rows (the content of sheetData,
// and what follows it) and these shared strings (si elements).
func book(t testing.TB, rows, shared string) []byte {
	t.Helper()
	return pack(t, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst>` + shared + `</sst>`,
	})
}

func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rowOf is one row of inline texts.
func rowOf(n int, texts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, n)
	for i, s := range texts {
		fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, axis(i+1, n), s)
	}
	return b.String() + "</row>"
}

// TestLimits: a file beyond a limit is refused with its class and place.
func TestLimits(t *testing.T) {
	head := rowOf(1, "TANGGAL", "NAMA", "DIAGNOSA")
	data := rowOf(2, "01/10/2026", "Siti", "I10")
	var wide, long, merged strings.Builder
	for n := 3; n < 1003; n++ {
		fmt.Fprintf(&wide, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, n, n)
	}
	for n := 3; n < maxRows+4; n++ {
		fmt.Fprintf(&long, `<row r="%d"><c><v>1</v></c></row>`, n)
	}
	for range maxMerges + 1 {
		merged.WriteString(`<mergeCell ref="A2:A3"/>`)
	}
	var overlap, filled strings.Builder
	for n := 3; n < 3000; n++ {
		fmt.Fprintf(&filled, `<row r="%d"><c r="B%d"><v>1</v></c></row>`, n, n)
	}
	for range 1000 {
		overlap.WriteString(`<mergeCell ref="B2:B3000"/>`)
	}
	csv := "tanggal;nama;diagnosa\n"
	for _, c := range []struct {
		name string
		data []byte
		want Class
		at   string
	}{
		{"cells at XFD", book(t, head+data+wide.String(), ""), TooManyColumns, "XFD3"},
		{"row 99999999999", book(t, head+data+`<row r="99999999999"><c><v>1</v></c></row>`, ""), RowTooFar, ""},
		{"row 1048577", book(t, head+data+`<row r="1048577"><c><v>1</v></c></row>`, ""), RowTooFar, ""},
		{"A1 and XFD1048576", book(t, head+`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`, ""), TooManyColumns,
			"XFD1048576"},
		{"a hole of rows", book(t, head+data+`<row r="900000"><c><v>1</v></c></row>`, ""), TooManyBlank, "900000"},
		{"column ZZZZZZZZ", book(t, head+`<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>`, ""), FileDamaged, ""},
		{"rows", book(t, head+data+long.String(), ""), TooManyRows, "100001"},
		{"rows backwards", book(t, head+data+`<row r="1"><c><v>1</v></c></row>`, ""), FileDamaged, ""},
		{"string -5", book(t, head+`<row r="2"><c r="A2" t="s"><v>-5</v></c></row>`, "<si><t>x</t></si>"), FileDamaged,
			"A2"},
		{"string beyond", book(t, head+`<row r="2"><c r="A2" t="s"><v>1</v></c></row>`, "<si><t>x</t></si>"),
			FileDamaged, "A2"},
		{"one large string", book(t, head+data, "<si><t>"+strings.Repeat("x", 1<<20)+"</t></si>"), CellTooLarge, ""},
		{"large strings", book(t, head+data, strings.Repeat("<si><t>"+strings.Repeat("x", 30<<10)+"</t></si>", 700)),
			TooManyStrings, ""},
		{"many strings", book(t, head+data, strings.Repeat("<si/>", maxCells+1)), TooManyStrings, ""},
		{"a string in a thousand pieces", book(t, head+data, "<si>"+strings.Repeat("<r><t>"+strings.Repeat("x", 100)+
			"</t></r>", 1000)+"</si>"), CellTooLarge, ""},
		{"one large cell", book(t, head+rowOf(2, strings.Repeat("x", maxCell+1)), ""), CellTooLarge, "A2"},
		{"a large tag", book(t, head+`<row r="2" x="`+strings.Repeat("x", 1<<20)+`"/>`, ""), CellTooLarge, ""},
		{"text of strings used often", book(t, head+data+strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 2200),
			"<si><t>"+strings.Repeat("x", 30<<10)+"</t></si>"), TooMuchText, "A2187"},
		{"brackets in a value", book(t, head+`<row r="2" x="`+strings.Repeat(">", 1<<20)+`"/>`, ""), CellTooLarge, ""},
		{"a character that is none", book(t, head+data, "<si><t>&#0;</t></si>"), FileDamaged, ""},
		{"a control character", book(t, head+data, "<si><t>a\x01</t></si>"), FileDamaged, ""},
		{"bytes that are no UTF-8", book(t, head+data, "<si><t>a\xff</t></si>"), FileDamaged, ""},
		{"an end too many", book(t, head+data+"</row></row></row></row>", ""), FileDamaged, ""},
		{"deep", book(t, head+strings.Repeat("<x>", 100)+strings.Repeat("</x>", 100), ""), XMLRefused, ""},
		{"DOCTYPE", book(t, head+data, `<!DOCTYPE x [<!ENTITY a "b">]>`), XMLRefused, ""},
		{"an entity", book(t, head+data, `<si><t>&a;</t></si>`), FileDamaged, ""},
		{"merges", book(t, head+data+merged.String(), ""), TooManyMerges, ""},
		{"merges over merges", book(t, head+data+filled.String()+overlap.String(), ""), TooManyMerges, ""},
		{"parts", pack(t, func() map[string]string {
			parts := map[string]string{"xl/workbook.xml": "<workbook/>"}
			for i := range 5000 {
				parts[fmt.Sprint(i)] = ""
			}
			return parts
		}()), TooManyParts, ""},
		{"one line of commas", []byte(csv + strings.Repeat(",", 10<<20)), CellTooLarge, "A2"},
		{"one line of semicolons", []byte(csv + strings.Repeat(";", 10<<20)), TooManyColumns, "IW2"},
		{"one line of commas alone", []byte(strings.Repeat(",", 10<<20)), TooManyColumns, "IW1"},
		{"one large quoted cell", []byte(csv + `"` + strings.Repeat(`""`, 1<<20) + `"`), CellTooLarge, "A2"},
		{"a quote for ever", []byte(csv + `"` + strings.Repeat("x\n", 1<<20)), QuoteUnclosed, ""},
		{"a long line", []byte(csv + strings.Repeat(strings.Repeat("x", 30<<10)+";", 40)), LineTooLong, "2"},
		{"a hole of lines", []byte(csv + strings.Repeat("\n", 1<<20) + "01/10/2026;Siti;I10"), TooManyBlank, "1048578"},
		{"cells", []byte(csv + strings.Repeat("x"+strings.Repeat(";", 250)+"\n", maxCells/251+1)), TooManyCells, ""},
	} {
		start := time.Now()
		_, err := Read(t.Context(), Request{Source: PTM, Name: c.name, Data: c.data, AsOf: asOf, Area: area(t)})
		e, ok := errors.AsType[*FileError](err)
		if !ok {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if e.Class != c.want || c.at != "" && e.At != c.at {
			t.Errorf("%s: %v, want %s at %s", c.name, e, c.want, c.at)
		}
		if e.At != "" && (!strings.HasSuffix(e.MessageID(), " "+e.At+".") || !strings.HasSuffix(e.MessageEN(),
			" "+e.At+".")) {
			t.Errorf("%s: the message does not say where: %s", c.name, e.MessageID())
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s took %s", c.name, d)
		}
	}
}

// TestWithinLimits: a file that looks large but is harmless is read.
func TestWithinLimits(t *testing.T) {
	head := rowOf(1, "TANGGAL", "NAMA", "DIAGNOSA")
	data := rowOf(2, "01/10/2026", "Siti", "I10")
	for name, b := range map[string][]byte{
		"a style across the row and down the sheet": book(t,
			head+data+`<row r="3"><c r="XFD3" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/></row>`, ""),
		"trailing separators": []byte("tanggal;nama;diagnosa\n01/10/2026;Siti;I10\n" +
			strings.Repeat(";;\n", 60_000)),
		"merged cells": book(t, head+data+`<row r="3"><c r="B3"><v>1</v></c></row>`+
			strings.Repeat(`<mergeCell ref="A2:A3"/>`, 7000), ""),
		"no addresses": book(t,
			`<row><c t="inlineStr"><is><t>TANGGAL</t></is></c><c t="inlineStr"><is><t>NAMA</t></is></c><c t="inlineStr"><is><t>DIAGNOSA</t></is></c></row><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>`,
			`<si><t>01/10/2026</t></si><si><r><t>Si</t></r><r><t>ti</t></r><rPh><t>no</t></rPh></si>`),
	} {
		f, err := Read(t.Context(), Request{Source: PTM, Data: b, AsOf: asOf, Area: area(t)})
		if err != nil || len(f.Rows) == 0 || f.Rows[0].Person.Name != "Siti" {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// TestFormulas: a cell without a value is reported at the cell and does not
// reject the row.
func TestFormulas(t *testing.T) {
	f, err := Read(t.Context(), Request{Source: PTM, AsOf: asOf, Area: area(t),
		Data: book(t, rowOf(1, "TANGGAL", "NAMA", "DIAGNOSA", "SISTOL")+
			`<row r="2"><c t="inlineStr"><is><t>01/10/2026</t></is></c><c t="inlineStr"><is><t>Siti</t></is></c><c t="e"><f>X</f><v>#N/A</v></c><c><f>1+1</f></c></row>`,
			"")})
	if err != nil {
		t.Fatal(err)
	}
	r := f.Rows[0]
	if got := strings.Join(issues(r.Warnings), " "); r.Verdict != Accepted ||
		!strings.Contains(got, "cell_error:diagnosa formula_without_value:sistol") {
		t.Errorf("%s %v %s", r.Verdict, issues(r.Errors), got)
	}
}

// TestPart: the XML that workbooks use.
func TestPart(t *testing.T) {
	for text, want := range map[string]string{
		`<t>a</t>`: "a", `<t/>`: "", `<x:t xml:space="preserve"> a </x:t>`: " a ",
		`<t>a&amp;b &#65;&#x42; &lt;</t>`: "a&b AB <",
		`<t><![CDATA[<a>&]]>b</t>`:        "<a>&b", `<!-- > <t>no</t> --><t a='>"'>a</t>`: "a",
		`<t>a<!--->b--></t>`:           "a",
		`<t>a_x000D_` + "\n" + `b</t>`: "a\nb", `<?xml version="1.0" encoding="UTF-8"?><t>é</t>`: "é",
	} {
		left := int64(maxUnpacked)
		p, got := newPart(t.Context(), strings.NewReader(text), &left), "?"
		err := p.each(func(name []byte) error {
			var err error
			if string(name) == "t" {
				got, err = p.content("", func() string { return "" })
			}
			return err
		})
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for tag, want := range map[string]string{`c r="A1" t="s"`: "A1", `c t='r="B"' x:r = 'A&amp;2' /`: "A&2",
		`c br="1" r`: "", `c r=`: "", `c`: ""} {
		if got := valueOf([]byte(tag), "r"); got != want {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

// TestTooSlow: the time limit ends a file with a class, the end of the caller's
// context with its error.
func TestTooSlow(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), -time.Second, errTooSlow)
	defer cancel()
	for _, data := range [][]byte{book(t, rowOf(1, "TANGGAL"), ""), []byte(strings.Repeat("tanggal;nama\n", 2000))} {
		if _, err := Read(ctx, Request{Source: PTM, Data: data, AsOf: asOf}); fileClass(t, err) != TooSlow {
			t.Errorf("%v", err)
		}
	}
}

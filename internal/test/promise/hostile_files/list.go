//go:build sabotage

package hostile_files

import (
	"fmt"
	"io"
	"strings"
)

func sheet1(write func(io.Writer)) func() []byte {
	return func() []byte {
		return pack(part{"xl/workbook.xml", text(parts)}, part{"xl/_rels/workbook.xml.rels", text(rels)},
			part{"xl/worksheets/sheet1.xml", all(text(`<worksheet><sheetData>`), write,
				text(`</sheetData></worksheet>`))})
	}
}

// files are the hostile files and a large valid one.
func files() []file {
	list := []file{
		{name: "50,000 rows of 20 columns", source: "ptm", make: sheet1(honest)},
		// Addresses.
		{name: "1,000 rows with one cell at XFD", want: "too_many_columns",
			make: book(numbered(`<row r="#"><c r="XFD#"><v>1</v></c></row>`, 3, 1000), none), control: true},
		{name: "20,000 rows with one cell at XFD", want: "too_many_columns",
			make: book(numbered(`<row r="#"><c r="XFD#"><v>1</v></c></row>`, 3, 20_000), none)},
		{name: "A1 and XFD1048576", want: "too_many_columns",
			make: book(text(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`), none)},
		{name: "row 99999999999", want: "row_too_far",
			make: book(text(`<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>`), none)},
		{name: "row of a hundred digits", want: "row_too_far",
			make: book(text(`<row r="`+strings.Repeat("9", 100)+`"/>`), none)},
		{name: "row -1", want: "file_damaged", make: book(text(`<row r="-1"><c><v>1</v></c></row>`), none)},
		{name: "row 1048577", want: "row_too_far", make: book(text(`<row r="1048577"><c><v>1</v></c></row>`), none)},
		{name: "5 million empty rows without a number", want: "row_too_far", make: book(times(`<row/>`, 5_000_000),
			none)},
		{name: "a hole of a million rows", want: "too_many_blank_rows",
			make: book(text(`<row r="1048576"><c><v>1</v></c></row>`), none)},
		{name: "column ZZZZZZZZ", want: "file_damaged",
			make: book(text(`<row r="3"><c r="ZZZZZZZZ3"><v>1</v></c></row>`), none)},
		{name: "rows backwards", want: "file_damaged", make: book(text(`<row r="2"><c><v>1</v></c></row>`), none)},
		{name: "257 cells without an address", want: "too_many_columns",
			make: book(all(text(`<row r="3">`), times(`<c><v>1</v></c>`, 257), text(`</row>`)), none)},
		// Sums.
		{name: "200,000 rows", want: "too_many_rows", make: book(times(`<row><c><v>1</v></c></row>`, 200_000), none)},
		{name: "100,000 rows with a cell at IV", want: "too_many_cells",
			make: book(numbered(`<row r="#"><c r="IV#"><v>1</v></c></row>`, 3, 90_000), none)},
		{name: "a megabyte in a cell", want: "cell_too_large",
			make: book(all(text(`<row r="3"><c t="str"><v>`), times("x", 1<<20), text(`</v></c></row>`)), none)},
		{name: "a cell of a million runs", want: "cell_too_large",
			make: book(all(text(`<row r="3"><c t="inlineStr"><is>`), times(`<r><t>xx</t></r>`, 1_000_000),
				text(`</is></c></row>`)), none)},
		{name: "2,200 rows of one string of 30 kB", want: "too_much_text",
			make: book(times(`<row><c t="s"><v>0</v></c></row>`, 2_300), all(text("<si><t>"), times("x", 30<<10),
				text("</t></si>")))},
		{name: "20,000 merges and more", want: "too_many_merges", make: book(times(`<mergeCell ref="A2:A3"/>`, 30_000),
			none)},
		{name: "1,000 merges over 3,000 rows", want: "too_many_merges",
			make: book(all(numbered(`<row r="#"><c r="B#"><v>1</v></c></row>`, 3, 3000),
				times(`<mergeCell ref="B2:B3000"/>`, 1000)), none)},
		// Shared strings.
		{name: "one shared string of 300 MB", want: "cell_too_large",
			make: book(none, all(text("<si><t>"), times("x", 300_000_000), text("</t></si>"))), control: true},
		{name: "8 million shared strings", want: "too_many_strings",
			make: book(none, times("<si><t>x</t></si>", 8_000_000))},
		{name: "8 million empty shared strings", want: "too_many_strings", make: book(none, times("<si/>", 8_000_000))},
		{name: "1 GB of shared strings of 30 kB", want: "too_many_strings",
			make: book(none, times("<si><t>"+strings.Repeat("x", 30<<10)+"</t></si>", 2000))},
		{name: "string index -5", want: "file_damaged",
			make: book(text(`<row r="3"><c r="A3" t="s"><v>-5</v></c></row>`), text("<si><t>x</t></si>"))},
		{name: "string index 99999999999999999999", want: "file_damaged",
			make: book(text(`<row r="3"><c r="A3" t="s"><v>99999999999999999999</v></c></row>`),
				text("<si><t>x</t></si>"))},
		// XML.
		{name: "DOCTYPE with entities of entities", want: "xml_refused",
			make: book(none,
				text(`<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><si><t>&b;</t></si>`)),
			control: true},
		{name: "an unknown entity", want: "file_damaged", make: book(none, text(`<si><t>&b;</t></si>`))},
		{name: "a million elements deep", want: "xml_refused", make: book(times("<x>", 1_000_000), none)},
		{name: "a comment of 100 MB", want: "cell_too_large",
			make: book(all(text("<!--"), times("x", 100<<20), text("-->")), none)},
		{name: "a tag of 100 MB", want: "cell_too_large", make: book(all(text("<"), times("x", 100<<20), text("/>")),
			none)},
		{name: "a million attributes", want: "cell_too_large",
			make: book(all(text("<row"), times(` a="1"`, 1_000_000), text("/>")), none)},
		{name: "no end", want: "file_damaged", make: book(text("<row><c><v>"), none)},
		{name: "a header in UTF-7", want: "file_damaged", make: sheet1(text(`<?xml version="1.0" encoding="utf-7"?>`))},
		// Containers.
		{name: "300 MB of blanks between tags", want: "unpacks_too_large",
			make: book(times("<x/>"+strings.Repeat(" ", 200<<10), 1_400), none)},
		{name: "5,000 parts", want: "too_many_parts", make: func() []byte {
			list := []part{{"xl/workbook.xml", text(parts)}}
			for i := range 5000 {
				list = append(list, part{fmt.Sprint(i), none})
			}
			return pack(list...)
		}},
		{name: "sizes that are too small", want: "file_damaged", make: lying(10)},
		{name: "sizes of 4 GB", want: "file_damaged", make: lying(0xfffffffe)},
		{name: "half a workbook", want: "file_damaged", make: func() []byte {
			b := sheet1(none)()
			return b[:len(b)/2]
		}},
		{name: "a ZIP without a workbook", want: "not_a_workbook", make: func() []byte {
			return pack(part{"x", none})
		}},
		{name: "10,000 sheets of one part", want: "header_not_found", make: func() []byte {
			return pack(part{"xl/workbook.xml", all(text(`<workbook xmlns:r="r">`),
				times(`<sheet name="a" r:id="rId1"/>`, 10_000), text(`</workbook>`))},
				part{"xl/_rels/workbook.xml.rels", text(rels)},
				part{"xl/worksheets/sheet1.xml", times(`<row><c><v>1</v></c></row>`, 14)})
		}},
		// Text.
		{name: "one line of 10 MB of commas", want: "too_many_columns", make: raw(times(",", 10<<20))},
		{name: "one line of 10 MB of semicolons", want: "too_many_columns", make: csv(times(";", 10<<20))},
		{name: "one cell of 30 MB", want: "cell_too_large", make: csv(times("x", 30<<20))},
		{name: "one quoted cell of quotes", want: "cell_too_large",
			make: csv(all(text(`"`), times(`""`, 10<<20), text(`"`)))},
		{name: "a quote that never ends", want: "quote_unclosed", make: csv(all(text(`"`), times("x\n", 10<<20)))},
		{name: "a line of 2 MB", want: "line_too_long", make: csv(times(strings.Repeat("x", 30<<10)+";", 70))},
		{name: "30 million blank lines and one", want: "too_many_blank_rows",
			make: csv(all(times("\n", 30<<20), text("01/10/2026;Siti;I10")))},
		{name: "15 million lines of one letter", want: "too_many_rows", make: csv(times("x\n", 15<<20))},
		{name: "100,000 lines of 256 blank cells", want: "too_many_cells",
			make: csv(times("x"+strings.Repeat(";", 255)+"\n", 100_000))},
		{name: "33 MB", want: "too_large", make: csv(times("x\n", 17<<20))},
		{name: "30 MB of UTF-16", want: "cell_too_large",
			make: raw(all(text("\xff\xfe"), times("x\x00\n\x00", 7<<10), times("\x00\xd8", 14<<20)))},
		{name: "30 MB of Windows-1252", want: "cell_too_large", make: csv(times("\xe9", 30<<20))},
		{name: "bytes that are no text", want: "not_text", make: raw(times("\x00\x01\x02", 1<<20))},
		{name: "an encrypted workbook", want: "not_a_workbook",
			make: raw(all(text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), times("x", 1<<20)))},
	}
	for i := range list {
		if list[i].source == "" {
			list[i].source = "ptm"
		}
	}
	return list
}

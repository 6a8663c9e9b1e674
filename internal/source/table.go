package source

import (
	"bytes"
	"context"
	"regexp"
	"strings"
)

// cell is one cell as found.
type cell struct {
	text    string
	number  bool // the spreadsheet stores it as a number
	formula bool // it has a formula; text is its stored result, if any
	broken  bool // the spreadsheet shows an error, such as #N/A
}

// record is one spreadsheet row or CSV record.
type record struct {
	number, line int
	cells        []cell
}

func (r record) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c.text) != "" {
			return false
		}
	}
	return true
}

// table is the rows of cells of a file.
type table struct {
	format, encoding, delimiter, sheet string
	date1904                           bool
	rows                               []record
	head                               header
}

// open detects the format from the content, reads the cells and finds the
// header.
func open(ctx context.Context, req Request) (*table, error) {
	if _, ok := layouts[req.Source]; !ok {
		return nil, &FileError{Class: HeaderNotFound}
	}
	data := req.Data
	switch {
	case len(data) == 0:
		return nil, &FileError{Class: FileEmpty}
	case over(len(data), maxBytes):
		return nil, &FileError{Class: TooLarge}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return readXLSX(ctx, req)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")): // .xls and encrypted workbooks
		return nil, &FileError{Class: NotAWorkbook}
	}
	t, err := readCSV(ctx, data)
	if err != nil {
		return nil, err
	}
	t.head, err = findHeader(t, req.Source, req.Columns)
	return t, err
}

// body returns the records below the header without blank lines and the
// signature block, and the rows of that block.
func (t *table) body() (rows []record, ignored []int) {
	rows = t.rows[t.head.index+1:]
	end := len(rows)
	for end > 0 && (rows[end-1].blank() || t.signature(rows[end-1])) {
		if !rows[end-1].blank() {
			ignored = append(ignored, rows[end-1].number)
		}
		end--
	}
	out := rows[:0:0]
	for _, r := range rows[:end] {
		if !r.blank() {
			out = append(out, r)
		}
	}
	return out, ignored
}

var signatureText = regexp.MustCompile(
	`(?i)^\s*(mengetahui|kepala |nip\b|petugas|pelaksana|penanggung|\(?\s*[._ ]{5,})`)

// signature reports whether a row at the end of a list belongs to the signature
// block: at most two cells, and nothing that identifies a person.
func (t *table) signature(r record) bool {
	filled, identity := 0, 0
	for j, c := range r.cells {
		text := strings.TrimSpace(c.text)
		if text == "" {
			continue
		}
		filled++
		if j >= len(t.head.fields) || signatureText.MatchString(text) {
			continue
		}
		switch columns[t.head.fields[j].Field].kind {
		case kName:
			identity++
		case kBirth, kPast, kNIK, kCard, kVital:
			// "Bidan praktik," may be below the dates.
			if _, ok := parseNumber(text); ok || (dateReader{byHand: true}).reads(text) {
				identity++
			}
		}
	}
	return filled <= 2 && identity == 0
}

package source

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads the first visible sheet that carries the header wanted, else
// any other one. Cells are read raw: what a style shows (months first, 15
// digits) is not what was entered.
func readXLSX(ctx context.Context, req Request) (t *table, err error) {
	// excelize has panicked on malformed parts before; a hostile file must
	// not end the process.
	defer func() {
		if recover() != nil {
			t, err = nil, &FileError{Class: FileDamaged}
		}
	}()
	formulas, err := inspect(req.Data)
	if err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(req.Data), excelize.Options{
		RawCellValue:   true,
		UnzipSizeLimit: maxUnpacked,
		// Never spill personal data into a temporary file.
		UnzipXMLSizeLimit: maxUnpacked,
	})
	if err != nil {
		return nil, &FileError{Class: FileDamaged}
	}
	defer f.Close()
	sheets := f.GetSheetList()
	visible, hidden := sheets[:0:0], sheets[:0:0]
	for _, s := range sheets {
		if ok, err := f.GetSheetVisible(s); err == nil && !ok {
			hidden = append(hidden, s)
		} else {
			visible = append(visible, s)
		}
	}
	var failure error = &FileError{Class: HeaderNotFound}
	for _, s := range append(visible, hidden...) {
		t, err := readSheet(ctx, f, s)
		if err != nil {
			return nil, err
		}
		t.head, err = findHeader(t, req.Source, req.Columns)
		if err == nil {
			return t, finishSheet(ctx, f, t, formulas)
		}
		if e, ok := errors.AsType[*FileError](err); ok && e.Class == WrongSource {
			failure = e
		}
	}
	return nil, failure
}

// inspect opens the container only: it must be a whole ZIP with a workbook in
// it that unpacks within limits, whatever sizes its directory claims. It
// reports whether any sheet holds a formula.
func inspect(data []byte) (formulas bool, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false, &FileError{Class: FileDamaged}
	}
	workbook := false
	left := int64(maxUnpacked)
	for _, part := range z.File {
		name := strings.TrimPrefix(strings.ReplaceAll(part.Name, `\`, "/"), "/")
		workbook = workbook || strings.EqualFold(name, "xl/workbook.xml")
		r, err := part.Open()
		if err != nil {
			return false, &FileError{Class: FileDamaged}
		}
		var buf bytes.Buffer
		var w io.Writer = io.Discard
		if strings.HasPrefix(strings.ToLower(name), "xl/worksheets/") {
			w = &buf
		}
		n, err := io.Copy(w, io.LimitReader(r, left+1))
		r.Close()
		left -= n
		if left < 0 {
			return false, &FileError{Class: TooLarge}
		}
		if err != nil {
			return false, &FileError{Class: FileDamaged}
		}
		b := buf.Bytes()
		formulas = formulas || bytes.Contains(b, []byte("<f>")) || bytes.Contains(b, []byte("<f ")) || bytes.Contains(b, []byte(":f>")) || bytes.Contains(b, []byte(":f "))
	}
	if !workbook {
		return false, &FileError{Class: NotAWorkbook}
	}
	return formulas, nil
}

func readSheet(ctx context.Context, f *excelize.File, sheet string) (*table, error) {
	t := &table{format: "xlsx", sheet: sheet}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		t.date1904 = *p.Date1904
	}
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, &FileError{Class: FileDamaged}
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		texts, err := rows.Columns()
		if err != nil {
			return nil, &FileError{Class: FileDamaged}
		}
		if len(texts) == 0 {
			continue // blank, or a style painted down the sheet
		}
		if len(t.rows) >= maxRows {
			return nil, &FileError{Class: TooLarge}
		}
		cells := make([]cell, len(texts))
		for i, s := range texts {
			cells[i].text = s
		}
		t.rows = append(t.rows, record{number: n, cells: cells})
	}
	return t, rows.Error()
}

// finishSheet adds what the row reader does not tell: values of cells merged
// downwards, which NIKs are stored as numbers, and formulas.
func finishSheet(ctx context.Context, f *excelize.File, t *table, formulas bool) error {
	at := make(map[int]*record, len(t.rows))
	for i := range t.rows {
		at[t.rows[i].number] = &t.rows[i]
	}
	merged, err := f.GetMergeCells(t.sheet, true)
	if err != nil {
		return &FileError{Class: FileDamaged}
	}
	// excelize walks all merges for each cell asked for: a file that would
	// keep it busy for minutes is refused.
	if len(merged)*len(t.rows) > maxMergeWork {
		return &FileError{Class: TooLarge}
	}
	headRow, last := t.rows[t.head.index].number, t.rows[len(t.rows)-1].number
	for _, m := range merged {
		col, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		_, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || top <= headRow {
			continue
		}
		first := at[top]
		if first == nil || col > len(first.cells) {
			continue
		}
		for n := top + 1; n <= min(bottom, last); n++ {
			// Only rows that exist: a merge reaching past the list makes none.
			if r := at[n]; r != nil && col <= len(r.cells) && r.cells[col-1].text == "" {
				r.cells[col-1] = first.cells[col-1]
			}
		}
	}
	for i, r := range t.rows[t.head.index+1:] {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for j := range r.cells {
			if j >= len(t.head.fields) || t.head.fields[j].Field == "" || r.cells[j].text == "" && !formulas {
				continue
			}
			k := columns[t.head.fields[j].Field].kind
			axis, err := excelize.CoordinatesToCellName(j+1, r.number)
			if err != nil {
				continue
			}
			if k == kNIK {
				kind, err := f.GetCellType(t.sheet, axis)
				r.cells[j].number = err == nil && (kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber)
			}
			if formulas && (k == kText || k == kName) {
				formula, err := f.GetCellFormula(t.sheet, axis)
				r.cells[j].formula = err == nil && formula != ""
			}
		}
	}
	return nil
}

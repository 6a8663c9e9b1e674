package source

import (
	"context"
	"errors"
	"slices"
	"strconv"
)

// readXLSX reads the first visible sheet with the wanted header, else any other
// sheet. Cells are read as stored: what a style shows (month first, 15 digits)
// is not what was entered.
func readXLSX(ctx context.Context, req Request) (*table, error) {
	w, err := openWorkbook(ctx, req.Data)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(w.sheets, func(a, b sheet) int { return order(a.hidden) - order(b.hidden) })
	var failure error = &FileError{Class: HeaderNotFound}
	for _, s := range w.sheets {
		r := &sheetReader{workbook: w, t: &table{format: "xlsx", sheet: s.name, date1904: w.date1904}, req: req}
		err := w.read(s.part, r.read)
		if err == nil {
			return r.t, nil
		}
		e, ok := errors.AsType[*FileError](err)
		if ok && e.Class == CellTooLarge && e.At == "" {
			e.At = r.at()
		}
		if !ok || e.Class != WrongSource && e.Class != HeaderNotFound {
			return nil, err
		}
		if e.Class == WrongSource {
			failure = e
		}
	}
	return nil, failure
}

func order(hidden bool) int {
	if hidden {
		return 1
	}
	return 0
}

// sheetReader reads one sheet. Rows are not padded: a cell without content
// takes no space, whatever its address.
type sheetReader struct {
	*workbook
	*part
	req    Request
	t      *table
	size   size
	row    int // number of the current row
	column int // of the current cell, 1 for A
	cells  []cell
	found  bool // the header
	merges []merge
}

// merge is a range of merged cells.
type merge struct{ column, top, bottom int }

func (r *sheetReader) read(p *part) error {
	r.part = p
	err := p.each(func(name []byte) error {
		switch string(name) {
		case "row":
			if err := r.endRow(); err != nil {
				return err
			}
			return r.startRow(p.attr("r"))
		case "c":
			return r.cell()
		case "mergeCell":
			return r.merge(p.attr("ref"))
		}
		return nil
	})
	if err == nil {
		err = r.endRow()
	}
	if err == nil && !r.found {
		err = r.head()
	}
	if err != nil {
		return err
	}
	return r.fill()
}

func (r *sheetReader) startRow(number string) error {
	n := r.row + 1
	if number != "" {
		var err error
		if n, err = strconv.Atoi(number); err != nil {
			return &FileError{Class: RowTooFar}
		}
	}
	if n > maxRowAt {
		return &FileError{Class: RowTooFar}
	}
	if n <= r.row {
		return &FileError{Class: FileDamaged}
	}
	r.row, r.column = n, 0
	return nil
}

// endRow keeps the current row if it has content. It searches for the header
// after reading the rows that may hold it, so that a sheet without a header
// costs no more.
func (r *sheetReader) endRow() error {
	if len(r.cells) == 0 {
		return nil
	}
	if !r.found && r.row > headerRows {
		if err := r.head(); err != nil {
			return err
		}
	}
	last := 0
	if n := len(r.t.rows); n > 0 {
		last = r.t.rows[n-1].number
	}
	switch at := strconv.Itoa(r.row); {
	case over(r.row-last-1, maxBlank):
		return &FileError{Class: TooManyBlank, At: at}
	case over(len(r.t.rows)+1, maxRows):
		return &FileError{Class: TooManyRows, At: at}
	}
	r.t.rows = append(r.t.rows, record{number: r.row, cells: slices.Clone(r.cells)})
	r.cells = r.cells[:0]
	return nil
}

func (r *sheetReader) head() error {
	var err error
	r.t.head, err = findHeader(r.t, r.req.Source, r.req.Columns)
	r.found = err == nil
	return err
}

func (r *sheetReader) at() string { return axis(r.column, r.row) }

// cell reads one cell to its end.
func (r *sheetReader) cell() error {
	r.column++
	if ref := r.attr("r"); ref != "" {
		column, row, ok := coordinates(ref)
		if !ok || row != r.row {
			return &FileError{Class: FileDamaged}
		}
		r.column = column
	}
	kind := r.attr("t")
	c := cell{number: kind == "" || kind == "n", broken: kind == "e"}
	stored := false
	for depth := r.depth; r.depth >= depth; {
		tag, err := r.step()
		if err != nil {
			return err
		}
		if tag == atEnd {
			return &FileError{Class: FileDamaged}
		}
		if tag == end {
			continue
		}
		switch string(r.name()) {
		case "v":
			c.text, err = r.content("", r.at)
			stored = true
		case "is":
			c.text, err = r.content("t", r.at)
			stored = true
		case "f":
			c.formula = true
		}
		if err != nil {
			return err
		}
	}
	if kind == "s" && stored {
		i, err := strconv.Atoi(c.text)
		text, ok := r.strings.at(i)
		if err != nil || !ok {
			return &FileError{Class: FileDamaged, At: r.at()}
		}
		c.text = text
	}
	if c.text == "" && !c.formula {
		return nil
	}
	return r.put(c)
}

func (r *sheetReader) put(c cell) error {
	if over(r.column, maxColumns) {
		return &FileError{Class: TooManyColumns, At: r.at()}
	}
	if err := r.size.add(max(0, r.column-len(r.cells)), c.text, r.at); err != nil {
		return err
	}
	for len(r.cells) < r.column {
		r.cells = append(r.cells, cell{})
	}
	r.cells[r.column-1] = c
	return nil
}

func (r *sheetReader) merge(ref string) error {
	if over(len(r.merges)+1, maxMerges) {
		return &FileError{Class: TooManyMerges}
	}
	i := 0
	for i < len(ref) && ref[i] != ':' {
		i++
	}
	column, top, ok := coordinates(ref[:i])
	if !ok || i == len(ref) {
		return nil
	}
	if _, bottom, ok := coordinates(ref[i+1:]); ok && bottom > top {
		r.merges = append(r.merges, merge{column, top, bottom})
	}
	return nil
}

// fill gives cells merged vertically below the header the value of the first
// cell, in existing rows only: a range that goes beyond the list adds none.
func (r *sheetReader) fill() error {
	rows := r.t.rows[r.t.head.index+1:]
	find := func(number int) int {
		i, _ := slices.BinarySearchFunc(rows, number, func(r record, n int) int { return r.number - n })
		return i
	}
	work := 0
	for _, m := range r.merges {
		i := find(m.top)
		if i == len(rows) || rows[i].number != m.top || m.column > len(rows[i].cells) {
			continue
		}
		first := rows[i].cells[m.column-1]
		for j := i + 1; j < len(rows) && rows[j].number <= m.bottom; j++ {
			if work++; over(work, maxMergeWork) {
				return &FileError{Class: TooManyMerges}
			}
			r.row, r.column, r.cells = rows[j].number, m.column, rows[j].cells
			if m.column <= len(r.cells) && r.cells[m.column-1].text != "" || first.text == "" {
				continue
			}
			if err := r.put(first); err != nil {
				return err
			}
			rows[j].cells = r.cells
		}
	}
	return nil
}

// coordinates reads the address of a cell, such as AB12.
func coordinates(ref string) (column, row int, ok bool) {
	i := 0
	for i < len(ref) && i < 4 && ref[i]|0x20 >= 'a' && ref[i]|0x20 <= 'z' {
		column = column*26 + int(ref[i]|0x20-'a') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	return column, row, err == nil && i > 0 && i < 4 && column <= 16384 && row > 0 && row <= maxRowAt
}

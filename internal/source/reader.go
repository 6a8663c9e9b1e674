package source

import (
	"context"
	"crypto/sha256"
	"slices"
	"sort"
	"strings"
	"time"
)

// reader holds what the rows of one file have in common.
type reader struct {
	req     Request
	layout  layout
	today   time.Time
	dates   dateReader
	fields  []Column
	width   int  // columns up to the last named one
	full    int  // number of cells of a CSV record
	csv     bool // rows are checked against width and full
	village bool // the layout has a village column
	// The current row; reused for the next.
	cells       map[string]cell
	raw, values map[string]string
	last        Row // the row before
}

func read(ctx context.Context, req Request, t *table) (*File, error) {
	records, ignored := t.body()
	if len(records) == 0 {
		return nil, &FileError{Class: NoRows}
	}
	day := today(req.AsOf)
	l := layouts[req.Source]
	r := &reader{req: req, layout: l, today: day, fields: t.head.fields, csv: t.format == "csv",
		dates: dateReader{today: day, byHand: l.byHand, date1904: t.date1904},
		cells: map[string]cell{}, raw: map[string]string{}, values: map[string]string{}}
	for i, c := range t.head.fields {
		if c.Header != "" {
			r.width = i + 1
		}
		r.village = r.village || columns[c.Field].kind == kVillage
	}
	r.full = usualWidth(records, len(r.fields))
	f := &File{Source: req.Source, Format: t.format, Encoding: t.encoding, Delimiter: t.delimiter, Sheet: t.sheet,
		HeaderRow: t.rows[t.head.index].number, Columns: t.head.fields, Ignored: ignored,
		Rows: make([]Row, 0, len(records))}
	for i, rec := range records {
		if i%256 == 0 {
			if err := ended(ctx); err != nil {
				return nil, err
			}
		}
		f.Rows = append(f.Rows, r.row(rec))
		records[i].cells = nil // the row has them now
	}
	if req.Source == PISPK {
		r.households(f.Rows)
	}
	compareRows(req.Source, f.Rows)
	return f, nil
}

// row reads one record.
func (r *reader) row(rec record) Row {
	clear(r.cells)
	clear(r.raw)
	clear(r.values)
	b := &builder{reader: r, row: Row{Number: rec.number, Line: rec.line, Verdict: Accepted}}
	for j, c := range rec.cells {
		text := trim(c.text)
		if j >= len(r.fields) {
			continue
		}
		name := r.fields[j].Field
		if name != "" && (c.broken || text == "" && c.formula) {
			// The spreadsheet shows no value. The row gets a finding and stays.
			class := FormulaWithoutValue
			if c.broken {
				class = CellError
			}
			b.warn(class, name)
			continue
		}
		if text == "" {
			continue
		}
		if name == "" {
			if name = trim(r.fields[j].Header); name != "" {
				b.raw[name] = text
			}
			continue
		}
		c.text = text
		b.cells[name] = c
		b.raw[name] = text
	}
	if r.csv && (len(rec.cells) < r.width || len(rec.cells) > r.full) {
		b.row.Hash = hashCells(r.req.Source, rec.cells)
		b.fail(ColumnCount, "*")
	} else {
		b.row.Hash = hashRaw(r.req.Source, r.raw)
		b.build()
	}
	if len(b.row.Questions) > 0 {
		b.row.Verdict = ToDecide
	}
	if len(b.row.Errors) > 0 {
		b.row.Verdict = Rejected
		b.row.Facts, b.row.NewbornFacts = nil, nil
	}
	b.row.Raw, b.row.Value = textsLike(r.last.Raw, r.raw), textsLike(r.last.Value, r.values)
	// Exact capacity, since there are many rows.
	b.row.Facts, b.row.NewbornFacts = slices.Clone(b.row.Facts), slices.Clone(b.row.NewbornFacts)
	r.last = b.row
	return b.row
}

// usualWidth is the expected number of cells of a record: the header's, or that
// of more than half of the records where an export ends every line but the
// header with a separator. A single record with one cell too many has a
// separator inside an unquoted cell, even if its last cell is blank.
func usualWidth(records []record, header int) int {
	counts := map[int]int{}
	for _, r := range records {
		counts[len(r.cells)]++
	}
	for width, n := range counts {
		if width > header && n*2 > len(records) && len(records) > 2 {
			return width
		}
	}
	return header
}

// trim removes blanks around a cell, including no-break ones. Line ends inside
// become one newline.
func trim(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimFunc(s, func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u200b' || r == '\ufeff'
	})
}

func hashRaw(code Code, raw map[string]string) [32]byte {
	names := make([]string, 0, len(raw))
	for n := range raw {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString(string(code))
	for _, n := range names {
		b.WriteString("\x1e" + n + "\x1f" + strings.Join(strings.Fields(raw[n]), " "))
	}
	return sha256.Sum256([]byte(b.String()))
}

func hashCells(code Code, cells []cell) [32]byte {
	var b strings.Builder
	b.WriteString(string(code))
	for _, c := range cells {
		b.WriteString("\x1f" + trim(c.text))
	}
	return sha256.Sum256([]byte(b.String()))
}

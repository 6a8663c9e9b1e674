package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readCSV reads delimited text: UTF-8 with or without BOM, UTF-16 with BOM
// ("Unicode text" of Excel), else Windows-1252; comma, semicolon or tab.
func readCSV(ctx context.Context, data []byte) (*table, error) {
	text, encoding, ok := decode(data)
	if !ok {
		return nil, &FileError{Class: NotText}
	}
	d := sniffDelimiter(ctx, text)
	rows, err := parseCSV(ctx, text, d)
	if err != nil {
		return nil, err
	}
	return &table{format: "csv", encoding: encoding, delimiter: string(d), rows: rows}, nil
}

func decode(data []byte) (text, encoding string, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		encoding, data = "utf-8-bom", data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text = decode16(data[2:], binary.LittleEndian)
		return text, "utf-16le", isText(text)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text = decode16(data[2:], binary.BigEndian)
		return text, "utf-16be", isText(text)
	}
	if !isText(data) {
		return "", "", false
	}
	if utf8.Valid(data) {
		if encoding == "" {
			encoding = "utf-8"
		}
		return string(data), encoding, true
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", "", false
	}
	return string(out), "windows-1252", true
}

// isText: a text contains no control characters except tab, line ends, form feed
// and the end-of-file mark of DOS.
func isText[T []byte | string](data T) bool {
	for i := range len(data) {
		if b := data[i]; b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a {
			return false
		}
	}
	return true
}

func decode16(data []byte, order binary.ByteOrder) string {
	out := make([]byte, 0, len(data))
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// sniffDelimiter chooses the separator that splits the first lines most often
// and most evenly, outside quotes.
func sniffDelimiter(ctx context.Context, text string) byte {
	best, bestScore := byte(','), 0
	for _, d := range []byte{';', ',', '\t'} {
		rows, _ := parseCSV(ctx, head(text, 1<<16), d)
		counts := map[int]int{}
		for i, r := range rows {
			if i == headerRows+5 {
				break
			}
			if len(r.cells) > 1 {
				counts[len(r.cells)]++
			}
		}
		score := 0
		for width, n := range counts {
			score = max(score, width*n)
		}
		if score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

// scanner splits text into records.
type scanner struct {
	text string
	d    byte
	at   int // in text
	line int
	size size
}

// parseCSV splits text by RFC 4180 and leaves out blank records. A record
// counts as one row however many lines it has; an empty line counts as a row,
// as in a spreadsheet. It returns the rows before an error: an exceeded limit,
// or QuoteUnclosed for a quote that is never closed or is closed in the middle
// of a cell (what follows it is unreliable).
func parseCSV(ctx context.Context, text string, d byte) ([]record, error) {
	s := scanner{text: text, d: d, line: 1}
	var rows []record
	var cells []cell
	last := 0
	for number := 1; s.at < len(s.text); number++ {
		if number%1024 == 0 {
			if err := ended(ctx); err != nil {
				return rows, err
			}
		}
		r := record{number: number, line: s.line}
		var err error
		if cells, err = s.record(cells[:0], number); err != nil {
			return rows, err
		}
		r.cells = cells
		if r.blank() {
			s.size.cells -= len(cells) // not kept
			continue
		}
		switch at := strconv.Itoa(number); {
		case over(number-last-1, maxBlank):
			return rows, &FileError{Class: TooManyBlank, At: at}
		case over(len(rows)+1, maxRows):
			return rows, &FileError{Class: TooManyRows, At: at}
		}
		r.cells, last = slices.Clone(cells), number
		rows = append(rows, r)
	}
	return rows, nil
}

// record reads one record into cells and skips its line end.
func (s *scanner) record(cells []cell, number int) ([]cell, error) {
	start := s.at
	for {
		c, err := s.cell()
		if err != nil {
			return nil, err
		}
		at := func() string { return axis(len(cells)+1, number) }
		if over(len(cells)+1, maxColumns) {
			return nil, &FileError{Class: TooManyColumns, At: at()}
		}
		if err := s.size.add(1, c, at); err != nil {
			return nil, err
		}
		cells = append(cells, cell{text: c})
		if over(s.at-start, maxLine) {
			return nil, &FileError{Class: LineTooLong, At: strconv.Itoa(number)}
		}
		if !s.is(s.d) {
			break
		}
		s.at++
	}
	if s.is('\r') {
		s.at++
	}
	if s.is('\n') {
		s.at++
	}
	s.line++
	return cells, nil
}

func (s *scanner) is(b byte) bool { return s.at < len(s.text) && s.text[s.at] == b }

// cell reads one cell up to its separator or line end.
func (s *scanner) cell() (string, error) {
	if s.is('"') {
		return s.quoted()
	}
	from := s.at
	for s.at < len(s.text) && s.text[s.at] != s.d && s.text[s.at] != '\n' && s.text[s.at] != '\r' {
		s.at++
	}
	return s.text[from:s.at], nil
}

func (s *scanner) quoted() (string, error) {
	opened := s.line
	var b strings.Builder
	closed := false
	for s.at++; !closed; {
		j := strings.IndexByte(s.text[s.at:], '"')
		if j < 0 {
			return "", &FileError{Class: QuoteUnclosed, Line: opened}
		}
		part := s.text[s.at : s.at+j]
		b.WriteString(part)
		if over(b.Len(), maxCell) {
			if strings.Contains(b.String(), "\n") { // far more likely than so large a cell
				return "", &FileError{Class: QuoteUnclosed, Line: opened}
			}
			return b.String(), nil // record refuses it
		}
		s.line += strings.Count(part, "\n")
		s.at += j + 1
		if closed = !s.is('"'); !closed {
			b.WriteByte('"')
			s.at++
		}
	}
	for s.is(' ') {
		s.at++
	}
	if s.at < len(s.text) && !s.is(s.d) && !s.is('\n') && !s.is('\r') {
		return "", &FileError{Class: QuoteUnclosed, Line: opened}
	}
	return b.String(), nil
}

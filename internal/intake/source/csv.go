package source

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readCSV reads delimited text: UTF-8 with or without BOM, UTF-16 with BOM
// ("Unicode text" of Excel), else Windows-1252; comma, semicolon or tab.
func readCSV(data []byte) (*table, error) {
	text, encoding, ok := decode(data)
	if !ok {
		return nil, &FileError{Class: NotText}
	}
	d := sniffDelimiter(text)
	rows, open := parseCSV(text, d)
	if open > 0 {
		return nil, &FileError{Class: QuoteUnclosed, Line: open}
	}
	if len(rows) > maxRows {
		return nil, &FileError{Class: TooLarge}
	}
	return &table{format: "csv", encoding: encoding, delimiter: string(d), rows: rows}, nil
}

func decode(data []byte) (text, encoding string, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		encoding, data = "utf-8-bom", data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decode16(data[2:], binary.LittleEndian), "utf-16le", true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decode16(data[2:], binary.BigEndian), "utf-16be", true
	}
	for _, b := range data {
		// No text holds control characters but tab, line ends, form feed and
		// the end-of-file mark of DOS.
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a {
			return "", "", false
		}
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

func decode16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// sniffDelimiter picks the separator that splits the first lines most often
// and most evenly, outside quotes.
func sniffDelimiter(text string) byte {
	best, bestScore := byte(','), 0
	for _, d := range []byte{';', ',', '\t'} {
		rows, _ := parseCSV(head(text, 1<<16), d)
		counts := map[int]int{}
		for i, r := range rows {
			if i == headerRows+5 {
				break
			}
			if len(r.cells) > 1 && !r.blank() {
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

// parseCSV splits text as RFC 4180 does. A record counts one row however many
// lines it has; an empty line is a row too, as in a spreadsheet. open is the
// line of a quote that is never closed, or closed in the middle of a cell,
// which means the same: what follows cannot be trusted. 0: none.
func parseCSV(text string, d byte) (rows []record, open int) {
	line, number := 1, 1
	for i := 0; i < len(text); {
		r := record{number: number, line: line}
		for {
			var c string
			if i < len(text) && text[i] == '"' {
				opened := line
				var b strings.Builder
				i++
				closed := false
				for i < len(text) {
					j := strings.IndexByte(text[i:], '"')
					if j < 0 {
						break
					}
					part := text[i : i+j]
					b.WriteString(part)
					line += strings.Count(part, "\n")
					i += j + 1
					if i < len(text) && text[i] == '"' {
						b.WriteByte('"')
						i++
						continue
					}
					closed = true
					break
				}
				for closed && i < len(text) && text[i] == ' ' {
					i++
				}
				if !closed || i < len(text) && text[i] != d && text[i] != '\n' && text[i] != '\r' {
					return rows, opened
				}
				c = b.String()
			} else {
				j := i
				for j < len(text) && text[j] != d && text[j] != '\n' && text[j] != '\r' {
					j++
				}
				c = text[i:j]
				i = j
			}
			r.cells = append(r.cells, cell{text: c})
			if i >= len(text) || text[i] != d {
				break
			}
			i++
		}
		if i < len(text) && text[i] == '\r' {
			i++
		}
		if i < len(text) && text[i] == '\n' {
			i++
		}
		line++
		number++
		rows = append(rows, r)
	}
	return rows, 0
}

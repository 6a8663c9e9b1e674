package source

// headerRows is the lowest row of a header (title blocks may be above it).
const headerRows = 15

// header is a found header row.
type header struct {
	index  int // into table.rows
	fields []Column
}

// findHeader searches the first 15 rows for the header of the wanted source.
// Refusals: WrongSource with the actual source, HeaderNotFound.
func findHeader(t *table, code Code, mapping map[string]string) (header, error) {
	if h, ok := matchHeader(t, code, mapping); ok {
		return h, nil
	}
	for _, info := range infos {
		if info.Code == code {
			continue
		}
		if _, ok := matchHeader(t, info.Code, nil); ok {
			return header{}, &FileError{Class: WrongSource, Found: info.Code}
		}
	}
	return header{}, &FileError{Class: HeaderNotFound}
}

func matchHeader(t *table, code Code, mapping map[string]string) (header, bool) {
	manual := make(map[string]string, len(mapping))
	needed := 0
	for h, f := range mapping {
		manual[fold(h)] = f
		if f != "" {
			needed++
		}
	}
	for i, r := range t.rows {
		if r.number > headerRows {
			break
		}
		fields := make([]Column, len(r.cells))
		have := map[string]bool{}
		byHand := 0
		for j, c := range r.cells {
			key := fold(c.text)
			f, mapped := manual[key]
			if mapped && f != "" {
				byHand++
			}
			if !mapped && key != "" {
				f = headers[code][key]
			}
			if have[f] {
				f = "" // the first column of a name wins
			}
			fields[j] = Column{Header: c.text, Field: f}
			if f != "" {
				have[f] = true
			}
		}
		if complete(code, have) || needed > 0 && byHand*2 > needed && (have["nama"] || have["nama_ibu"]) {
			return header{index: i, fields: fields}, true
		}
	}
	return header{}, false
}

func complete(code Code, have map[string]bool) bool {
	for _, set := range layouts[code].required {
		ok := true
		for _, f := range set {
			ok = ok && have[f]
		}
		if ok {
			return true
		}
	}
	return false
}

package source

import (
	"archive/zip"
	"bytes"
	"context"
	"path"
	"strings"
)

// workbook is an open .xlsx: its parts by name, and its sheets.
type workbook struct {
	ctx      context.Context
	parts    map[string]*zip.File
	left     int64 // bytes that may still be unpacked
	date1904 bool
	sheets   []sheet
	strings  shared
}

type sheet struct {
	name, part string
	hidden     bool
}

// shared are the concatenated shared strings of a workbook.
type shared struct {
	text string
	ends []int32
}

func (s shared) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := int32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

// openWorkbook reads the parts other than the sheets. Errors: FileError.
func openWorkbook(ctx context.Context, data []byte) (*workbook, error) {
	// archive/zip builds the whole directory before the entries can be counted.
	if over(bytes.Count(data, []byte("PK\x01\x02")), 4*maxParts) {
		return nil, &FileError{Class: TooManyParts}
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &FileError{Class: FileDamaged}
	}
	if over(len(z.File), maxParts) {
		return nil, &FileError{Class: TooManyParts}
	}
	w := &workbook{ctx: ctx, parts: make(map[string]*zip.File, len(z.File)), left: maxUnpacked}
	for _, f := range z.File {
		w.parts[partName(f.Name)] = f
	}
	if w.parts["xl/workbook.xml"] == nil {
		return nil, &FileError{Class: NotAWorkbook}
	}
	targets, err := w.targets()
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	err = w.read("xl/workbook.xml", func(p *part) error {
		return p.each(func(name []byte) error {
			switch string(name) {
			case "workbookPr":
				on := p.attr("date1904")
				w.date1904 = on == "1" || on == "true"
			case "sheet":
				if to := targets[p.attr("id")]; strings.HasPrefix(to, "xl/worksheets/") && w.parts[to] != nil &&
					!used[to] {
					used[to] = true
					w.sheets = append(w.sheets, sheet{name: p.attr("name"), part: to,
						hidden: strings.HasSuffix(strings.ToLower(p.attr("state")), "hidden")})
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return w, w.sharedStrings(targets["sharedStrings"])
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}

// targets are the parts that the workbook refers to, by relation id, and the
// shared strings.
func (w *workbook) targets() (map[string]string, error) {
	out := map[string]string{}
	return out, w.read("xl/_rels/workbook.xml.rels", func(p *part) error {
		return p.each(func(name []byte) error {
			if string(name) != "Relationship" || len(out) > 2*maxParts {
				return nil
			}
			to := partName(p.attr("Target"))
			if !strings.HasPrefix(to, "xl/") {
				to = path.Join("xl", to)
			}
			out[p.attr("Id")] = to
			if strings.HasSuffix(p.attr("Type"), "/sharedStrings") {
				out["sharedStrings"] = to
			}
			return nil
		})
	})
}

// read opens a part for f. A missing part is empty.
func (w *workbook) read(name string, f func(*part) error) error {
	file := w.parts[name]
	if file == nil {
		return nil
	}
	r, err := file.Open()
	if err != nil {
		return &FileError{Class: FileDamaged}
	}
	defer r.Close()
	return f(newPart(w.ctx, r, &w.left))
}

func (w *workbook) sharedStrings(name string) error {
	var all []byte
	err := w.read(name, func(p *part) error {
		return p.each(func(name []byte) error {
			if string(name) != "si" {
				return nil
			}
			text, err := p.content("t", func() string { return "" })
			if err != nil {
				return err
			}
			if over(len(w.strings.ends)+1, maxCells) || over(len(all)+len(text), maxStrings) {
				return &FileError{Class: TooManyStrings}
			}
			all = append(all, text...)
			w.strings.ends = append(w.strings.ends, int32(len(all)))
			return nil
		})
	})
	w.strings.text = string(all)
	return err
}

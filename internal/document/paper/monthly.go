package paper

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// MonthlyReport is the monthly report to the Dinas. SOURCE: SOP Homecare
// Sanggam 5i and KUPINANG C3; its sections are a template that the Dinas edits,
// so they are rows and columns here. A draft may lack its verification.
type MonthlyReport struct {
	Issue
	Title        string    `json:"title"` // for example "Laporan Bulanan Homecare Sanggam"
	Programme    string    `json:"programme"`
	Month        Month     `json:"month"`
	Version      int       `json:"version"`      // 1 for the first submission
	Replaces     int       `json:"replaces"`     // the revision that this one corrects; 0: none
	Status       string    `json:"status"`       // label, for example "Diterima Dinas 3 Desember 2026"
	ArchiveHash  string    `json:"archive_hash"` // SHA-256 of the frozen figures, hexadecimal
	LegalBasis   []string  `json:"legal_basis"`
	Sections     []Section `json:"sections"`
	Notes        []string  `json:"notes"`
	Head         Signatory `json:"head"`               // Kepala Puskesmas
	Coordinator  Signatory `json:"coordinator"`        // koordinator program
	Unsigned     bool      `json:"unsigned,omitempty"` // nobody signs it: withdrawn
	Distribution []string  `json:"distribution,omitempty"`
}

// Section is one table of a report.
type Section struct {
	Title   string   `json:"title"`
	Coded   bool     `json:"coded,omitempty"` // readers know the codes (ICD-10)
	Columns []string `json:"columns"`         // heads of the values
	Rows    []Row    `json:"rows"`
}

// Row is one line of a section; fewer values than columns leave blanks, more
// are an error ([ErrTooManyValues]).
type Row struct {
	Code   string  `json:"code"`
	Label  string  `json:"label"`
	Values []int64 `json:"values"`
}

func checkSections(list []Section) error {
	for _, sec := range list {
		for _, r := range sec.Rows {
			if len(r.Values) > len(sec.Columns) {
				return fmt.Errorf("%w: section %q, row %q has %d for %d",
					ErrTooManyValues, sec.Title, r.Code, len(r.Values), len(sec.Columns))
			}
		}
	}
	return nil
}

// portraitColumns is how many value columns a portrait page takes in comfort.
const portraitColumns = 7

// PDF writes the report; sections with many columns turn it to landscape. The
// error wraps the Err values of this package, a malformed date, or w's error.
func (m MonthlyReport) PDF(w io.Writer) error {
	if err := m.validate(false); err != nil {
		return err
	}
	if err := checkSections(m.Sections); err != nil {
		return err
	}
	month, err := monthYear(m.Month, m.lang())
	if err != nil {
		return err
	}
	orientation := portrait
	for _, sec := range m.Sections {
		if len(sec.Columns) > portraitColumns {
			orientation = landscape
		}
	}
	s := newSheet(m.Issue, orientation, m.title())
	t := s.words
	s.letterhead(m.Letterhead)
	s.title(m.title(), m.Number)
	s.fields([]field{
		{t.Programme, m.Programme},
		{t.MonthlyPeriod, month},
		{t.ReportVersion, m.version()},
		{t.Status, m.Status},
	}, 0, 45, false)
	s.y -= 1
	s.small(t.ArchiveHash, orDash(m.ArchiveHash), 45)
	if len(m.LegalBasis) > 0 {
		s.numbered(t.LegalBasis, m.LegalBasis, 45)
	}
	for _, sec := range m.Sections {
		s.section(sec)
	}
	signers := []signBlock{s.signatory([]string{t.Acknowledged}, m.Head), s.signatory([]string{s.placeDate(m.Issue)},
		m.Coordinator)}
	if !m.Unsigned {
		s.reserve(3+len(m.Notes), signers...)
	}
	s.subheading(t.Notes)
	s.numbered("", m.Notes, 0)
	if !m.Unsigned {
		s.signRow(signers, m.Verification)
	}
	s.distribution(m.Distribution)
	return s.finish(w, m.Issue)
}

func (m MonthlyReport) title() string {
	if m.Title == "" {
		return wordsOf[m.lang()].MonthlyTitle
	}
	return m.Title
}

func (m MonthlyReport) version() string {
	switch {
	case m.Version == 0:
		return ""
	case m.Replaces == 0:
		return strconv.Itoa(m.Version)
	}
	return fmt.Sprintf(wordsOf[m.lang()].Replaces, m.Version, m.Replaces)
}

// Widths of a section's table in mm.
const (
	minLabelWidth = 44.0
	minValueWidth = 13.0
	maxValueWidth = 24.0
	maxHeadWord   = 32.0 // a longer word of a head may be broken
	figureSize    = 9.0  // points
)

// section writes one table; columns that don't fit beside each other follow in
// further tables under the same rows.
func (s *sheet) section(sec Section) {
	room := s.width - minLabelWidth
	value := s.valueWidth(sec)
	per := max(1, int(room/value))
	total := len(sec.Columns)
	if len(sec.Rows) > 0 { // the title, what says which columns, and the begin of the table
		cols, rows := s.sectionBand(sec, 0, min(per, total), room, value)
		s.need(5 + float64(len(s.wrap(sec.Title, s.width))+1)*s.lineHeight() + s.tableBegin(cols, rows, figureSize))
	}
	s.subheading(sec.Title)
	if len(sec.Rows) == 0 {
		s.paragraph(s.words.NoRows)
		return
	}
	for from := 0; from == 0 || from < total; from += per {
		to := min(from+per, total)
		if total > per {
			s.font("I", 9)
			s.need(s.lineHeight() * 4)
			s.put(s.left, s.y, fmt.Sprintf(s.words.ColumnsPart, from+1, to, total))
			s.y += s.lineHeight() + 0.5
		}
		cols, rows := s.sectionBand(sec, from, to, room, value)
		s.table(cols, rows, figureSize)
	}
}

// valueWidth is the least width of a section's value columns in mm: neither a figure
// nor a word of a head is broken over two lines.
func (s *sheet) valueWidth(sec Section) float64 {
	defer s.body()
	s.font("B", figureSize)
	w := minValueWidth
	for _, c := range sec.Columns {
		for word := range strings.FieldsSeq(c) {
			w = max(w, min(s.pdf.GetStringWidth(word), maxHeadWord)+2*cellPad+0.1)
		}
	}
	s.font("", figureSize)
	for _, r := range sec.Rows {
		for _, v := range r.Values {
			w = max(w, s.pdf.GetStringWidth(s.figure(v))+2*cellPad+0.1)
		}
	}
	return w
}

// sectionBand is the table of some of a section's columns. Codes are for machines:
// they stand in the workbook, and here where readers know them.
func (s *sheet) sectionBand(sec Section, from, to int, room, least float64) ([]column, [][]string) {
	vw := 0.0
	if to > from {
		vw = min(max(maxValueWidth, least), room/float64(to-from))
	}
	cols := []column{{title: s.words.Description, width: s.width - vw*float64(to-from)}}
	for _, c := range sec.Columns[from:to] {
		cols = append(cols, column{title: c, width: vw, right: true})
	}
	rows := make([][]string, 0, len(sec.Rows))
	for _, r := range sec.Rows {
		cells := []string{r.Label}
		if sec.Coded {
			cells[0] = r.Code + " " + r.Label
		}
		for i := from; i < min(to, len(r.Values)); i++ {
			cells = append(cells, s.figure(r.Values[i]))
		}
		rows = append(rows, cells)
	}
	return cols, rows
}

// figure writes a number with the language's thousands separator.
func (s *sheet) figure(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	sep := "."
	if s.lang == English {
		sep = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

func itoa(n int) string { return strconv.Itoa(n) }

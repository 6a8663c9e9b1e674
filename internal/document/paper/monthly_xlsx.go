package paper

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// Limits of the format (ECMA-376 as Excel implements it).
const maxSheetColumns = 16384

// XLSX writes the report as one worksheet with the same content as the PDF.
// Rows are streamed; figures are numbers, texts are inline strings, and nothing
// is ever a formula: text that a spreadsheet could take for one gets a leading
// apostrophe (SOURCE: OWASP, CSV injection). Errors as for [MonthlyReport.PDF].
func (m MonthlyReport) XLSX(w io.Writer) (err error) {
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
	b, err := newBook(m.Issue, m.title(), m.Sections)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := b.file.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("paper: %w", cerr)
		}
	}()
	t := b.words
	b.letterhead(m.Letterhead)
	b.banner(strings.ToUpper(m.title()), b.styles.title)
	b.banner(fmt.Sprintf(t.NumberLine, orDash(m.Number)), b.styles.centre)
	b.next++
	for _, f := range []field{
		{t.Programme, m.Programme}, {t.MonthlyPeriod, month}, {t.ReportVersion, m.version()},
		{t.Status, m.Status}, {t.ArchiveHash, m.ArchiveHash},
	} {
		b.line(f.label, f.value)
	}
	b.list(t.LegalBasis, m.LegalBasis)
	for _, sec := range m.Sections {
		b.section(sec)
	}
	b.list(t.Notes, m.Notes)
	b.signature(m)
	b.list(t.CopyTo, m.Distribution)
	return b.write(w)
}

// book is the workbook being streamed; the first error stays.
type book struct {
	file    *excelize.File
	stream  *excelize.StreamWriter
	words   *words
	lang    Lang
	columns int // columns that the head is centred over
	next    int // next row, from 1
	styles  bookStyles
	err     error
}

type bookStyles struct {
	title, centre, strong, head, text, code, number, wrap int
}

const (
	bookFont     = "Liberation Sans"
	minBookWidth = 5 // columns
)

func newBook(i Issue, title string, sections []Section) (*book, error) {
	lang := i.lang()
	b := &book{file: excelize.NewFile(), words: wordsOf[lang], lang: lang, columns: minBookWidth, next: 1}
	for _, sec := range sections {
		b.columns = max(b.columns, 2+len(sec.Columns))
	}
	if b.columns > maxSheetColumns {
		return nil, fmt.Errorf("paper: %d columns, a worksheet has %d", b.columns, maxSheetColumns)
	}
	at := i.IssuedAt.UTC().Format(time.RFC3339)
	b.keep(b.file.SetDocProps(&excelize.DocProperties{
		Created: at, Modified: at, Creator: "Homecare", LastModifiedBy: "Homecare",
		Title: xmlText(title), Language: string(lang),
	}))
	b.keep(b.file.SetSheetName("Sheet1", b.words.SheetName))
	b.makeStyles()
	var err error
	if b.stream, err = b.file.NewStreamWriter(b.words.SheetName); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	b.keep(b.stream.SetColWidth(1, 1, 16))
	b.keep(b.stream.SetColWidth(2, 2, 60))
	b.keep(b.stream.SetColWidth(3, b.columns, 13))
	fitWidth, fitHeight := 1, 0
	fit := true
	b.keep(b.file.SetSheetProps(b.words.SheetName, &excelize.SheetPropsOptions{FitToPage: &fit}))
	a4 := 9
	b.keep(b.file.SetPageLayout(b.words.SheetName, &excelize.PageLayoutOptions{
		Size: &a4, FitToWidth: &fitWidth, FitToHeight: &fitHeight,
	}))
	return b, b.err
}

func (b *book) keep(err error) {
	if b.err == nil && err != nil {
		b.err = fmt.Errorf("paper: %w", err)
	}
}

func (b *book) makeStyles() {
	style := func(st excelize.Style) int {
		if st.Font == nil {
			st.Font = &excelize.Font{}
		}
		st.Font.Family = bookFont
		if st.Font.Size == 0 {
			st.Font.Size = 10
		}
		id, err := b.file.NewStyle(&st)
		b.keep(err)
		return id
	}
	border := []excelize.Border{
		{Type: "left", Color: "000000", Style: 1}, {Type: "right", Color: "000000", Style: 1},
		{Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1},
	}
	centre := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	b.styles = bookStyles{
		title:  style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 12}, Alignment: centre}),
		centre: style(excelize.Style{Alignment: centre}),
		strong: style(excelize.Style{Font: &excelize.Font{Bold: true}}),
		head: style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: centre, Border: border,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6E6E6"}}}),
		text: style(excelize.Style{Alignment: wrap, Border: border}),
		code: style(excelize.Style{Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "top"},
			Border: border}),
		// #,##0
		number: style(excelize.Style{NumFmt: 3, Alignment: &excelize.Alignment{Vertical: "top"}, Border: border}),
		wrap:   style(excelize.Style{Alignment: wrap}),
	}
}

// row writes cells from column A and moves on.
func (b *book) row(cells ...any) {
	if b.err != nil {
		return
	}
	at, err := excelize.CoordinatesToCellName(1, b.next)
	b.keep(err)
	b.keep(b.stream.SetRow(at, cells))
	b.next++
}

func (b *book) merge(from, to int) {
	if b.err != nil {
		return
	}
	a, err := excelize.CoordinatesToCellName(from, b.next)
	b.keep(err)
	z, err := excelize.CoordinatesToCellName(to, b.next)
	b.keep(err)
	b.keep(b.stream.MergeCell(a, z))
}

func (b *book) banner(text string, style int) {
	b.merge(1, b.columns)
	b.row(textCell(text, style))
}

func (b *book) letterhead(h Letterhead) {
	capital, small := h.lines()
	for _, l := range capital {
		b.banner(l, b.styles.title)
	}
	for _, l := range small {
		b.banner(l, b.styles.centre)
	}
	b.next++
}

// line writes "label | value" over the width.
func (b *book) line(label, value string) {
	b.merge(2, b.columns)
	b.row(textCell(label, b.styles.strong), textCell(orDash(value), b.styles.wrap))
}

func (b *book) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	b.next++
	b.row(textCell(title, b.styles.strong))
	for i, it := range items {
		b.merge(2, b.columns)
		b.row(excelize.Cell{StyleID: b.styles.wrap, Value: i + 1}, textCell(it, b.styles.wrap))
	}
}

func (b *book) section(sec Section) {
	b.next++
	b.merge(1, b.columns)
	b.row(textCell(sec.Title, b.styles.strong))
	if len(sec.Rows) == 0 {
		b.merge(1, b.columns)
		b.row(textCell(b.words.NoRows, b.styles.wrap))
		return
	}
	head := []any{textCell(b.words.Code, b.styles.head), textCell(b.words.Description, b.styles.head)}
	for _, c := range sec.Columns {
		head = append(head, textCell(c, b.styles.head))
	}
	b.row(head...)
	cells := make([]any, 2+len(sec.Columns))
	for _, r := range sec.Rows {
		cells[0] = textCell(r.Code, b.styles.code)
		cells[1] = textCell(r.Label, b.styles.text)
		for i := range sec.Columns {
			c := excelize.Cell{StyleID: b.styles.number}
			if i < len(r.Values) {
				c.Value = r.Values[i]
			}
			cells[2+i] = c
		}
		b.row(cells...)
	}
}

// signature writes the two signers and the verification.
func (b *book) signature(m MonthlyReport) {
	if m.Unsigned {
		return
	}
	s := &sheet{lang: b.lang, words: b.words} // for the wording only
	head := s.signatory([]string{b.words.Acknowledged}, m.Head)
	coordinator := s.signatory([]string{s.placeDate(m.Issue)}, m.Coordinator)
	b.keep(s.err)
	b.next++
	pair := func(left, right string) {
		b.merge(3, b.columns)
		b.row(nil, textCell(left, b.styles.wrap), textCell(right, b.styles.wrap))
	}
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for i := range max(len(head.above), len(coordinator.above)) {
		pair(at(head.above, i), at(coordinator.above, i))
	}
	b.next += 3
	pair(head.name, coordinator.name)
	for i := range max(len(head.below), len(coordinator.below)) {
		pair(at(head.below, i), at(coordinator.below, i))
	}
	if m.Verification.given() {
		b.next++
		b.banner(fmt.Sprintf(b.words.FooterCodeOnly, m.Verification.Code), b.styles.wrap)
		b.banner(m.Verification.URL, b.styles.wrap)
	}
}

func (b *book) write(w io.Writer) error {
	if b.err == nil {
		b.keep(b.stream.Flush())
	}
	if b.err == nil {
		_, err := b.file.WriteTo(w)
		b.keep(err)
	}
	return b.err
}

func textCell(text string, style int) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: disarm(text)}
}

// disarm puts an apostrophe before text that a spreadsheet could run as a
// formula when the cell is edited or the sheet saved as CSV.
func disarm(text string) string {
	text = xmlText(text)
	if text == "-" { // the dash of an empty field
		return text
	}
	lead := strings.TrimLeftFunc(text, unicode.IsSpace)
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.IndexAny(lead, "=+-@") == 0 {
		return "'" + text
	}
	return text
}

// xmlText drops what XML 1.0 can't carry.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r != 0xfffe && r != 0xffff &&
			r != unicode.ReplacementChar {
			return r
		}
		return -1
	}, text)
}

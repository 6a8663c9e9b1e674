package paper

import (
	"bytes"
	"fmt"
	"io"

	"codeberg.org/go-pdf/fpdf"
)

// Margins in mm and the body's type; A4 as official letters use it.
const (
	marginLeft   = 25.0
	marginRight  = 20.0
	marginTop    = 15.0
	marginBottom = 20.0 // the footer stands inside it
	bodySize     = 11.0 // points
	leading      = 1.25 // line height as a multiple of the type size
	pointMM      = 25.4 / 72
)

// sheet is one document being laid out, with a cursor y in mm from the top.
type sheet struct {
	pdf                      *fpdf.Fpdf
	lang                     Lang
	words                    *words
	left, width, top, bottom float64
	y                        float64
	style                    string
	size                     float64
	loaded                   map[string]bool
	images                   int
	err                      error
}

// uncompressed leaves the page streams readable; for tests.
var uncompressed = false

// orientation of a sheet.
const (
	portrait  = "P"
	landscape = "L"
)

// newSheet starts a document; title and subject go into the file's metadata.
func newSheet(i Issue, orientation, title string) *sheet {
	lang := i.lang()
	pdf := fpdf.New(orientation, "mm", "A4", "")
	pdf.SetCreationDate(i.IssuedAt.UTC())
	pdf.SetModificationDate(i.IssuedAt.UTC())
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(marginLeft, marginTop, marginRight)
	pdf.SetCompression(!uncompressed)
	pdf.SetLang(string(lang))
	pdf.SetTitle(clean(title), true)
	pdf.SetSubject(clean(i.Number), true)
	pdf.SetAuthor(clean(i.Letterhead.Unit), true)
	pdf.SetCreator("Homecare", true)
	pdf.SetProducer("Homecare", true)
	w, h := pdf.GetPageSize()
	if orientation == landscape {
		w, h = max(w, h), min(w, h)
	}
	s := &sheet{
		pdf: pdf, lang: lang, words: wordsOf[lang], loaded: map[string]bool{},
		left: marginLeft, width: w - marginLeft - marginRight, top: marginTop, bottom: h - marginBottom,
	}
	s.newPage()
	return s
}

// fail keeps the first error; finish returns it.
func (s *sheet) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *sheet) font(style string, size float64) {
	if !s.loaded[style] {
		s.pdf.AddUTF8FontFromBytes(family, style, []byte(fontFiles[style]))
		s.loaded[style] = true
	}
	if s.style != style || s.size != size {
		s.pdf.SetFont(family, style, size)
		s.style, s.size = style, size
	}
}

// body selects the running text's type.
func (s *sheet) body() { s.font("", bodySize) }

// lineHeight of the current type in mm.
func (s *sheet) lineHeight() float64 { return s.size * pointMM * leading }

func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.pdf.SetLineWidth(0.2)
	s.y = s.top
	style, size := s.style, s.size
	s.style, s.size = "-", 0 // a page starts without a font
	if size == 0 {
		size = bodySize
	}
	s.font(style, size)
}

// need breaks the page unless h mm are left on it.
func (s *sheet) need(h float64) {
	if s.y+h > s.bottom && s.y > s.top {
		s.newPage()
	}
}

func (s *sheet) gap(mm float64) {
	if s.y > s.top {
		s.y = min(s.y+mm, s.bottom)
	}
}

// rule draws a line across the text's width.
func (s *sheet) rule(y, thickness float64) {
	s.pdf.SetLineWidth(thickness)
	s.pdf.Line(s.left, y, s.left+s.width, y)
	s.pdf.SetLineWidth(0.2)
}

// dots draws a place to write by hand on the baseline of the line that starts at y.
func (s *sheet) dots(x, y, w float64) {
	base := y + s.lineHeight()*0.82
	s.pdf.SetDashPattern([]float64{0.3, 0.9}, 0)
	s.pdf.Line(x, base, x+w, base)
	s.pdf.SetDashPattern(nil, 0)
}

// put writes one line whose top is y; text must be clean.
func (s *sheet) put(x, y float64, line string) {
	if line != "" {
		s.pdf.Text(x, y+s.size*pointMM*0.98, line)
	}
}

func (s *sheet) image(kind string, data []byte, x, y, w, h float64) {
	s.images++
	name := fmt.Sprintf("image%d", s.images)
	opt := fpdf.ImageOptions{ImageType: kind}
	s.pdf.RegisterImageOptionsReader(name, opt, bytes.NewReader(data))
	s.pdf.ImageOptions(name, x, y, w, h, false, opt, 0, "")
}

// finish writes the footers, now that the number of pages is known, and the file.
func (s *sheet) finish(w io.Writer, i Issue) error {
	s.footers(i)
	if s.err != nil {
		return s.err
	}
	if err := s.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return nil
}

func (s *sheet) footers(i Issue) {
	pages := s.pdf.PageCount()
	note := i.Number
	if i.Verification.given() {
		note = fmt.Sprintf(s.words.FooterCode, i.Number, i.Verification.Code)
		if i.Number == "" {
			note = fmt.Sprintf(s.words.FooterCodeOnly, i.Verification.Code)
		}
	}
	for n := 1; n <= pages; n++ {
		s.pdf.SetPage(n)
		s.style = "-" // SetPage doesn't carry the font over
		s.font("", 8)
		y := s.bottom + 6
		s.rule(y, 0.2)
		page := fmt.Sprintf(s.words.Page, n, pages)
		pw := s.pdf.GetStringWidth(page)
		s.put(s.left+s.width-pw, y+1.2, page)
		s.put(s.left, y+1.2, s.fit(clean(note), s.width-pw-6))
	}
	s.pdf.SetPage(pages)
}

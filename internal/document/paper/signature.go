package paper

import (
	"fmt"
	"strconv"

	qrcode "github.com/skip2/go-qrcode"
)

const (
	signRoom   = 18.0 // mm, room for the signature and the stamp
	qrSize     = 24.0 // mm
	signGutter = 6.0  // mm between signatures side by side
)

// signBlock is one place to sign: caption, room, and what stands under it.
type signBlock struct {
	above []string // "Paringin, 5 November 2026", "Kepala ..."
	name  string   // underlined; empty leaves dots
	below []string // rank, "NIP. ..."
}

func (s *sheet) signatory(above []string, p Signatory) signBlock {
	b := signBlock{above: above, name: p.Name}
	if p.Position != "" {
		b.above = append(b.above, fmt.Sprintf(s.words.PositionLine, p.Position))
	}
	if p.Rank != "" {
		b.below = append(b.below, p.Rank)
	}
	if p.NIP != "" {
		b.below = append(b.below, fmt.Sprintf(s.words.NIPLine, p.NIP))
	}
	if p.LicenceNo != "" {
		b.below = append(b.below, fmt.Sprintf(s.words.SIPLine, p.LicenceNo))
	}
	return b
}

// wrapBlock wraps a block to width and tells the heights above and below the room.
func (s *sheet) wrapBlock(b signBlock, width float64) (above, name, below []string) {
	s.body()
	for _, l := range b.above {
		above = append(above, s.clamp(s.wrap(l, width), 6, width)...)
	}
	for _, l := range b.below {
		below = append(below, s.clamp(s.wrap(l, width), 4, width)...)
	}
	s.font("B", bodySize)
	if b.name != "" {
		name = s.clamp(s.wrap(b.name, width), 6, width)
	}
	s.body()
	return above, name, below
}

// reserve breaks the page unless n lines of text (at most ten count) and the
// signatures still fit: a signature never stands alone on a page.
func (s *sheet) reserve(n int, blocks ...signBlock) {
	above, under := 0, 0
	width := rightWidth(s.width)
	if len(blocks) > 1 {
		width = rowWidth(s.width, len(blocks))
	}
	for _, b := range blocks {
		a, name, below := s.wrapBlock(b, width)
		above = max(above, len(a))
		under = max(under, max(len(name), 1)+len(below))
	}
	h := float64(min(n, 10)+above+under)*s.lineHeight() + signRoom + 7
	if len(blocks) > 1 { // the verification stands under the signatures
		h += qrSize + 5
	}
	s.need(h)
}

// closing writes the closing sentence of a letter on the page of its signature.
func (s *sheet) closing(text string, b signBlock, v Verification) {
	s.body()
	s.reserve(len(s.wrap(text, s.width)), b)
	s.paragraph(text)
	s.signRight(b, v)
}

// rightWidth is the width of a signature at the right of a page, rowWidth that
// of one of n side by side.
func rightWidth(page float64) float64 { return page * 0.46 }

func rowWidth(page float64, n int) float64 { return (page - signGutter*float64(n-1)) / float64(n) }

// signRight closes a letter: the signature at the right, the verification code
// at the left of it, kept together on one page.
func (s *sheet) signRight(b signBlock, v Verification) {
	width := rightWidth(s.width)
	s.signColumns([]signBlock{b}, []float64{s.left + s.width - width}, width, v)
}

// signRow closes a paper that several people sign, side by side; the last
// block stands at the right. The verification code stands under them.
func (s *sheet) signRow(blocks []signBlock, v Verification) {
	width := rowWidth(s.width, len(blocks))
	xs := make([]float64, len(blocks))
	for i := range blocks {
		xs[i] = s.left + float64(i)*(width+signGutter)
	}
	s.signColumns(blocks, xs, width, Verification{})
	s.gap(3)
	s.verification(v)
}

func (s *sheet) signColumns(blocks []signBlock, xs []float64, width float64, v Verification) {
	s.gap(5)
	s.body()
	lh := s.lineHeight()
	type wrapped struct{ above, name, below []string }
	list := make([]wrapped, len(blocks))
	above, under := 0, 0
	for i, b := range blocks {
		a, n, d := s.wrapBlock(b, width)
		list[i] = wrapped{a, n, d}
		above = max(above, len(a))
		under = max(under, max(len(n), 1)+len(d))
	}
	height := float64(above+under)*lh + signRoom
	s.need(max(height, qrSize+8))
	top := s.y
	for i, w := range list {
		// Captions end on one line, so that the names stand level.
		y := top + float64(above-len(w.above))*lh
		for _, l := range w.above {
			s.put(xs[i], y, l)
			y += lh
		}
		y += signRoom
		s.font("B", bodySize)
		if len(w.name) == 0 {
			s.body()
			s.put(xs[i], y, "(")
			s.dots(xs[i]+1.5, y, width-4.5)
			s.put(xs[i]+width-2.5, y, ")")
			y += lh
		}
		for _, l := range w.name {
			s.put(xs[i], y, l)
			s.pdf.Line(xs[i], y+4.4, xs[i]+s.pdf.GetStringWidth(l), y+4.4)
			y += lh
		}
		s.body()
		for _, l := range w.below {
			s.put(xs[i], y, l)
			y += lh
		}
	}
	if v.given() {
		s.y = top + max(float64(above)*lh-2, 0)
		s.qr(v, s.left, s.y, width)
	}
	s.y = max(top+height, s.y)
}

// verification writes code and QR at the cursor, over the full width.
func (s *sheet) verification(v Verification) {
	if !v.given() {
		return
	}
	s.need(qrSize + 2)
	s.qr(v, s.left, s.y, s.width)
	s.y += qrSize + 2
}

// qr draws the QR code of the check's address with the printed code beside it.
// SOURCE: ISO/IEC 18004 asks for a quiet zone of four modules; white paper gives it.
func (s *sheet) qr(v Verification, x, y, width float64) {
	code, err := qrcode.New(v.URL, qrcode.Medium)
	if err != nil {
		s.fail(fmt.Errorf("paper: QR code: %w", err))
		return
	}
	code.DisableBorder = true
	grid := code.Bitmap()
	module := (qrSize - 2) / float64(len(grid))
	s.pdf.SetFillColor(0, 0, 0)
	for r, row := range grid {
		for c := 0; c < len(row); {
			if !row[c] {
				c++
				continue
			}
			run := c
			for run < len(row) && row[run] {
				run++
			}
			// Rows overlap by a hair, so that no viewer shows white seams.
			s.pdf.Rect(x+float64(c)*module, y+float64(r)*module, float64(run-c)*module, module+0.02, "F")
			c = run
		}
	}
	s.font("", 8)
	lh := s.lineHeight()
	tx, tw := x+qrSize+1.5, width-qrSize-4
	ty := y + 3
	for _, l := range s.clamp(s.wrap(s.words.ScanToVerify, tw), 4, tw) {
		s.put(tx, ty, l)
		ty += lh
	}
	s.font("B", 9)
	for _, l := range s.clamp(s.wrap(v.Code, tw), 2, tw) {
		s.put(tx, ty+0.6, l)
		ty += s.lineHeight()
	}
	s.body()
}

// distribution writes the list of those who get a copy (tembusan).
func (s *sheet) distribution(list []string) {
	if len(list) == 0 {
		return
	}
	s.gap(3)
	s.font("", 9.5)
	lh := s.lineHeight()
	s.need(float64(min(len(list), 12)+1) * lh)
	s.put(s.left, s.y, s.words.CopyTo)
	s.y += lh
	for i, item := range list {
		for j, l := range s.wrap(item, s.width-7) {
			s.need(lh)
			if j == 0 {
				s.put(s.left, s.y, strconv.Itoa(i+1)+".")
			}
			s.put(s.left+6, s.y, l)
			s.y += lh
		}
	}
	s.body()
}

package paper

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// wrap breaks text into lines no wider than width mm in the current type.
// Words longer than a line are broken between characters.
func (s *sheet) wrap(text string, width float64) []string {
	var lines []string
	space := s.pdf.GetStringWidth(" ")
	for para := range strings.SplitSeq(clean(text), "\n") {
		var line strings.Builder
		used := 0.0
		for word := range strings.FieldsSeq(para) {
			w := s.pdf.GetStringWidth(word)
			if line.Len() > 0 && used+space+w > width {
				lines = append(lines, line.String())
				line.Reset()
				used = 0
			}
			for w > width {
				head := s.cut(word, width)
				lines = append(lines, head)
				word = word[len(head):]
				w = s.pdf.GetStringWidth(word)
			}
			if word == "" {
				continue
			}
			if line.Len() > 0 {
				line.WriteByte(' ')
				used += space
			}
			line.WriteString(word)
			used += w
		}
		lines = append(lines, line.String())
	}
	// Blank lines at the end carry nothing.
	for len(lines) > 1 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// cut returns the longest head of word (at least one character) that fits.
func (s *sheet) cut(word string, width float64) string {
	used, end := 0.0, 0
	for i, r := range word {
		used += s.pdf.GetStringWidth(string(r))
		if used > width && end > 0 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return word[:end]
}

// fit shortens one line to width with an ellipsis; line must be clean.
func (s *sheet) fit(line string, width float64) string {
	line = strings.ReplaceAll(line, "\n", " ")
	if s.pdf.GetStringWidth(line) <= width {
		return line
	}
	return s.cut(line, max(width-s.pdf.GetStringWidth("…"), 1)) + "…"
}

// clamp keeps at most n lines of width mm and marks the loss; used only where
// running over would break the form itself (a signature's caption, a table's head).
func (s *sheet) clamp(lines []string, n int, width float64) []string {
	if len(lines) <= n {
		return lines
	}
	out := append([]string(nil), lines[:n]...)
	if last := out[n-1]; last != "" {
		out[n-1] = s.cut(last, width-s.pdf.GetStringWidth("…")) + "…"
	}
	return out
}

// centred writes wrapped lines centred in [x, x+width] and moves down.
func (s *sheet) centred(text string, x, width float64, style string, size float64) {
	s.font(style, size)
	for _, l := range s.balance(text, width) {
		s.need(s.lineHeight())
		s.put(x+(width-s.pdf.GetStringWidth(l))/2, s.y, l)
		s.y += s.lineHeight()
	}
	s.body()
}

// balance wraps like wrap, with lines of about the same length.
func (s *sheet) balance(text string, width float64) []string {
	lines := s.wrap(text, width)
	if len(lines) < 2 || len(lines) > 6 {
		return lines
	}
	for w := width - 3; w > width/2; w -= 3 {
		narrower := s.wrap(text, w)
		if len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// widthOf measures a line in another type, in mm.
func (s *sheet) widthOf(line, style string, size float64) float64 {
	s.font(style, size)
	return s.pdf.GetStringWidth(clean(line))
}

// small writes a field whose value is long and of no interest to most readers.
func (s *sheet) small(label, value string, labelWidth float64) {
	s.body()
	lh := s.lineHeight()
	s.need(lh)
	s.put(s.left, s.y, s.fit(clean(label), labelWidth))
	vx := s.left + labelWidth + 3
	s.put(vx-2.5, s.y, ":")
	s.font("", 9)
	for _, l := range s.wrap(value, s.left+s.width-vx) {
		s.need(lh)
		s.put(vx, s.y+0.6, l)
		s.y += lh
	}
	s.body()
	s.y += 1.6
}

// title writes the centred, underlined title and "Nomor: ..." under it.
func (s *sheet) title(text, number string) {
	s.heading(text)
	s.body()
	if number == "" {
		number = "……………………………………"
	}
	s.centred(fmt.Sprintf(s.words.NumberLine, number), s.left, s.width, "", bodySize)
	s.gap(4)
}

// heading writes a centred, underlined line in bold capitals.
func (s *sheet) heading(text string) {
	s.font("B", 13)
	for _, l := range s.wrap(strings.ToUpper(text), s.width) {
		s.need(s.lineHeight() * 2)
		w := s.pdf.GetStringWidth(l)
		x := s.left + (s.width-w)/2
		s.put(x, s.y, l)
		s.pdf.SetLineWidth(0.35)
		s.pdf.Line(x, s.y+5.3, x+w, s.y+5.3)
		s.pdf.SetLineWidth(0.2)
		s.y += s.lineHeight() + 0.6
	}
	s.body()
}

// subheading writes a bold line that stays with what follows.
func (s *sheet) subheading(text string) {
	s.gap(2)
	s.font("B", bodySize)
	s.need(s.lineHeight() * 3)
	for _, l := range s.wrap(text, s.width) {
		s.need(s.lineHeight())
		s.put(s.left, s.y, l)
		s.y += s.lineHeight()
	}
	s.body()
	s.y += 0.8
}

// paragraph writes justified running text.
func (s *sheet) paragraph(text string) {
	s.body()
	lines := s.wrap(text, s.width)
	for i, l := range lines {
		s.need(s.lineHeight())
		if i < len(lines)-1 && lines[i+1] != "" {
			s.justify(s.left, s.y, l, s.width)
		} else {
			s.put(s.left, s.y, l)
		}
		s.y += s.lineHeight()
	}
	s.y += 1.5
}

// justify spreads a line's words over width, unless that would tear it apart.
func (s *sheet) justify(x, y float64, line string, width float64) {
	words := strings.Fields(line)
	free := width - s.pdf.GetStringWidth(strings.Join(words, ""))
	if len(words) < 2 || free/float64(len(words)-1) > 4.5 {
		s.put(x, y, line)
		return
	}
	step := free / float64(len(words)-1)
	for _, w := range words {
		s.put(x, y, w)
		x += s.pdf.GetStringWidth(w) + step
	}
}

// field is one "label : value" line.
type field struct{ label, value string }

// fields writes aligned "label : value" lines. A missing value leaves a dotted
// place to write by hand when blank is set, else a dash.
func (s *sheet) fields(list []field, indent, labelWidth float64, blank bool) {
	s.body()
	x := s.left + indent
	vx := x + labelWidth + 3
	vw := s.left + s.width - vx
	lh := s.lineHeight()
	for _, f := range list {
		label := s.clamp(s.wrap(f.label, labelWidth), 6, labelWidth)
		var value []string
		if strings.TrimSpace(f.value) == "" {
			if !blank {
				value = []string{"-"}
			}
		} else {
			value = s.wrap(f.value, vw)
		}
		s.need(lh * float64(max(len(label), min(len(value), 2))))
		for i := range max(len(label), len(value), 1) {
			s.need(lh)
			if i < len(label) {
				s.put(x, s.y, label[i])
			}
			if i == 0 {
				s.put(vx-2.5, s.y, ":")
			}
			if i < len(value) {
				s.put(vx, s.y, value[i])
			} else if i == 0 {
				s.dots(vx, s.y, vw)
			}
			s.y += lh
		}
		s.y += 0.6
	}
	s.y += 1
}

// numbered writes "label : 1. ..." with the items hanging; an empty list leaves
// a dash, an empty label an unlabelled list.
func (s *sheet) numbered(label string, items []string, labelWidth float64) {
	s.body()
	lh := s.lineHeight()
	x := s.left
	if label != "" {
		s.need(lh * 2)
		s.put(s.left, s.y, s.fit(clean(label), labelWidth))
		s.put(s.left+labelWidth+0.5, s.y, ":")
		x += labelWidth + 3
	}
	if len(items) == 0 {
		s.put(x, s.y, "-")
		s.y += lh + 1
		return
	}
	hang := s.pdf.GetStringWidth(fmt.Sprintf("%d. ", len(items))) + 0.5
	for i, item := range items {
		for j, l := range s.wrap(item, s.left+s.width-x-hang) {
			s.need(lh)
			if j == 0 {
				s.put(x, s.y, fmt.Sprintf("%d.", i+1))
			}
			s.put(x+hang, s.y, l)
			s.y += lh
		}
		s.y += 0.6
	}
	s.y += 1
}

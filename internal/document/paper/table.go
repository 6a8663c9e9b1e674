package paper

// column of a table; width in mm.
type column struct {
	title  string
	width  float64
	right  bool // figures
	middle bool // codes and running numbers
}

const (
	cellPad      = 1.2 // mm left and right of a cell's text, and above and below
	maxHeadLines = 10
	tableLeading = 1.15
)

// table writes a ruled table in the given type size (points). The head is
// repeated on every page; a row higher than a page goes on over the next.
func (s *sheet) table(cols []column, rows [][]string, size float64) {
	s.font("", size)
	lh := size * pointMM * tableLeading
	head := s.tableHead(cols, size, lh)
	s.need(s.tableBegin(cols, rows, size)) // the head never stands alone at the foot of a page
	s.drawHead(cols, head, size, lh)
	s.font("", size)
	for _, row := range rows {
		cells := make([][]string, len(cols))
		total := 1
		for i, c := range cols {
			if i < len(row) {
				cells[i] = s.wrap(row[i], c.width-2*cellPad)
			}
			total = max(total, len(cells[i]))
		}
		full := float64(total)*lh + 2*cellPad
		if s.y+full > s.bottom && full <= s.bottom-s.top-head.height {
			s.newPage()
			s.drawHead(cols, head, size, lh)
			s.font("", size)
		}
		for from := 0; from < total; {
			fit := int((s.bottom - s.y - 2*cellPad) / lh)
			if fit < 1 {
				s.newPage()
				s.drawHead(cols, head, size, lh)
				s.font("", size)
				fit = max(1, int((s.bottom-s.y-2*cellPad)/lh))
			}
			to := min(total, from+fit)
			s.drawCells(cols, cells, from, to, lh)
			from = to
		}
	}
	s.body()
	s.y += 2
}

// tableBegin is the height in mm of a table's head and first row; of a row that is
// very high, two lines.
func (s *sheet) tableBegin(cols []column, rows [][]string, size float64) float64 {
	lh := size * pointMM * tableLeading
	head := s.tableHead(cols, size, lh)
	s.font("", size)
	lines := 1
	for i, c := range cols {
		if len(rows) > 0 && i < len(rows[0]) {
			lines = max(lines, len(s.wrap(rows[0][i], c.width-2*cellPad)))
		}
	}
	if lines > 8 {
		lines = 2
	}
	s.body()
	return head.height + float64(max(lines, 2))*lh + 2*cellPad
}

// tableHeadLines is a wrapped table head.
type tableHeadLines struct {
	lines  [][]string
	height float64
}

func (s *sheet) tableHead(cols []column, size, lh float64) tableHeadLines {
	s.font("B", size)
	head := tableHeadLines{lines: make([][]string, len(cols))}
	n := 1
	for i, c := range cols {
		head.lines[i] = s.clamp(s.wrap(c.title, c.width-2*cellPad), maxHeadLines, c.width-2*cellPad)
		n = max(n, len(head.lines[i]))
	}
	head.height = float64(n)*lh + 2*cellPad
	return head
}

func (s *sheet) drawHead(cols []column, head tableHeadLines, size, lh float64) {
	s.font("B", size)
	x := s.left
	s.pdf.SetFillColor(230, 230, 230)
	for _, c := range cols {
		s.pdf.Rect(x, s.y, c.width, head.height, "FD")
		x += c.width
	}
	// Back to black: text takes the fill colour, and the footers come later.
	s.pdf.SetFillColor(0, 0, 0)
	x = s.left
	for i, c := range cols {
		y := s.y + (head.height-float64(len(head.lines[i]))*lh)/2
		for _, l := range head.lines[i] {
			s.put(x+(c.width-s.pdf.GetStringWidth(l))/2, y, l)
			y += lh
		}
		x += c.width
	}
	s.y += head.height
}

// drawCells draws lines [from, to) of one row.
func (s *sheet) drawCells(cols []column, cells [][]string, from, to int, lh float64) {
	h := float64(to-from)*lh + 2*cellPad
	x := s.left
	for i, c := range cols {
		s.pdf.Rect(x, s.y, c.width, h, "D")
		for j := from; j < min(to, len(cells[i])); j++ {
			l := cells[i][j]
			tx := x + cellPad
			switch {
			case c.right:
				tx = x + c.width - cellPad - s.pdf.GetStringWidth(l)
			case c.middle:
				tx = x + (c.width-s.pdf.GetStringWidth(l))/2
			}
			s.put(tx, s.y+cellPad+float64(j-from)*lh, l)
		}
		x += c.width
	}
	s.y += h
}

package paper

import (
	"fmt"
	"io"
)

// AssignmentLetter is the surat tugas of a home-care team. SOURCE: SOP
// KUPINANG flow C (the Kepala forms the team); form after the usual surat
// tugas of a Puskesmas with the arrival sheet on its back. It has no place for
// a patient: who is visited stays out of a paper that is shown in villages.
type AssignmentLetter struct {
	Issue
	LegalBasis   []string  `json:"legal_basis"` // from the SOP version in force
	Members      []Member  `json:"members"`     // the lead first
	Purpose      string    `json:"purpose"`
	Villages     []string  `json:"villages"`
	Period       Period    `json:"period"`
	Vehicle      string    `json:"vehicle"`
	Signer       Signatory `json:"signer"` // Kepala Puskesmas
	Distribution []string  `json:"distribution,omitempty"`
}

// PDF writes the letter and its back page. The error wraps the Err values of
// this package, a malformed date, or w's error.
func (l AssignmentLetter) PDF(w io.Writer) error {
	if err := l.validate(true); err != nil {
		return err
	}
	s := newSheet(l.Issue, portrait, wordsOf[l.lang()].AssignmentTitle)
	s.letterhead(l.Letterhead)
	s.title(s.words.AssignmentTitle, l.Number)
	s.numbered(s.words.LegalBasis, l.LegalBasis, 29)
	s.gap(2)
	s.centred(s.words.AssignmentOrder, s.left, s.width, "B", bodySize)
	s.gap(2)
	s.put(s.left, s.y, s.words.AssignmentTo)
	s.y += s.lineHeight() + 1
	s.members(l.Members)
	s.gap(2)
	s.fields([]field{{s.words.AssignmentPurpose, l.Purpose}}, 0, 29, true)
	s.villages(l.Villages, 29)
	s.fields([]field{
		{s.words.Period, s.period(l.Period)},
		{s.words.Vehicle, l.Vehicle},
	}, 0, 29, true)
	s.closing(s.words.AssignmentClose, s.signatory([]string{s.placeDate(l.Issue)}, l.Signer), l.Verification)
	s.distribution(l.Distribution)
	s.arrivals(l.Villages)
	return s.finish(w, l.Issue)
}

// villages writes one village as a field, several as a numbered list.
func (s *sheet) villages(list []string, labelWidth float64) {
	switch len(list) {
	case 0:
		s.fields([]field{{s.words.Villages, ""}}, 0, labelWidth, true)
	case 1:
		s.fields([]field{{s.words.Villages, list[0]}}, 0, labelWidth, true)
	default:
		s.numbered(s.words.Villages, list, labelWidth)
	}
}

// members writes the table of officers.
func (s *sheet) members(list []Member) {
	cols := []column{
		{title: s.words.No, width: 9, middle: true},
		{title: s.words.Name, width: s.width - 9 - 39 - 27 - 28 - 20},
		{title: s.words.NIP, width: 39},
		{title: s.words.Rank, width: 27},
		{title: s.words.Position, width: 28},
		{title: s.words.Profession, width: 20},
	}
	rows := make([][]string, 0, max(len(list), 1))
	for i, m := range list {
		rows = append(rows, []string{itoa(i + 1), m.Name, m.NIP, m.Rank, m.Position, m.Profession})
	}
	if len(rows) == 0 {
		rows = append(rows, []string{"1"})
	}
	s.table(cols, rows, 9)
}

const arrivalHeight = 54.0 // mm of one village's block
const blankArrivals = 3    // blocks when the letter names no village

// arrivals writes the back page, one block per village: arrival at the left,
// departure at the right, each signed by the head of the village.
func (s *sheet) arrivals(villages []string) {
	s.newPage()
	s.heading(s.words.ArrivalTitle)
	s.gap(2)
	s.centred(s.words.ArrivalNote, s.left, s.width, "I", 9.5)
	s.gap(4)
	if len(villages) == 0 {
		villages = make([]string, blankArrivals)
	}
	half := s.width / 2
	for _, v := range villages {
		s.font("", 10)
		lh := s.lineHeight()
		name := s.clamp(s.wrap(v, half-36), 6, half-36)
		extra := float64(len(name)-1) * lh
		s.need(arrivalHeight + extra)
		s.pdf.Rect(s.left, s.y, half, arrivalHeight+extra, "D")
		s.pdf.Rect(s.left+half, s.y, half, arrivalHeight+extra, "D")
		s.arrival(s.left+3, half-6, s.words.ArrivedAt, name)
		s.arrival(s.left+half+3, half-6, s.words.LeftFrom, name)
		s.y += arrivalHeight + extra
	}
	s.body()
}

// arrival writes one half of a village's block without moving the cursor.
func (s *sheet) arrival(x, width float64, label string, village []string) {
	lh := s.lineHeight()
	y := s.y + 2.5
	vx := x + 28
	vw := width - 28
	row := func(label string, value []string) {
		s.put(x, y, label)
		s.put(vx-3, y, ":")
		if len(value) == 1 && value[0] == "" {
			s.dots(vx, y, vw)
		}
		for _, l := range value {
			s.put(vx, y, l)
			y += lh
		}
		y += 1
	}
	row(label, village)
	row(s.words.OnDate, []string{""})
	row(s.words.AtTime, []string{""})
	s.put(x, y, fmt.Sprintf(s.words.PositionLine, s.words.VillageHead))
	y += lh + 16
	s.put(x, y, "(")
	s.dots(x+1.5, y, width-4)
	s.put(x+width-2, y, ")")
}

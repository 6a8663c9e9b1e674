package paper

import "io"

// ActivityReport is the laporan kegiatan after a field activity. SOURCE: SOP
// Homecare Sanggam 8 (related documents).
type ActivityReport struct {
	Issue
	Activity     string    `json:"activity"`
	LegalBasis   []string  `json:"legal_basis"` // from the SOP version in force
	Period       Period    `json:"period"`
	Villages     []string  `json:"villages"`
	Purpose      string    `json:"purpose"`
	Target       string    `json:"target"`
	Members      []Member  `json:"members"`
	Results      string    `json:"results"`
	Sections     []Section `json:"sections,omitempty"` // figures, where there are any
	Obstacles    string    `json:"obstacles"`
	FollowUp     string    `json:"follow_up"`
	Head         Signatory `json:"head"`        // Kepala Puskesmas
	Coordinator  Signatory `json:"coordinator"` // who reports
	Distribution []string  `json:"distribution,omitempty"`
}

// PDF writes the report. The error wraps the Err values of this package, a
// malformed date, or w's error.
func (a ActivityReport) PDF(w io.Writer) error {
	if err := a.validate(true); err != nil {
		return err
	}
	s := newSheet(a.Issue, portrait, wordsOf[a.lang()].ActivityTitle)
	t := s.words
	s.letterhead(a.Letterhead)
	s.title(t.ActivityTitle, a.Number)
	s.fields([]field{{t.Activity, a.Activity}}, 0, 35, false)
	s.numbered(t.LegalBasis, a.LegalBasis, 35)
	s.fields([]field{{t.Period, s.period(a.Period)}}, 0, 35, false)
	s.numbered(t.Villages, a.Villages, 35)
	s.fields([]field{{t.Purpose, a.Purpose}, {t.Target, a.Target}}, 0, 35, false)
	s.subheading(t.Officers)
	s.members(a.Members)
	s.subheading(t.Results)
	s.paragraph(orDash(a.Results))
	for _, sec := range a.Sections {
		s.section(sec)
	}
	s.subheading(t.Obstacles)
	s.paragraph(orDash(a.Obstacles))
	signers := []signBlock{
		s.signatory([]string{t.Acknowledged}, a.Head),
		s.signatory([]string{s.placeDate(a.Issue)}, a.Coordinator),
	}
	s.reserve(3+len(s.wrap(a.FollowUp, s.width)), signers...)
	s.subheading(t.FollowUpPlan)
	s.paragraph(orDash(a.FollowUp))
	s.signRow(signers, a.Verification)
	s.distribution(a.Distribution)
	return s.finish(w, a.Issue)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

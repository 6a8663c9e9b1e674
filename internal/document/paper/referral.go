package paper

import (
	"io"
	"strings"
)

// ReferralLetter is the surat rujukan to a hospital. SOURCE: Permenkes 001/2012
// on the referral system (identity, findings, working diagnosis, therapy given,
// purpose, name and signature); SOP Homecare Sanggam 5h.
type ReferralLetter struct {
	Issue
	Hospital   string      `json:"hospital"`
	Unit       string      `json:"unit"` // clinic or unit of the hospital
	Patient    Patient     `json:"patient"`
	Urgency    string      `json:"urgency"` // label of the referral's category
	Anamnesis  string      `json:"anamnesis"`
	Physical   string      `json:"physical"`
	Supporting string      `json:"supporting"`
	Diagnoses  []Diagnosis `json:"diagnoses"` // the main one first
	Therapy    string      `json:"therapy"`
	Purpose    string      `json:"purpose"`
	Transport  string      `json:"transport"`
	Remarks    string      `json:"remarks"`
	Signer     Signatory   `json:"signer"`
}

// PDF writes the letter. The error wraps the Err values of this package, a
// malformed date, or w's error.
func (l ReferralLetter) PDF(w io.Writer) error {
	if err := l.validate(true); err != nil {
		return err
	}
	s := newSheet(l.Issue, portrait, wordsOf[l.lang()].ReferralTitle)
	t := s.words
	s.letterhead(l.Letterhead)
	s.title(t.ReferralTitle, l.Number)
	s.fields([]field{{t.ReferralTo, l.Hospital}, {t.ReferralUnit, l.Unit}}, 0, 30, true)
	s.paragraph(t.ReferralOpening)
	s.fields(s.identity(l.Patient, l.Date), 6, 48, false)
	s.subheading(t.Findings)
	s.fields([]field{
		{t.Anamnesis, l.Anamnesis},
		{t.PhysicalExam, l.Physical},
		{t.SupportingExam, l.Supporting},
		{t.WorkingDiagnosis, strings.Join(diagnosisLines(l.Diagnoses), "\n")},
		{t.TherapyGiven, l.Therapy},
		{t.ReferralPurpose, l.Purpose},
		{t.ReferralUrgency, l.Urgency},
		{t.Transport, l.Transport},
		{t.Remarks, l.Remarks},
	}, 6, 48, false)
	s.closing(t.ReferralClose, s.signatory([]string{s.placeDate(l.Issue)}, l.Signer), l.Verification)
	return s.finish(w, l.Issue)
}

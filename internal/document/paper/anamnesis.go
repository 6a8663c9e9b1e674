package paper

import (
	"io"
	"strings"
)

// AnamnesisSheet is the lembar anamnese of one visit. SOURCE: SOP Homecare
// Sanggam 8 (related documents); sections as in Permenkes 24/2022 records.
type AnamnesisSheet struct {
	Issue
	Patient          Patient      `json:"patient"`
	VisitDate        Date         `json:"visit_date"`
	Source           string       `json:"source"`
	Reason           string       `json:"reason"`
	ChiefComplaint   string       `json:"chief_complaint"`
	PresentIllness   string       `json:"present_illness"`
	PastIllness      string       `json:"past_illness"`
	FamilyIllness    string       `json:"family_illness"`
	Social           string       `json:"social"`
	Allergies        string       `json:"allergies"`
	CurrentDrugs     []string     `json:"current_drugs"`
	Function         string       `json:"function"` // activities of daily living, score and class
	Vitals           []Item       `json:"vitals"`
	Physical         []Item       `json:"physical"` // per body system
	Laboratory       []Item       `json:"laboratory"`
	NursingDiagnoses []string     `json:"nursing_diagnoses"`
	MedicalDiagnoses []Diagnosis  `json:"medical_diagnoses"`
	Note             ProgressNote `json:"note"`
	Education        string       `json:"education"`
	Consent          string       `json:"consent"`
	FollowUp         string       `json:"follow_up"`
	NextVisit        Date         `json:"next_visit"`
	Officer          Signatory    `json:"officer"`
}

// ProgressNote is a SOAP note with instruction and evaluation (SOAPIE).
type ProgressNote struct {
	Subjective  string `json:"subjective"`
	Objective   string `json:"objective"`
	Assessment  string `json:"assessment"`
	Plan        string `json:"plan"`
	Instruction string `json:"instruction"`
	Evaluation  string `json:"evaluation"`
}

// PDF writes the sheet. The error wraps the Err values of this package, a
// malformed date, or w's error.
func (a AnamnesisSheet) PDF(w io.Writer) error {
	if err := a.validate(true); err != nil {
		return err
	}
	s := newSheet(a.Issue, portrait, wordsOf[a.lang()].AnamnesisTitle)
	t := s.words
	const label = 52
	s.letterhead(a.Letterhead)
	s.title(t.AnamnesisTitle, a.Number)
	s.subheading(t.Identity)
	s.fields(s.identity(a.Patient, a.Date), 0, label, false)
	s.fields([]field{
		{t.VisitDate, s.day(a.VisitDate)},
		{t.Source, a.Source},
		{t.VisitReason, a.Reason},
	}, 0, label, false)
	s.subheading(t.History)
	s.fields([]field{
		{t.ChiefComplaint, a.ChiefComplaint},
		{t.PresentIllness, a.PresentIllness},
		{t.PastIllness, a.PastIllness},
		{t.FamilyIllness, a.FamilyIllness},
		{t.SocialHistory, a.Social},
		{t.Allergies, a.Allergies},
		{t.CurrentDrugs, strings.Join(a.CurrentDrugs, "\n")},
		{t.Function, a.Function},
	}, 0, label, false)
	s.items(t.VitalSigns, a.Vitals, label)
	s.items(t.PhysicalExam, a.Physical, label)
	s.items(t.Laboratory, a.Laboratory, label)
	s.subheading(t.Diagnoses)
	s.fields([]field{
		{t.NursingDiagnoses, strings.Join(a.NursingDiagnoses, "\n")},
		{t.MedicalDiagnoses, strings.Join(diagnosisLines(a.MedicalDiagnoses), "\n")},
	}, 0, label, false)
	s.subheading(t.ProgressNote)
	s.fields([]field{
		{t.Subjective, a.Note.Subjective},
		{t.Objective, a.Note.Objective},
		{t.Assessment, a.Note.Assessment},
		{t.Plan, a.Note.Plan},
		{t.Instruction, a.Note.Instruction},
		{t.Evaluation, a.Note.Evaluation},
	}, 0, label, false)
	officer := s.signatory([]string{s.placeDate(a.Issue), t.Officer}, a.Officer)
	s.reserve(7, officer)
	s.subheading(t.FollowUpHeading)
	s.fields([]field{
		{t.Education, a.Education},
		{t.Consent, a.Consent},
		{t.FollowUpPlan, a.FollowUp},
		{t.NextVisit, s.day(a.NextVisit)},
	}, 0, label, false)
	s.signRight(officer, a.Verification)
	return s.finish(w, a.Issue)
}

// items writes a headed group of findings; an empty group says so with a dash.
func (s *sheet) items(title string, list []Item, labelWidth float64) {
	s.subheading(title)
	if len(list) == 0 {
		s.paragraph("-")
		return
	}
	out := make([]field, len(list))
	for i, it := range list {
		out[i] = field{it.Label, it.Value}
	}
	s.fields(out, 0, labelWidth, false)
}

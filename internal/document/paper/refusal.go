package paper

import (
	"fmt"
	"io"
	"strings"
)

// RefusalLetter is the surat pernyataan menolak. SOURCE: SOP Homecare Sanggam
// 5g (a written refusal signed by the family). What is not known leaves dotted
// places that the signer fills in by hand.
type RefusalLetter struct {
	Issue
	Signer        Declarant   `json:"signer"`
	Patient       Patient     `json:"patient"`
	Refused       string      `json:"refused"` // the care that is refused
	Reason        string      `json:"reason"`
	Explanation   Explanation `json:"explanation"`
	ClauseVersion string      `json:"clause_version"` // see [CurrentRefusalClauses]
	Witness       Signatory   `json:"witness"`
	Officer       Signatory   `json:"officer"`
}

// Declarant is who signs a refusal: the patient or a member of the family.
type Declarant struct {
	Name     string `json:"name"`
	NIK      string `json:"nik"`
	Age      *int   `json:"age,omitempty"` // years
	Sex      Sex    `json:"sex"`
	Address  string `json:"address"`
	Relation string `json:"relation"`
	Phone    string `json:"phone"`
}

// Explanation is what the signer of a refusal was told, and by whom.
type Explanation struct {
	By           string `json:"by"` // name and profession
	Risk         string `json:"risk"`
	Benefit      string `json:"benefit"`
	Alternatives string `json:"alternatives"`
}

// statementHeight is the room in mm of the clauses, the closing sentence, the
// signatures and the verification.
const statementHeight = 140.0

// PDF writes the letter. The error wraps the Err values of this package, a
// malformed date, or w's error.
func (l RefusalLetter) PDF(w io.Writer) error {
	if err := l.validate(true); err != nil {
		return err
	}
	clauses, ok := RefusalClauses(l.ClauseVersion, l.lang())
	if !ok {
		return fmt.Errorf("%w: %q", ErrUnknownClause, l.ClauseVersion)
	}
	s := newSheet(l.Issue, portrait, wordsOf[l.lang()].RefusalTitle)
	t := s.words
	s.letterhead(l.Letterhead)
	s.title(t.RefusalTitle, l.Number)

	s.paragraph(t.RefusalSigner)
	s.fields([]field{
		{t.Name, l.Signer.Name},
		{t.NIK, l.Signer.NIK},
		{t.Age, s.age(l.Signer.Age)},
		{t.Sex, s.sex(l.Signer.Sex)},
		{t.Address, l.Signer.Address},
		{t.Relation, l.Signer.Relation},
		{t.Phone, l.Signer.Phone},
	}, 6, 48, true)
	s.paragraph(t.RefusalPatient)
	s.fields(s.identity(l.Patient, l.Date), 6, 48, true)
	s.paragraph(t.RefusalDeclares)
	s.fields([]field{{t.Refused, l.Refused}, {t.RefusalReason, l.Reason}}, 6, 48, true)
	s.paragraph(t.RefusalExplained)
	s.fields([]field{
		{t.ExplainedBy, l.Explanation.By},
		{t.Benefit, l.Explanation.Benefit},
		{t.Risk, l.Explanation.Risk},
		{t.Alternatives, l.Explanation.Alternatives},
	}, 6, 48, true)
	// What is stated and the signatures under it stand on one page.
	s.need(statementHeight)
	s.paragraph(t.RefusalStates)
	s.numbered("", clauses, 0)
	s.paragraph(t.RefusalClose)

	s.signRow([]signBlock{
		s.signatory([]string{t.RefusalWitness}, l.Witness),
		s.signatory([]string{t.RefusalOfficer}, l.Officer),
		{above: []string{s.placeDate(l.Issue), t.RefusalDeclarant}, name: strings.TrimSpace(l.Signer.Name)},
	}, l.Verification)
	s.font("I", 8.5)
	s.need(s.lineHeight())
	s.put(s.left, s.y, fmt.Sprintf(t.ClauseVersion, l.ClauseVersion))
	s.y += s.lineHeight()
	return s.finish(w, l.Issue)
}

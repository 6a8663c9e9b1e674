package document

import (
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// RefusalIn issues the surat pernyataan menolak of a case. It implements episode.Letters.
func (s *Service) RefusalIn(tx pg.Tx, l episode.Leaving, r homecare.Refusal) error {
	person, err := patient.IdentityIn(tx, l.PatientID)
	if err != nil {
		return err
	}
	people, err := staff.ServedOnIn(tx, l.Date)
	if err != nil {
		return err
	}
	lang := tx.Call().Language
	officer := signatory(people, r.Explains)
	signer := paper.Declarant{Name: r.Signer.Name, NIK: r.Signer.NIK, Age: r.Signer.Age, Sex: paper.Sex(r.Signer.Sex),
		Address:  r.Signer.Address,
		Relation: homecare.LabelOf("signer_relation", r.Signer.Relation, lang), Phone: r.Signer.Phone}
	if r.Signer.Relation == "self" { // the registry completes what the caller left out
		signer.NIK, signer.Address, signer.Phone = or(signer.NIK, person.NIK), or(signer.Address, person.Address),
			or(signer.Phone, person.Phone)
		signer.Sex = paper.Sex(or(string(signer.Sex), person.Sex))
	}
	letter := paper.RefusalLetter{Signer: signer, Patient: patientOf(person), Refused: r.Refused, Reason: r.Reason,
		Explanation:   paper.Explanation{By: officer.Name, Risk: r.Risk, Benefit: r.Benefit, Alternatives: r.Instead},
		ClauseVersion: paper.CurrentRefusalClauses, Witness: paper.Signatory{Name: r.Witness}, Officer: officer}
	letter.Officer.Position, letter.Officer.Rank = "", ""
	_, err = s.IssueIn(tx, Draft{Kind: RefusalLetter, SubjectKind: "case", SubjectID: l.CaseID, CaseID: l.CaseID,
		Paper: func(i paper.Issue) (any, error) { letter.Issue = i; return letter, nil }})
	return err
}

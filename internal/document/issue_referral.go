package document

import (
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// ReferralIn issues the surat rujukan of a case. It implements episode.Letters.
func (s *Service) ReferralIn(tx pg.Tx, l episode.Leaving, r homecare.Referral) error {
	person, err := patient.IdentityIn(tx, l.PatientID)
	if err != nil {
		return err
	}
	people, err := staff.ServedOnIn(tx, l.Date)
	if err != nil {
		return err
	}
	letter := paper.ReferralLetter{Hospital: r.Hospital, Unit: r.Unit, Patient: patientOf(person),
		Urgency:   homecare.LabelOf("referral_urgency", r.Urgency, tx.Call().Language),
		Anamnesis: r.Anamnesis, Physical: r.Physical,
		Supporting: r.Supporting,
		Therapy:    r.Therapy, Purpose: r.Purpose, Transport: r.Transport, Remarks: r.Remarks,
		Signer: signatory(people, r.SignedBy)}
	for _, d := range r.Diagnoses {
		letter.Diagnoses = append(letter.Diagnoses, paper.Diagnosis{Code: d.Code, Name: d.Name})
	}
	_, err = s.IssueIn(tx, Draft{Kind: ReferralLetter, SubjectKind: "case", SubjectID: l.CaseID, CaseID: l.CaseID,
		Paper: func(i paper.Issue) (any, error) { letter.Issue = i; return letter, nil }})
	return err
}

package document

import (
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// The Service is what cases need of letters.
var _ episode.Letters = (*Service)(nil)

// AssignmentIn implements episode.Letters.
func (s *Service) AssignmentIn(tx pg.Tx, a episode.Assignment) error {
	if err := s.VoidIn(tx, AssignmentLetter, a.CaseID, replacedText.In(tx.Call().Language, nil)); err != nil {
		return err
	}
	_, err := s.assign(tx, a, Draft{Kind: AssignmentLetter, SubjectKind: "case", SubjectID: a.CaseID, CaseID: a.CaseID})
	return err
}

// assign issues a surat tugas. It is given no patient and asks for none.
func (s *Service) assign(tx pg.Tx, a episode.Assignment, d Draft) (homecare.Document, error) {
	people, err := staff.ServingIn(tx)
	if err != nil {
		return homecare.Document{}, err
	}
	head, err := headOf(tx, people)
	if err != nil {
		return homecare.Document{}, err
	}
	lang := tx.Call().Language
	sop, err := sopIn(tx, a.SOPVersionID)
	if err != nil {
		return homecare.Document{}, err
	}
	purpose := a.Order.Purpose
	if purpose == "" {
		purpose = purposeText.In(lang, map[string]any{"programme": a.ProgrammeName})
	}
	members := slices.Clone(a.Members)
	slices.SortStableFunc(members, func(x, y team.Chosen) int { return boolFirst(x.Lead, y.Lead) })
	l := paper.AssignmentLetter{LegalBasis: sop.basis(lang), Purpose: purpose, Villages: a.Villages,
		Period:  paper.Period{Start: paper.Date(a.Order.PeriodStart), End: paper.Date(a.Order.PeriodEnd)},
		Vehicle: a.Order.Vehicle, Signer: head, Distribution: sop.Distribution}
	for _, m := range members {
		l.Members = append(l.Members, paper.Member{Name: m.Name, NIP: m.NIP, Rank: m.Rank, Position: m.Position, Profession: professions[m.Profession].In(lang, nil)})
	}
	d.Paper = func(i paper.Issue) (any, error) { l.Issue = i; return l, nil }
	return s.IssueIn(tx, d)
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// RefusalIn implements episode.Letters.
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
	signer := paper.Declarant{Name: r.Signer.Name, NIK: r.Signer.NIK, Age: r.Signer.Age, Sex: paper.Sex(r.Signer.Sex), Address: r.Signer.Address,
		Relation: relations[r.Signer.Relation].In(lang, nil), Phone: r.Signer.Phone}
	if r.Signer.Relation == "self" { // what is known of the patient need not be typed again
		signer.NIK, signer.Address, signer.Phone = or(signer.NIK, person.NIK), or(signer.Address, person.Address), or(signer.Phone, person.Phone)
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

// VoidRefusalIn implements episode.Letters.
func (s *Service) VoidRefusalIn(tx pg.Tx, caseID, reason string) error {
	return s.VoidIn(tx, RefusalLetter, caseID, reason)
}

// ReferralIn implements episode.Letters.
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
		Urgency: urgencies[r.Urgency].In(tx.Call().Language, nil), Anamnesis: r.Anamnesis, Physical: r.Physical, Supporting: r.Supporting,
		Therapy: r.Therapy, Purpose: r.Purpose, Transport: r.Transport, Remarks: r.Remarks, Signer: signatory(people, r.SignedBy)}
	for _, d := range r.Diagnoses {
		letter.Diagnoses = append(letter.Diagnoses, paper.Diagnosis{Code: d.Code, Name: d.Name})
	}
	_, err = s.IssueIn(tx, Draft{Kind: ReferralLetter, SubjectKind: "case", SubjectID: l.CaseID, CaseID: l.CaseID,
		Paper: func(i paper.Issue) (any, error) { letter.Issue = i; return letter, nil }})
	return err
}

func patientOf(p patient.Identity) paper.Patient {
	out := paper.Patient{Name: p.Name, NIK: p.NIK, Sex: paper.Sex(p.Sex), Address: p.Address, FamilyCardNo: p.KK, Phone: p.Phone, InsuranceNo: p.BPJSCard}
	if p.BirthDate != nil {
		out.BirthDate = paper.Date(*p.BirthDate)
	}
	switch {
	case p.Address == "":
		out.Address = p.Village
	case p.Village != "" && !strings.Contains(strings.ToLower(p.Address), strings.ToLower(p.Village)):
		out.Address = p.Address + ", " + p.Village
	}
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func signatory(people []homecare.StaffMember, account string) paper.Signatory {
	for _, m := range people {
		if m.AccountID == account {
			return paper.Signatory{Position: m.Position, Name: m.Name, Rank: m.Rank, NIP: m.NIP}
		}
	}
	return paper.Signatory{}
}

// headOf is the Kepala Puskesmas as signer: the caller when that is they.
func headOf(tx pg.Tx, people []homecare.StaffMember) (paper.Signatory, error) {
	var head *homecare.StaffMember
	for i, m := range people {
		if m.Role == string(access.Kepala) && (head == nil || m.AccountID == tx.Principal().UserID) {
			head = &people[i]
		}
	}
	if head == nil {
		return paper.Signatory{}, ErrNoHead
	}
	return paper.Signatory{Position: head.Position, Name: head.Name, Rank: head.Rank, NIP: head.NIP}, nil
}

// The set words of letters that are not printed on the form itself.
var (
	replacedText = fault.Text{ID: "Diganti dengan surat yang lebih baru.", EN: "Replaced by a newer letter."}
	purposeText  = fault.Text{ID: "Melaksanakan pelayanan kesehatan di rumah program {programme}.", EN: "To give health care at home in the programme {programme}."}
	basisText    = fault.Text{ID: "{text} (telah diganti dengan {replacement})", EN: "{text} (since replaced by {replacement})"}
	professions  = map[string]fault.Text{
		"physician": {ID: "Dokter", EN: "Physician"}, "nurse": {ID: "Perawat", EN: "Nurse"}, "midwife": {ID: "Bidan", EN: "Midwife"},
		"nutritionist": {ID: "Nutrisionis", EN: "Nutritionist"}, "lab_analyst": {ID: "Analis laboratorium", EN: "Laboratory analyst"},
		"other": {ID: "Tenaga kesehatan lain", EN: "Other health worker"},
	}
	relations = map[string]fault.Text{
		"self": {ID: "Pasien sendiri", EN: "The patient"}, "spouse": {ID: "Suami/istri", EN: "Spouse"}, "child": {ID: "Anak", EN: "Child"},
		"parent": {ID: "Orang tua", EN: "Parent"}, "sibling": {ID: "Saudara kandung", EN: "Sibling"}, "grandchild": {ID: "Cucu", EN: "Grandchild"},
		"other_family": {ID: "Keluarga lain", EN: "Other family"}, "guardian": {ID: "Wali", EN: "Guardian"},
	}
	urgencies = map[string]fault.Text{
		"emergency": {ID: "Gawat darurat", EN: "Emergency"}, "urgent": {ID: "Segera", EN: "Urgent"}, "elective": {ID: "Terencana", EN: "Elective"},
	}
)

// serving are a team's present members as the staff list knows them; who is no
// longer active staff is left out.
func serving(tx pg.Tx, t homecare.Team) ([]team.Chosen, error) {
	people, err := staff.ServingIn(tx)
	if err != nil {
		return nil, err
	}
	var out []team.Chosen
	for _, m := range t.Members {
		if i := slices.IndexFunc(people, func(s homecare.StaffMember) bool { return s.AccountID == m.AccountID }); i >= 0 {
			c := team.Chosen{StaffMember: people[i], Lead: m.Lead}
			c.Profession = m.Profession
			out = append(out, c)
		}
	}
	return out, nil
}

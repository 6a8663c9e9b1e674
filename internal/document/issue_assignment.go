package document

import (
	"slices"

	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// AssignmentIn issues the surat tugas of a case and voids the one before it. It
// implements episode.Letters.
func (s *Service) AssignmentIn(tx pg.Tx, a episode.Assignment) error {
	if err := s.VoidIn(tx, AssignmentLetter, a.CaseID, replacedText.In(tx.Call().Language, nil)); err != nil {
		return err
	}
	_, err := s.assign(tx, a, Draft{Kind: AssignmentLetter, SubjectKind: "case", SubjectID: a.CaseID, CaseID: a.CaseID})
	return err
}

// assign issues a surat tugas. It reads no patient.
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
		l.Members = append(l.Members, paper.Member{Name: m.Name, NIP: m.NIP, Rank: m.Rank, Position: m.Position,
			Profession: homecare.LabelOf("profession", m.Profession, lang)})
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

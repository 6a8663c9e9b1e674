package evaluation

import (
	"context"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Open records an evaluation of a month, or of a visit or case that the caller may see.
// Errors: fault.ErrInvalid, fault.ErrNotFound.
func (s *Service) Open(ctx context.Context, in homecare.NewEvaluation) (homecare.Evaluation, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Evaluation, error) {
		var none homecare.Evaluation
		if err := s.check(tx, in); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := pg.Insert(tx, evaluation{Created: tx.Created(), ID: in.ID, SubjectKind: in.SubjectKind,
			SubjectID: pg.Null(in.SubjectID), Month: pg.Null(in.Month), ProgrammeCode: in.Programme,
			Finding: strings.TrimSpace(in.Finding), Cause: strings.TrimSpace(in.Cause),
			Improvement: strings.TrimSpace(in.Improvement), OwnerAccountID: in.OwnerAccountID,
			DueOn: in.DueOn, State: "open"}); err != nil {
			return none, err
		}
		out, err := byID(tx, in.ID, "")
		if err != nil {
			return none, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "evaluation.open", SubjectKind: "evaluation",
			SubjectID: in.ID, After: out})
	})
}

func (s *Service) check(tx pg.Tx, in homecare.NewEvaluation) error {
	var c fault.Check
	month := in.SubjectKind == "month"
	c.That(month == (in.SubjectID == ""), "/subject_id", "subject",
		"Pilih kunjungan atau kasusnya; kosongkan untuk evaluasi bulanan.",
		"Choose the visit or case; leave it out for a month.")
	c.That(month || in.Month == "", "/month", "subject", "Isi bulan hanya untuk evaluasi bulanan.",
		"Give the month for the evaluation of a month only.")
	c.That(!month || in.Month != "", "/month", "required", "Isi bulan yang dievaluasi.", "Give the month.")
	if err := c.Err(); err != nil {
		return err
	}
	if !month {
		if err := access.SeeIn(tx, in.SubjectKind, in.SubjectID); err != nil {
			return fault.NotFoundAt(err, "/subject_id")
		}
	}
	runs, err := programmeFits(tx, in)
	if err != nil {
		return err
	}
	c.That(runs, "/programme", "unknown",
		"Isi program yang dievaluasi: program kasus atau kunjungan itu, atau program puskesmas ini.",
		"Give the programme of the case or visit, or for a month one that this puskesmas runs.")
	owner, err := access.MayOwnIn(tx, in.OwnerAccountID, in.SubjectKind, in.SubjectID)
	if err != nil {
		return err
	}
	if month {
		c.That(owner, "/owner_account_id", "unknown", "Penanggung jawab harus petugas puskesmas ini.",
			"The owner must be staff of this puskesmas.")
	} else {
		c.That(owner, "/owner_account_id", "unknown", access.NotOwner.ID, access.NotOwner.EN)
	}
	return c.Err()
}

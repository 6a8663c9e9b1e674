package consent

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type consentParams struct {
	// Patient.
	PatientID string `param:"id" json:"-"`
	homecare.NewConsent
}

// Give records a consent. Errors: fault.ErrNotFound, fault.ErrInvalid.
func (s *Service) Give(ctx context.Context, in consentParams) (homecare.Consent, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Consent, error) {
		var none homecare.Consent
		if err := access.SeePersonIn(tx, in.PatientID); err != nil {
			return none, err
		}
		if err := patient.UseIn(tx, in.PatientID); err != nil {
			return none, err
		}
		var check fault.Check
		check.That(in.GivenOn <= clock.Day(tx.Now()), "/given_on", "future",
			"Tanggal persetujuan tidak boleh di masa depan.", "The consent cannot be given in the future.")
		if in.AttachmentID != "" {
			if err := s.sheetIn(tx, &check, in.AttachmentID, in.PatientID); err != nil {
				return none, err
			}
		}
		if err := check.Err(); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := pg.Insert(tx, consent{Created: tx.Created(), ID: in.ID, PatientID: in.PatientID, Kind: in.Kind,
			GivenBy: in.GivenBy, Relation: in.Relation, GivenOn: in.GivenOn,
			AttachmentID: pg.Null(in.AttachmentID)}); err != nil {
			return none, err
		}
		c, err := pg.Row[homecare.Consent](tx, selectConsent+`where c.id = $1`, in.ID)
		if err != nil {
			return none, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: "consent.give", SubjectKind: "patient",
			SubjectID: in.PatientID, After: c})
	})
}

// sheetIn checks that the attachment is a consent sheet of that person, or of a
// record merged into theirs, and locks it: it can no longer be voided.
func (s *Service) sheetIn(tx pg.Tx, check *fault.Check, attachmentID, patientID string) error {
	of, err := s.SheetOf(tx, attachmentID)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	own := false
	if err == nil {
		if own, err = pg.Scalar[bool](tx, `select $1::uuid = any (same_person($2))`, of, patientID); err != nil {
			return err
		}
	}
	check.That(own, "/attachment_id", "unknown",
		"Lampiran ini bukan lembar persetujuan orang tersebut, atau sudah dibatalkan.",
		"This attachment is not a consent sheet of that person, or was voided.")
	return nil
}

package privacy

import (
	"cmp"
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/attachment"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const selectConsent = `select c.id, c.patient_id, c.kind, c.given_by, c.relation, c.given_on::text as given_on, coalesce(c.attachment_id::text, '') as attachment_id,
	c.withdrawn_at, coalesce(c.withdrawn_on::text, '') as withdrawn_on, coalesce(c.withdrawn_reason, '') as withdrawn_reason, c.version from consent c `

// Consents lists what a person agreed to, newest first. Error:
// fault.ErrNotFound.
func (s *Service) Consents(ctx context.Context, in idParams) (homecare.Page[homecare.Consent], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Consent], error) {
		var p homecare.Page[homecare.Consent]
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return p, err
		}
		if err := access.SeePersonIn(tx, id); err != nil {
			return p, err
		}
		if p.Data, err = pg.Rows[homecare.Consent](tx, selectConsent+`where c.patient_id = $1
			order by c.created_at desc, c.id desc limit 500`, id); p.Data == nil {
			p.Data = []homecare.Consent{}
		}
		return p, err
	})
}

type consentParams struct {
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
		check.That(in.GivenOn <= clock.Day(tx.Now()), "/given_on", "future", "Tanggal persetujuan tidak boleh di masa depan.", "The consent cannot be given in the future.")
		if in.AttachmentID != "" {
			if err := sheetIn(tx, &check, in.AttachmentID, in.PatientID); err != nil {
				return none, err
			}
		}
		if err := check.Err(); err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if _, err := tx.Exec(`insert into consent (puskesmas_id, id, patient_id, kind, given_by, relation, given_on, attachment_id, created_at, created_by)
			values ($1, $2, $3, $4, $5, $6, $7::text::date, $8, $9, $10)`, tx.Principal().PuskesmasID, in.ID, in.PatientID, in.Kind, in.GivenBy, in.Relation, in.GivenOn,
			null(in.AttachmentID), tx.Now(), tx.Principal().UserID); err != nil {
			return none, err
		}
		c, err := pg.Row[homecare.Consent](tx, selectConsent+`where c.id = $1`, in.ID)
		if err != nil {
			return none, err
		}
		return c, s.trail.Record(tx, audit.Event{Action: "consent.give", SubjectKind: "patient", SubjectID: in.PatientID, After: c})
	})
}

// sheetIn checks that a consent's sheet is one, of that person or of a record
// that was merged into theirs, and locks it: it cannot be voided from then on.
func sheetIn(tx pg.Tx, check *fault.Check, attachmentID, patientID string) error {
	a, err := attachment.ProofIn(tx, attachmentID, attachment.ConsentSheet)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	own := false
	if err == nil && a.SubjectKind == "patient" {
		if own, err = pg.Scalar[bool](tx, `select $1::uuid = any (same_person($2))`, a.SubjectID, patientID); err != nil {
			return err
		}
	}
	check.That(own, "/attachment_id", "unknown", "Lampiran ini bukan lembar persetujuan orang tersebut, atau sudah dibatalkan.",
		"This attachment is not a consent sheet of that person, or was voided.")
	return nil
}

type withdrawParams struct {
	PatientID string `param:"id" json:"-"`
	ConsentID string `param:"consent_id" json:"-"`
	homecare.ConsentWithdrawn
}

// Withdraw withdraws a consent; what needs it stops in the same transaction.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, fault.ErrInvalid.
func (s *Service) Withdraw(ctx context.Context, in withdrawParams) (homecare.Consent, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Consent, error) {
		if err := access.SeePersonIn(tx, in.PatientID); err != nil {
			return homecare.Consent{}, err
		}
		if err := patient.HoldIn(tx, in.PatientID); err != nil {
			return homecare.Consent{}, err
		}
		c, err := pg.Row[homecare.Consent](tx, selectConsent+`where c.id = $1 and c.patient_id = $2 for update`, in.ConsentID, in.PatientID)
		if err != nil {
			return c, err
		}
		if err := tx.Stale(c.Version); err != nil {
			return c, err
		}
		if c.WithdrawnAt != nil {
			return c, fault.State("withdrawn")
		}
		now := tx.Now()
		on := cmp.Or(in.WithdrawnOn, clock.Day(now))
		var check fault.Check
		check.That(on <= clock.Day(now), "/withdrawn_on", "future", "Tanggal ini belum terjadi.", "That day is yet to come.")
		check.That(on >= c.GivenOn, "/withdrawn_on", "before_given", "Tanggal tidak boleh sebelum persetujuan diberikan.", "The date must not be before the consent was given.")
		if err := check.Err(); err != nil {
			return c, err
		}
		if _, err := tx.Exec(`update consent set withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4, withdrawn_on = $5::text::date,
			version = version + 1 where id = $1`, c.ID, now, tx.Principal().UserID, in.Reason, on); err != nil {
			return c, err
		}
		after, err := pg.Row[homecare.Consent](tx, selectConsent+`where c.id = $1`, c.ID)
		if err != nil {
			return after, err
		}
		refused, err := pg.Scalar[bool](tx, `select home_visit_refused(puskesmas_id, id, $2) from patient
			where id = $1`, in.PatientID, now)
		if err != nil {
			return after, err
		}
		if c.Kind == "home_visit" && refused && s.StopVisits != nil {
			if err := s.StopVisits(tx, in.PatientID); err != nil {
				return after, err
			}
		}
		return after, s.trail.Record(tx, audit.Event{Action: "consent.withdraw", SubjectKind: "patient", SubjectID: in.PatientID, Reason: in.Reason, Before: c, After: after})
	})
}

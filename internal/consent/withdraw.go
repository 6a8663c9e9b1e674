package consent

import (
	"cmp"
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type withdrawParams struct {
	// Patient.
	PatientID string `param:"id" json:"-"`
	// Consent.
	ConsentID string `param:"consent_id" json:"-"`
	homecare.ConsentWithdrawn
}

// Withdraw withdraws a consent and stops what needs it, in the same
// transaction. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState,
// fault.ErrInvalid.
func (s *Service) Withdraw(ctx context.Context, in withdrawParams) (homecare.Consent, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Consent, error) {
		if err := access.SeePersonIn(tx, in.PatientID); err != nil {
			return homecare.Consent{}, err
		}
		if err := patient.HoldIn(tx, in.PatientID); err != nil {
			return homecare.Consent{}, err
		}
		c, err := pg.Row[homecare.Consent](tx, selectConsent+`where c.id = $1 and c.patient_id = $2 for update`,
			in.ConsentID, in.PatientID)
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
		check.That(on <= clock.Day(now), "/withdrawn_on", "future", "Tanggal ini belum terjadi.",
			"That day is yet to come.")
		check.That(on >= c.GivenOn, "/withdrawn_on", "before_given",
			"Tanggal tidak boleh sebelum persetujuan diberikan.", "The date must not be before the consent was given.")
		if err := check.Err(); err != nil {
			return c, err
		}
		if err := pg.Update[consent](tx, c.ID, map[string]any{"withdrawn_at": now, "withdrawn_on": on,
			"withdrawn_by": tx.Principal().UserID, "withdrawn_reason": in.Reason}); err != nil {
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
		return after, s.trail.Record(tx, audit.Event{Action: "consent.withdraw", SubjectKind: "patient",
			SubjectID: in.PatientID, Reason: in.Reason, Before: c, After: after})
	})
}

package episode

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type outcomeParams struct {
	ID string `param:"id" json:"-"`
	homecare.NewReferralOutcome
}

// RecordOutcome records the receiving hospital's answer. The closed case does
// not change; every answer is kept. A death in hospital marks the person as
// deceased like any other death; note then contains its cause. Errors: those of
// act, fault.ErrInvalid.
func (s *Service) RecordOutcome(ctx context.Context, in outcomeParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, recordOutcome, in.Note, func(tx pg.Tx, r *row, d *deed) error {
		var check fault.Check
		check.That(in.OccurredOn <= clock.Day(tx.Now()), "/occurred_on", "future", "Tanggal tidak boleh di masa depan.",
			"The date must not be in the future.")
		check.That(in.Result != "died" || in.Note != "", "/note", "required", "Tuliskan penyebab kematian.",
			"Write the cause of death.")
		check.That(r.EndedOn == nil || in.OccurredOn >= *r.EndedOn, "/occurred_on", "before_referral",
			"Tanggal tidak boleh sebelum rujukan.", "The date must not be before the referral.")
		if err := check.Err(); err != nil {
			return err
		}
		if err := d.performed(tx, in.PerformedBy, in.OccurredOn); err != nil {
			return err
		}
		if in.Result != "died" {
			if err := patient.AliveOnIn(tx, r.PatientID, in.OccurredOn, "/occurred_on"); err != nil {
				return err
			}
		}
		p := tx.Principal()
		_, err := tx.Exec(`insert into referral_outcome (puskesmas_id, id, case_id, result, occurred_on, note,
			recorded_at, recorded_by, performed_by)
			values ($1, $2, $3, $4, $5::text::date, $6, $7, $8, $9)`,
			p.PuskesmasID, newID(), r.ID, in.Result, in.OccurredOn, in.Note, tx.Now(), p.UserID, d.by)
		if err != nil || in.Result != "died" {
			return err
		}
		return s.died(tx, *r, homecare.CaseEnd{Kind: Death, Date: in.OccurredOn, PerformedBy: d.by,
			Death: &homecare.Death{Place: "health_facility", Cause: in.Note}})
	})
}

package priority

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type adjustParams struct {
	ID string `param:"id" json:"-"`
	homecare.AdjustPriority
}

// Adjust moves a person up or down manually. It replaces an earlier adjustment.
// Errors: fault.ErrNotFound, patient.ErrGone, ErrNotRanked.
func (s *Service) Adjust(ctx context.Context, in adjustParams) (homecare.Priority, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Priority, error) {
		none := homecare.Priority{}
		if err := patient.UseIn(tx, in.ID); err != nil {
			return none, err
		}
		ranked, err := pg.Scalar[bool](tx, `select deceased_on is null from patient where id = $1`, in.ID)
		if err != nil {
			return none, err
		}
		if !ranked {
			return none, ErrNotRanked
		}
		rules, err := rulesIn(tx)
		if err != nil {
			return none, err
		}
		if _, _, err := compute(tx, rules, []string{in.ID}); err != nil {
			return none, err
		}
		before, err := rankIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		points := in.Points
		if in.Move == "down" {
			points = -points
		}
		if _, err := tx.Exec(`update patient_score set adjustment = $2, total = points + $2, level = $3,
			adjusted_reason = $4, adjusted_at = $5, adjusted_by = $6, version = version + 1 where patient_id = $1`,
			in.ID, points, LevelOf(rules.Rules, before.Points+points), in.Reason, tx.Now(),
			tx.Principal().UserID); err != nil {
			return none, err
		}
		after, err := rankIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "priority.adjust", SubjectKind: "patient",
			SubjectID: in.ID,
			Reason:    in.Reason, Before: map[string]any{"total": before.Total, "adjustment": before.Adjustment},
			After: map[string]any{"total": after.Total, "adjustment": after.Adjustment}})
	})
}

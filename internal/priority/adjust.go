package priority

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type adjustParams struct {
	ID string `param:"id" json:"-"`
	homecare.AdjustPriority
}

// Adjust moves a person up or down by hand; it replaces an earlier adjustment.
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
		before, err := rankedIn(tx, `s.patient_id = $1`, in.ID)
		if err != nil || len(before) != 1 {
			return none, orNotFound(err)
		}
		points := in.Points
		if in.Move == "down" {
			points = -points
		}
		if _, err := tx.Exec(`update patient_score set adjustment = $2, total = points + $2, level = $3, adjusted_reason = $4, adjusted_at = $5, adjusted_by = $6, version = version + 1 where patient_id = $1`,
			in.ID, points, LevelOf(rules.Rules, before[0].Points+points), in.Reason, tx.Now(), tx.Principal().UserID); err != nil {
			return none, err
		}
		after, err := rankedIn(tx, `s.patient_id = $1`, in.ID)
		if err != nil || len(after) != 1 {
			return none, orNotFound(err)
		}
		return after[0], s.trail.Record(tx, audit.Event{Action: "priority.adjust", SubjectKind: "patient", SubjectID: in.ID, Reason: in.Reason,
			Before: map[string]any{"total": before[0].Total, "adjustment": before[0].Adjustment}, After: map[string]any{"total": after[0].Total, "adjustment": after[0].Adjustment}})
	})
}

func orNotFound(err error) error {
	if err == nil {
		return fault.ErrNotFound
	}
	return err
}

package episode

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

type reviewParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReviewCase
}

// Review records a case review (tinjauan kasus). A later review replaces it;
// both are kept. Errors: those of act, fault.ErrInvalid.
func (s *Service) Review(ctx context.Context, in reviewParams) (homecare.Case, error) {
	return s.act(ctx, in.ID, review, "", func(tx pg.Tx, r *row, d *deed) error {
		var check fault.Check
		for i, account := range in.Participants {
			if err := staff.CheckStaffOn(tx, &check, fmt.Sprintf("/participants/%d", i), "not_staff", account,
				d.on); err != nil {
				return err
			}
		}
		if err := check.Err(); err != nil {
			return err
		}
		if err := insertReview(tx, r.ID, in.ReviewCase); err != nil {
			return err
		}
		r.Reviewed = true
		return nil
	})
}

func insertReview(tx pg.Tx, caseID string, in homecare.ReviewCase) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into case_review (puskesmas_id, id, case_id, problems, goals, planned_services,
		visit_frequency, participants, note, reviewed_at, reviewed_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.PuskesmasID, newID(), caseID, in.Problems, in.Goals, in.PlannedServices, in.VisitFrequency, in.Participants,
		in.Note, tx.Now(), p.UserID)
	return err
}

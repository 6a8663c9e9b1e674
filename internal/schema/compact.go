package schema

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Shredded are the tables in which a destroyed record stood. PostgreSQL keeps
// the bytes of a removed row in its page until something else is written there.
var Shredded = []string{"patient", "patient_source", "patient_fact", "patient_key", "patient_score", "duplicate_candidate", "household", "import_file", "import_row",
	"care_case", "case_transition", "case_review", "case_ending", "referral_outcome", "visit", "visit_vital", "visit_diagnosis", "visit_service", "visit_assessment", "visit_lab",
	"visit_hazard", "visit_revision", "visit_due", "alert", "follow_up", "document", "attachment", "evaluation", "consent", "data_subject_request", "break_glass",
	"audit_event", "idempotency_key"}

// Compact writes those tables anew, without the remains of removed rows, as the
// owner role. Each is locked while it is written: seconds, the trail longer.
func Compact(ctx context.Context, ownerDSN string) error {
	c, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for _, t := range Shredded {
		if _, err := c.Exec(ctx, `vacuum (full, analyze) `+pgx.Identifier{t}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

package visit

import (
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
)

// CancelPlannedIn cancels the planned visits of a case that ends, in the
// transaction that ends it (SOP step 11: later visits are cancelled), and
// releases the stops. For the episode's hook.
func (s *Service) CancelPlannedIn(tx pg.Tx, caseID, reason string) error {
	return s.cancelPlanned(tx, caseID, "case_ended", reason)
}

func (s *Service) cancelPlanned(tx pg.Tx, caseID, code, reason string) error {
	type row struct{ ID, StopID string }
	rows, err := pg.Rows[row](tx, `update visit set state = 'cancelled', reason_code = $3, reason = $2,
		version = version + 1
		where case_id = $1 and state = 'planned' returning id, stop_id`, caseID, reason, code)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, r := range rows {
		queueRelease(&b, r.StopID)
		if err := s.trail.Record(tx, audit.Event{Action: "visit.cancel", SubjectKind: "visit", SubjectID: r.ID,
			Reason: reason,
			Before: audit.StateOf(string(Planned)), After: audit.StateOf(string(Cancelled))}); err != nil {
			return err
		}
	}
	return tx.Send(&b)
}

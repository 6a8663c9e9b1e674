package followup

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// Add creates a task outside a visit's plan (SOP steps 10 and 20).
func (s *Service) Add(ctx context.Context, in homecare.NewFollowUp) (homecare.FollowUp, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.FollowUp, error) {
		var none homecare.FollowUp
		var c caseFacts
		office := map[string]bool{}
		var b pgx.Batch
		queueSeen(&b, in.CaseID, &c)
		QueueOffice(tx, &b, []string{in.OwnerAccountID}, office)
		visited := ""
		if in.VisitID != "" {
			b.Queue(`select coalesce(max(counts_on)::text, '') from visit where id = $1 and case_id = $2`, in.VisitID,
				in.CaseID).
				QueryRow(func(row pgx.Row) error { return row.Scan(&visited) })
		}
		if err := tx.Send(&b); err != nil {
			return none, fault.NotFoundAt(err, "/case_id")
		}
		on, err := ActIn(tx, in.FollowUpDay, "")
		if err != nil {
			return none, err
		}
		var check fault.Check
		Check(in.PlannedFollowUp, Owners(office, c.Team), visited, "", &check)
		check.That(on.Day >= c.ProposedOn, "/happened_on", "before_case",
			"Tanggal tidak boleh sebelum kasus diusulkan.", "The date must not be before the case was proposed.")
		check.That(in.VisitID == "" || visited != "", "/visit_id", "unknown",
			"Kunjungan ini bukan milik kasus tersebut.", "This visit is not of that case.")
		if err := check.Err(); err != nil {
			return none, err
		}
		if c.EndedOn != "" && on.Day > c.EndedOn {
			return none, ErrTaskAfterEnd.With("day", c.EndedOn)
		}
		id := pg.NewID(in.ID)
		var w pgx.Batch
		queueTask(tx, &w, id, in.CaseID, pg.Null(in.VisitID), in.PlannedFollowUp)
		on.queue(tx, &w, id, "opened", "")
		if c.EndedOn != "" {
			if err := s.CloseLateIn(tx, &w, in.CaseID, id); err != nil {
				return none, err
			}
			w = pgx.Batch{}
		}
		var f homecare.FollowUp
		w.Queue(`select `+columns("$2")+from+`where f.id = $1`, id, tx.Today()).Query(pg.Into(&f))
		sentmonth.QueueIn(tx, &w, &f.Warnings)
		if err := tx.Send(&w); err != nil {
			return none, err
		}
		return f, s.trail.Record(tx, audit.Event{Action: "follow_up.add", SubjectKind: "follow_up", SubjectID: id,
			After: f})
	})
}

// ErrTaskAfterEnd: an ended case accepts no new task.
var ErrTaskAfterEnd = fault.Define(fault.Conflict, "follow_up.case_ended",
	"Kasus ini berakhir pada {day}. Tindak lanjut sesudah itu tidak dicatat lagi; bila dimulai pada atau sebelum tanggal itu, isi tanggal mulainya.",
	"This case ended on {day}. No follow-up is recorded after that; where it began on or before that day, give the day on which it began.").
	Hint("happened_on is the day on which it began").About("/happened_on")

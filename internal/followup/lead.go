package followup

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Led is a case with the lead of its team, nil where there is none.
type Led struct {
	ID   string
	Lead *string
}

// LedIn returns the cases c that meet a condition in SQL.
func LedIn(tx pg.Tx, condition string, args ...any) ([]Led, error) {
	return pg.Rows[Led](tx, `select c.id, (select m.account_id::text from team_member m
		where m.puskesmas_id = c.puskesmas_id
			and m.team_id = c.team_id and m.left_at is null order by m.lead desc limit 1) as lead
		from care_case c where `+condition+` order by c.id`, args...)
}

// QueueForLead gives the lead of a case's team, or Kepala if there is none, a task
// due in three days and returns its id.
func (s *Service) QueueForLead(tx pg.Tx, b *pgx.Batch, c Led, reason, what string) (id string, err error) {
	task := homecare.PlannedFollowUp{What: what, DueOn: clock.Day(tx.Now().Add(72 * time.Hour))}
	if c.Lead != nil {
		task.OwnerAccountID = *c.Lead
	} else {
		task.Unit = "Kepala puskesmas"
	}
	id = pg.NewID("")
	QueueIn(tx, b, id, c.ID, nil, task)
	return id, s.trail.Record(tx, audit.Event{Action: "follow_up.add", SubjectKind: "follow_up", SubjectID: id,
		Reason: reason})
}

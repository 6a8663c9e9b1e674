package visit

import (
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ConsentWithdrawnIn stops what needs the consent to home visits, inside the
// transaction that withdraws it: planned visits of the person's open cases are
// cancelled, and whoever leads the team has three days to talk to the family
// and end the case by refusal where they stay with it (SOP step 16; UU 27/2022
// art. 9: the processing ends within 3x24 hours).
func (s *Service) ConsentWithdrawnIn(tx pg.Tx, patientID string) error {
	_, err := s.stopVisitsIn(tx, patientID, nil)
	return err
}

// stopVisitsIn is ConsentWithdrawnIn, and returns the tasks that it made: none
// for the cases that were told before.
func (s *Service) stopVisitsIn(tx pg.Tx, patientID string, told []string) (tasks []string, err error) {
	cases, err := pg.Rows[ledCase](tx, ledCases+`where c.patient_id = $1
		and c.state in ('approved', 'active', 'terminating') order by c.id`, patientID)
	if err != nil {
		return nil, err
	}
	var b pgx.Batch
	for _, c := range cases {
		if err := s.cancelPlanned(tx, c.ID, "consent_withdrawn", "Persetujuan kunjungan rumah ditarik"); err != nil {
			return nil, err
		}
		if slices.Contains(told, c.ID) {
			continue
		}
		id, err := s.queueLeadTask(tx, &b, c, "consent withdrawn",
			"Persetujuan kunjungan rumah ditarik: bicarakan dengan keluarga, lalu akhiri kasus karena penolakan atau catat persetujuan baru.")
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, id)
	}
	return tasks, tx.Send(&b)
}

// ledCase is a case with who leads its team.
type ledCase struct {
	ID   string
	Lead *string
}

const ledCases = `select c.id, (select m.account_id::text from team_member m where m.puskesmas_id = c.puskesmas_id
	and m.team_id = c.team_id and m.left_at is null order by m.lead desc limit 1) as lead from care_case c `

// queueLeadTask gives who leads the team, else the head, a task for three days.
func (s *Service) queueLeadTask(tx pg.Tx, b *pgx.Batch, c ledCase, reason, what string) (id string, err error) {
	task := homecare.PlannedFollowUp{What: what, DueOn: clock.Day(tx.Now().Add(72 * time.Hour))}
	if c.Lead != nil {
		task.OwnerAccountID = *c.Lead
	} else {
		task.Unit = "Kepala puskesmas"
	}
	id = pg.NewID("")
	queueFollowUp(tx, b, id, c.ID, nil, task)
	return id, s.trail.Record(tx, audit.Event{Action: "follow_up.add", SubjectKind: "follow_up", SubjectID: id, Reason: reason})
}

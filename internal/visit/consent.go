package visit

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ConsentWithdrawnIn stops what needs the consent to home visits, in the
// transaction that withdraws it. It cancels planned visits of the person's open
// cases. The lead of the team has three days to talk to the family and, if they
// do not change their mind, to end the case by refusal (SOP step 16; UU 27/2022
// art. 9: the processing ends within 3x24 hours).
func (s *Service) ConsentWithdrawnIn(tx pg.Tx, patientID string) error {
	_, err := s.stopVisitsIn(tx, patientID, nil)
	return err
}

// stopVisitsIn is ConsentWithdrawnIn and returns the tasks it created. It
// creates none for the cases in told, whose teams were told before.
func (s *Service) stopVisitsIn(tx pg.Tx, patientID string, told []string) (tasks []string, err error) {
	cases, err := followup.LedIn(tx, `c.patient_id = $1
		and c.state in `+access.CaseInCare+``, patientID)
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
		id, err := s.tasks.QueueForLead(tx, &b, c, "consent withdrawn",
			"Persetujuan kunjungan rumah ditarik: bicarakan dengan keluarga, lalu akhiri kasus karena penolakan atau catat persetujuan baru.")
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, id)
	}
	return tasks, tx.Send(&b)
}

package visit

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
)

// mayPlan says whether visits of the case can be planned. Errors: ErrCaseMerged,
// ErrCaseNotActive.
func mayPlan(s record.Subject) error {
	switch {
	case s.MergedIntoCaseID != "":
		return ErrCaseMerged.Extend("merged_into_case_id", s.MergedIntoCaseID)
	case s.CaseState != "active":
		return ErrCaseNotActive
	}
	return nil
}

// careCase is the part of a case that planning needs.
type careCase struct {
	ID            string
	PatientID     string
	ProgrammeCode string
	record.Subject
}

// queueCase queues the read of a case that the caller may see, with its current
// team.
func queueCase(tx pg.Tx, b *pgx.Batch, id string, into *careCase) {
	queueCaseAt(b, id, tx.Now(), ` and `+access.Case("c"), into)
}

// queueCaseAt queues the read of a case with its team at that time. The share lock
// prevents the case from ending meanwhile. The lock is a statement of its own: a joined
// statement that had to wait would join the current case to the person as it was
// before, and find nobody after a merge.
func queueCaseAt(b *pgx.Batch, id string, at time.Time, and string, into *careCase) {
	b.Queue(`select from care_case where id = $1 for share`, id)
	b.Queue(`select c.id, c.patient_id, c.programme_code, `+record.SubjectColumns+` from care_case c
		join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
		where c.id = $1`+and, id, at).Query(pg.Into(into))
}
